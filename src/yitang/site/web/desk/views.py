"""The one worklist of every kind of case, and what can be done with one of them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yitang.ground.base.clock import Term
from yitang.ground.base.errors import InvalidInput
from yitang.ground.casework.api import (
    Box,
    Case,
    assign_case,
    case_for,
    extend_case,
    note_case,
    pause_case,
    resume_case,
    worklist,
    worklist_counts,
)
from yitang.ground.organisations.api import User, division, user_by_public_id
from yitang.ground.plumbing.api import Page, now
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.parts import wants_part

from .facts import move_of, moved_once
from .pane import pane_of
from .rows import boxes_of, kinds_of, place_name, row_of
from .words import word

FILTERS = ("box", "kind", "within", "cursor")


@officers_only
def start(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """The worklist with one case opened beside it: the one asked for, else the most urgent."""
    user, at = signed_in(request), now()
    if public_id and wants_part(request, "case"):
        return _only_pane(request, user, case_for(user, public_id), at=at)
    counts = worklist_counts(user, at=at)
    box = request.GET.get("box") or default_box(counts.boxes[Box.MINE].count)
    kind = request.GET.get("kind") or None
    within = request.GET.get("within") or None
    page = _listed(request, user, box=box, at=at)
    case = case_for(user, public_id) if public_id else next(iter(page.rows), None)
    return render(
        request,
        "desk/start.html",
        {
            "boxes": boxes_of(counts, box),
            "kinds": kinds_of(counts, kind),
            "box": box,
            "kind": kind,
            "within": within,
            "place": place_name(within) if within else "",
            "page": page,
            "rows": [row_of(row, at=at, is_selected=row == case) for row in page.rows],
            "case": case,
            "is_opened": public_id is not None,
            "pane": pane_of(request, user, case, at=at) if case else None,
            "next": _after(page.rows, case),
            "query": _filters(request.GET, box=box),
        },
    )


def _only_pane(request: HttpRequest, user: User, case: Case, *, at: datetime) -> HttpResponse:
    """What a chosen row puts beside the list: no box is counted again, no row drawn again."""
    box = request.GET.get("box") or Box.ORGANISATION
    page = _listed(request, user, box=box, at=at)
    return render(
        request,
        "desk/only_pane.html",
        {
            "case": case,
            "pane": pane_of(request, user, case, at=at),
            "next": _after(page.rows, case),
            "query": _filters(request.GET, box=box),
        },
    )


def _listed(request: HttpRequest, user: User, *, box: str, at: datetime) -> Page[Case]:
    within = request.GET.get("within") or None
    return worklist(
        user,
        at=at,
        box=box,
        workflow=request.GET.get("kind") or None,
        within=division(within).code if within else None,
        cursor=request.GET.get("cursor", ""),
    )


def default_box(mine: int) -> str:
    """One's own cases first; who has none sees what waits in the organisation."""
    return Box.MINE if mine else Box.ORGANISATION


@officers_only
@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make one declared move with a case."""
    user, case = _acting_on(request, public_id)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    move = partial(move_of(case.workflow), case_id=case.pk, verb=verb, actor=user, at=now())
    moved_once(case, verb=verb, actor=user, note=note, make=partial(move, note=note))
    said = gettext("{number} is done here: {step}.")
    messages.success(request, said.format(number=case.number, step=word(case.workflow, verb)))
    return _back(request, public_id, to_next=True)


@officers_only
@require_POST
def assign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the case to a colleague of the organisation that holds it."""
    user, case = _acting_on(request, public_id)
    if case.organisation is None:
        raise InvalidInput(field=case.number, problem=gettext("no organisation holds it yet"))
    colleague = user_by_public_id(request.POST.get("colleague", ""))
    assign_case(
        case_id=case.pk, organisation=case.organisation, assignee=colleague, actor=user, at=now()
    )
    said = gettext("{number} is now with {name}.").format(number=case.number, name=colleague)
    messages.success(request, said)
    return _back(request, public_id)


@officers_only
@require_POST
def pause(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop the clock for a lawful reason."""
    user, case = _acting_on(request, public_id)
    pause_case(
        case_id=case.pk,
        reason=request.POST.get("reason", ""),
        actor=user,
        at=now(),
        note=request.POST.get("note", ""),
    )
    messages.success(request, gettext("The clock of {number} stands.").format(number=case.number))
    return _back(request, public_id)


@officers_only
@require_POST
def resume(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the clock run again."""
    user, case = _acting_on(request, public_id)
    resume_case(case_id=case.pk, actor=user, at=now(), note=request.POST.get("note", ""))
    messages.success(request, gettext("The clock of {number} runs.").format(number=case.number))
    return _back(request, public_id)


@officers_only
@require_POST
def extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add the days the workflow allows, once, with a reason."""
    user, case = _acting_on(request, public_id)
    most = case.definition.extensions.get(case.state)
    amount = request.POST.get("amount", "")
    if most is None or not amount.isascii() or not amount.isdigit() or not int(amount):
        raise InvalidInput(
            field=gettext("Extension"), problem=gettext("give a whole number of days")
        )
    extend_case(
        case_id=case.pk,
        term=Term(int(amount), most.unit),
        reason=request.POST.get("note", ""),
        actor=user,
        at=now(),
    )
    messages.success(request, gettext("{number} has more time.").format(number=case.number))
    return _back(request, public_id)


@officers_only
@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a line to the history."""
    user, case = _acting_on(request, public_id)
    note_case(case_id=case.pk, note=request.POST.get("note", ""), actor=user, at=now())
    messages.success(request, gettext("Noted on {number}.").format(number=case.number))
    return _back(request, public_id)


def _acting_on(request: HttpRequest, public_id: UUID) -> tuple[User, Case]:
    user = signed_in(request)
    return user, case_for(user, public_id)


def _filters(given: QueryDict, **otherwise: str) -> str:
    """The list one stands in, as part of an address; ``otherwise`` for what it leaves open."""
    stated = otherwise | {name: given[name] for name in FILTERS if given.get(name)}
    return urlencode({name: stated[name] for name in FILTERS if name in stated})


def _after(rows: list[Case], case: Case | None) -> Case | None:
    """The row below the opened one: where the desk goes when that is done."""
    ids = [row.pk for row in rows]
    if case is None or case.pk not in ids:
        return None
    return next(iter(rows[ids.index(case.pk) + 1 :]), None)


def _back(request: HttpRequest, public_id: UUID, *, to_next: bool = False) -> HttpResponse:
    """To the same list: on the same case, or on the next one when this left the list."""
    query = _filters(QueryDict(request.POST.get("query", "")))
    following = request.POST.get("next", "")
    target = following if to_next and following else str(public_id)
    try:
        address = reverse("desk:case", kwargs={"public_id": UUID(target)})
    except ValueError:
        address = reverse("desk:start")
    return redirect(f"{address}?{query}" if query else address)
