"""The citizen's start page: what life brings, what is under way, and the way in by phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from django.http import HttpRequest
from django.utils.translation import get_language, gettext, gettext_noop, ngettext, pgettext

from yitang.ground.base.clock import Term, Unit
from yitang.ground.casework.api import Case, case_kinds, cases_of_applicant
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings
from yitang.public.services.api import ItemRow, departments, search_items
from yitang.public.services.rules import Trip
from yitang.site.web.desk.words import state_of


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """What brings people here, in their words, and the words that find its items."""

    label: str
    search: str


LIFE_EVENTS = (
    LifeEvent(gettext_noop("A child is born"), "新生儿"),
    LifeEvent(gettext_noop("Start a company"), "企业设立"),
    LifeEvent(gettext_noop("Open a restaurant"), "开饭馆"),
    LifeEvent(gettext_noop("Retire"), "退休"),
    LifeEvent(gettext_noop("Marry"), "结婚登记"),
    LifeEvent(gettext_noop("Renew a driving licence"), "驾驶证期满换证"),
    LifeEvent(gettext_noop("Disability allowance"), "残疾人补贴"),
)
NAMED = 3  # items that a card names; their number says how many more the list has
# Why a trip is left, short enough for a tag; the item's page says it in full.
REASONS: Mapping[str, str] = {
    "services.trip.inspection": gettext_noop("the place is looked at"),
    "services.trip.examination": gettext_noop("a test"),
    "services.trip.identity": gettext_noop("in person"),
    "services.trip.signing": gettext_noop("a signature"),
    "services.trip.both_parties": gettext_noop("both of you"),
    "services.trip.biometrics": gettext_noop("photograph or fingerprints"),
    "services.trip.fetch": gettext_noop("a paper to fetch"),
    "services.trip.hand_in": gettext_noop("a paper to hand in"),
    "services.trip.no_channel": gettext_noop("at the window only"),
    "services.trip.collect": gettext_noop("the result to collect"),
}


@dataclass(frozen=True, slots=True)
class LifeCard:
    label: str
    covers: str
    search: str
    tag: str
    mood: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing a citizen has under way: where it stands, who holds it, until when."""

    case: Case
    state: str
    mood: str
    url: str


def life_cards() -> list[LifeCard]:
    """A card for each event that items of this place answer: it promises what their list says."""
    found = [(event, search_items(event.search).rows) for event in LIFE_EVENTS]
    return [_card(event, rows) for event, rows in found if rows]


def items_in_all() -> int:
    return sum(count for _, count in departments())


def _card(event: LifeEvent, rows: Sequence[ItemRow]) -> LifeCard:
    going = sum(bool(row.trips.after) for row in rows)
    return LifeCard(
        label=gettext(event.label),
        covers=_names(rows),
        search=event.search,
        tag=_of_one(rows[0]) if len(rows) == 1 else of_several(len(rows), going),
        mood="soon" if going else "done",
    )


def _names(rows: Sequence[ItemRow]) -> str:
    is_english = (get_language() or "").startswith("en")
    names = [row.item.name_en if is_english and row.item.name_en else row.item.name for row in rows]
    said = pgettext("between names", ", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return said
    return gettext("{names} and {count} more").format(names=said, count=len(names) - NAMED)


def _of_one(row: ItemRow) -> str:
    trips_left = row.trips.after
    said = [trips_words(len(trips_left))]
    said.append(reason_of(trips_left[0]) if trips_left else promise_words(row.item.promise))
    return " · ".join(part for part in said if part)


def of_several(items: int, going: int) -> str:
    """``3 项都不用跑``, ``3 项，2 项要跑``."""
    if not going:
        return gettext("{items} items, none needs a trip").format(items=items)
    return ngettext(
        "{items} items, {going} needs a trip", "{items} items, {going} need a trip", going
    ).format(items=items, going=going)


def trips_words(count: int) -> str:
    """``不用跑``, ``跑 1 趟``."""
    if not count:
        return gettext("No trip")
    return ngettext("{count} trip", "{count} trips", count).format(count=count)


def reason_of(trip: Trip) -> str:
    """Why the trip is left, in two or three words: who must come says more than which paper."""
    codes = [cause.message.code for cause in trip.causes if cause.message.code in REASONS]
    return gettext(REASONS[min(codes, key=list(REASONS).index)]) if codes else ""


def promise_words(promise: Term | None) -> str:
    """``3 个工作日办完``; nothing where the list promises nothing."""
    if promise is None:
        return ""
    if not promise.amount:
        return gettext("at once")
    if promise.unit is Unit.WORKDAYS:
        said = ngettext("done in {n} working day", "done in {n} working days", promise.amount)
    elif promise.unit is Unit.DAYS:
        said = ngettext("done in {n} day", "done in {n} days", promise.amount)
    else:
        said = ngettext("done in {n} hour", "done in {n} hours", promise.amount)
    return said.format(n=promise.amount)


def matters_of(user: object, *, limit: int = 5) -> list[Matter]:
    """What is under way for a citizen, the newest first."""
    if not isinstance(user, User):
        return []
    kinds = case_kinds()
    return [
        Matter(
            case=case,
            state=state_of(case),
            mood=_mood(case),
            url=kinds[case.workflow].url_of(case) if case.workflow in kinds else "",
        )
        for case in cases_of_applicant(user, limit=limit)
    ]


def _mood(case: Case) -> str:
    if not case.is_open:
        return "done"
    waits_for_the_citizen = case.due_at is None and not case.is_paused
    return "soon" if waits_for_the_citizen else "info"


def phone_address(request: HttpRequest) -> str:
    """The address a phone in the same network can open; empty while only this machine can."""
    if not _is_loopback(request.get_host().rpartition(":")[0] or request.get_host()):
        return request.build_absolute_uri("/")
    # Opened here under 127.0.0.1; whoever started it with --lan gave it another name as well.
    others = [name for name in settings().hosts if not _is_loopback(name) and name[:1] not in ".*"]
    return f"{request.scheme}://{others[0]}:{request.get_port()}/" if others else ""


def _is_loopback(host: str) -> bool:
    if host in {"localhost", "testserver"}:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
