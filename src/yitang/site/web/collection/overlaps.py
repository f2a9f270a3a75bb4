"""Chimneys: which departments hold the same, with the evidence, and what the authority decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import Dataset, SystemBehind, items_of, systems_behind
from yitang.data.collection import api as collection
from yitang.data.collection.rules import OVERLAP_MOVES, REASONS, is_fact
from yitang.ground.organisations.api import User, can, check_can
from yitang.ground.plumbing.api import now

from .forms import DecisionForm

STATES = {
    "proposed": gettext_noop("to be decided"),
    "confirmed": gettext_noop("source named"),
    "stopped": gettext_noop("collecting stopped"),
    "dismissed": gettext_noop("not the same"),
}
TONES = {"proposed": "soon", "confirmed": "doing", "stopped": "done", "dismissed": ""}
VERBS = {
    "propose": gettext_noop("Found"),
    "confirm": gettext_noop("Name the source"),
    "stop": gettext_noop("Collecting has stopped"),
    "dismiss": gettext_noop("Not the same"),
    "reopen": gettext_noop("Look at it again"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One overlap in the list: the source, who else collects it, and how many facts."""

    overlap: collection.Overlap
    others: list[Dataset]
    facts: int
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact under its name in both datasets, or the key by which they were joined."""

    left: str
    right: str
    rate: float
    subjects: int
    is_mapped: bool = False
    is_merely_asked: bool = False
    is_key: bool = False


def overlaps(request: HttpRequest) -> HttpResponse:
    """Where is the same collected twice, and who should hold it?"""
    user = _user(request)
    state = request.GET.get("state", "")
    wanted = state if state in STATES else ""
    context = {
        "sums": collection.chimneys(user),
        "rows": [_row(one) for one in collection.overlaps(user, state=wanted)],
        "states": STATES,
        "state": wanted,
        "can_search": can(user, "collection.name_source"),
    }
    return render(request, "collection/overlaps.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Compare all gathered datasets now."""
    collection.refresh_overlaps(actor=_user(request), at=now())
    return redirect("collection:overlaps")


def overlap(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One overlap: what agrees, on how many subjects, why this source; the decision below."""
    user = _user(request)
    return _page(request, user, collection.overlap_for(user, public_id))


def _page(
    request: HttpRequest,
    user: User,
    found: collection.Overlap,
    form: DecisionForm | None = None,
) -> HttpResponse:
    labels = [{item.name: item.label for item in items_of(side)} for side in _sides(found)]
    behind = _behind(user, found)
    may_decide = collection.can_name_source(user, found)
    context = {
        "overlap": found,
        "facts": _facts(found, *labels),
        "key": list(map(_labelled, labels, found.evidence["key"])),
        "reasons": [REASONS[code] for code in found.evidence["reasons"]],
        "through": found.source if found.evidence["through"] else None,
        "form": form if form is not None else DecisionForm(found),
        "others": _others(found),
        "behind": behind,
        "could_stop": [one for one in behind if not one.others],
        "cost_to_end": sum(
            (one.system.yearly_cost or 0 for one in behind if not one.others), Decimal(0)
        ),
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "verbs": [
            (verb, VERBS[verb])
            for verb, (before, _) in OVERLAP_MOVES.items()
            if may_decide and found.state in before
        ],
        "events": [(event, VERBS[event.verb]) for event in collection.overlap_events(found)],
    }
    return render(request, "collection/overlap.html", context, status=422 if form else 200)


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user = _user(request)
    found = collection.overlap_for(user, public_id)
    form = DecisionForm(found, request.POST)
    if not form.is_valid():
        return _page(request, user, found, form)
    collection.decide_overlap(
        overlap=found,
        verb=form.cleaned_data["verb"],
        actor=user,
        at=now(),
        source=form.cleaned_data.get("source", ""),
        note=form.cleaned_data["note"],
    )
    return redirect("collection:overlap", public_id=public_id)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _sides(found: collection.Overlap) -> list[Dataset]:
    return [found.left, found.right]


def _others(found: collection.Overlap) -> list[Dataset]:
    return [side for side in _sides(found) if side != found.source]


def _row(found: collection.Overlap) -> Row:
    facts = [fact for fact in found.evidence["agreements"] if is_fact(fact["weight"])]
    return Row(found, _others(found), len(facts), STATES[found.state], TONES[found.state])


def _behind(user: User, found: collection.Overlap) -> list[SystemBehind]:
    """Systems that only serve, or also serve, the collecting that the source spares."""
    return [] if found.state == "dismissed" else systems_behind(user, _others(found))


def _facts(
    found: collection.Overlap, left: Mapping[str, str], right: Mapping[str, str]
) -> list[Fact]:
    """What agrees: the key first, then facts before what everybody asks."""
    key = mine, theirs = tuple(found.evidence["key"])
    rows = [
        Fact(
            left=_labelled(left, entry["left"]),
            right=_labelled(right, entry["right"]),
            rate=entry["rate"],
            subjects=entry["subjects"],
            is_mapped=entry["mapped"],
            is_merely_asked=not is_fact(entry["weight"]),
        )
        for entry in found.evidence["agreements"]
        if (entry["left"], entry["right"]) != key  # a paper's number is a fact and a key
    ]
    rows.sort(key=lambda fact: (fact.is_merely_asked, -fact.rate))
    joined_by = Fact(
        _labelled(left, mine),
        _labelled(right, theirs),
        rate=found.contained,
        subjects=found.subjects,
        is_key=True,
    )
    return [joined_by, *rows]


def _labelled(labels: Mapping[str, str], name: str) -> str:
    """What a reader calls an item, or the two that name a row together."""
    return " + ".join(labels.get(part, part) for part in name.split())
