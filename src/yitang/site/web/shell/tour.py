"""The demo's first two minutes: one click a step, each as the person who would do it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from yitang.ground.ledger.api import entries_about
from yitang.ground.organisations.api import user_by_username
from yitang.public.services.api import item_of_form, trips_of

from .navigation import address

SESSION_KEY = "tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a step leads, whose eyes it is seen with, and what to look at there."""

    page: str
    persona: str
    title: str
    look_at: str
    first: str = ""  # said instead while what is to be seen is not there yet


STOPS = (
    Stop(
        "services:trips",
        "leader",
        gettext_noop("Share the next dataset"),
        gettext_noop("Trips before and after; share it, and the items that lose a trip are named"),
    ),
    Stop(
        "newborn",
        "citizen",
        gettext_noop("Register a newborn"),
        gettext_noop("On the phone: prefilled, each value with its source, no trip"),
        gettext_noop("Prefilled, each value with its source; after step 1 also without a trip"),
    ),
    Stop(
        "ledger:start",
        "citizen",
        gettext_noop("Who has read my data"),
        gettext_noop("That very read, with its matter"),
        gettext_noop("Once step 2 is done: that very read, with its matter"),
    ),
    Stop(
        "ledger:verification",
        "leader",
        gettext_noop("Change one byte"),
        gettext_noop("The verification names the entry"),
    ),
    Stop(
        "insight:start",
        "leader",
        gettext_noop("A burst becomes one issue"),
        gettext_noop("Counted in people, with evidence and an owner"),
    ),
    Stop(
        "collection:start",
        "data_officer",
        gettext_noop("Drop in your own Excel"),
        gettext_noop("Accepted + rejected = delivered; the bad cells are marked"),
    ),
    Stop(
        "economy:start",
        "leader",
        gettext_noop("31 trillion, and a doubt"),
        gettext_noop("Confirmed figures, and 300 billion beside the published 360"),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One stop in the reader's language; ``number`` counts from 1."""

    number: int
    stop: Stop
    url: str
    is_ready: bool = True

    @property
    def title(self) -> str:
        return gettext(self.stop.title)

    @property
    def look_at(self) -> str:
        return gettext(self.stop.look_at if self.is_ready else self.stop.first)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a visitor stands on the tour, and what comes next."""

    step: Step
    following: Step | None
    total: int


def tour_steps() -> list[Step]:
    """The steps whose pages exist, in order."""
    found = [(stop, _address_of(stop)) for stop in STOPS]
    return [
        Step(number, stop, url, is_ready=not stop.first or _is_ready(stop))
        for number, (stop, url) in enumerate([pair for pair in found if pair[1]], start=1)
    ]


def step_numbered(number: int) -> Step | None:
    return next((step for step in tour_steps() if step.number == number), None)


def position_of(request: HttpRequest) -> Position | None:
    """The step this visitor is on; ``None`` for who has not begun."""
    session = getattr(request, "session", None)
    number = session.get(SESSION_KEY) if session is not None else None
    steps = tour_steps() if number else []
    here = next((step for step in steps if step.number == number), None)
    if here is None:
        return None
    following = next((step for step in steps if step.number == here.number + 1), None)
    return Position(here, following, len(steps))


def _is_ready(stop: Stop) -> bool:
    """Whether the steps before left what is to be seen here; a visitor may begin anywhere."""
    if stop.page == "newborn":
        item = item_of_form("newborn")
        return item is not None and not trips_of(item).after
    user = user_by_username(stop.persona)
    if user is None or not user.identity_index:
        return False
    return bool(entries_about(user.identity_index, limit=1))


def _address_of(stop: Stop) -> str:
    if stop.page != "newborn":
        return address(stop.page)
    item = item_of_form("newborn")
    return reverse("services:item", args=[item.code]) if item else ""
