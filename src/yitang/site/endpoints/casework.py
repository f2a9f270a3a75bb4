"""Cases as JSON: the worklist, one case with its history, and what its holder may do with it.

Moves are made at the rooms' own addresses: an answer or a decision is more than a change of state.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.ground.base.clock import Term
from yitang.ground.base.errors import InvalidInput
from yitang.ground.casework.api import (
    Box,
    Case,
    CaseEvent,
    allowed_verbs,
    assign_case,
    case_for,
    case_timeline,
    case_urgency,
    extend_case,
    note_case,
    pause_case,
    resume_case,
    worklist,
    worklist_counts,
)
from yitang.ground.organisations.api import User, organisation, user_by_public_id
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["casework"], auth=django_auth)


class CaseOut(Schema):
    public_id: UUID
    number: str
    workflow: str
    state: str
    title: str
    summary: dict[str, str]
    division_code: str
    duty: str
    organisation: str
    opened_at: datetime
    due_at: datetime | None
    due_is_provisional: bool
    is_paused: bool
    closed_at: datetime | None
    urgency: str


class LineOut(Schema):
    kind: str
    verb: str
    from_state: str
    to_state: str
    at: datetime
    due_at: datetime | None
    was_late: bool
    actor: str
    organisation: str
    note: str


class CaseWithHistoryOut(CaseOut):
    verbs: list[str]
    history: list[LineOut]


class PageOut(Schema):
    cases: list[CaseOut]
    next_cursor: str | None


class CountsOut(Schema):
    """A count ends at 99; ``more`` names the boxes that hold more than that."""

    boxes: dict[str, int]
    kinds: dict[str, int]
    more: list[str]


class NoteIn(Given):
    note: str = ""


class PauseIn(NoteIn):
    reason: str


class ExtendIn(Given):
    """``term`` as ``5wd``, ``8d`` or ``2h``."""

    term: str
    reason: str


class AssignIn(NoteIn):
    organisation: UUID
    assignee: UUID | None = None


@router.get("", response=PageOut)
def cases(
    request: HttpRequest,
    box: Box = Box.ORGANISATION,
    workflow: str | None = None,
    within: str | None = None,
    cursor: str = "",
) -> PageOut:
    """A page of the worklist, the most urgent first; ``within`` is a division code."""
    at = now()
    page = worklist(_user(request), at=at, box=box, workflow=workflow, within=within, cursor=cursor)
    return PageOut(cases=[_case(case, at) for case in page.rows], next_cursor=page.next_cursor)


@router.get("/counts", response=CountsOut)
def counts(request: HttpRequest) -> CountsOut:
    """How many cases wait in each box and of each kind."""
    found = worklist_counts(_user(request), at=now())
    every = {**found.boxes, **found.kinds}
    return CountsOut(
        boxes={name: count.count for name, count in found.boxes.items()},
        kinds={name: count.count for name, count in found.kinds.items()},
        more=[name for name, count in every.items() if count.is_more],
    )


@router.get("/{public_id}", response=CaseWithHistoryOut)
def case(request: HttpRequest, public_id: UUID) -> CaseWithHistoryOut:
    """One case with its history and the verbs the caller may use."""
    user = _user(request)
    found = case_for(user, public_id)
    return CaseWithHistoryOut(
        **_case(found, now()).dict(),
        verbs=[move.verb for move in allowed_verbs(user, found)],
        history=[_line(event) for event in case_timeline(user, found)],
    )


@router.post("/{public_id}/assign", response=CaseOut)
def assign(request: HttpRequest, public_id: UUID, body: AssignIn) -> CaseOut:
    """Give the case to an organisation and, if named, a person there."""
    user, at = _user(request), now()
    found = assign_case(
        case_id=case_for(user, public_id).pk,
        organisation=organisation(body.organisation),
        assignee=user_by_public_id(body.assignee) if body.assignee else None,
        actor=user,
        at=at,
        note=body.note,
    )
    return _case(found, at)


@router.post("/{public_id}/pause", response=CaseOut)
def pause(request: HttpRequest, public_id: UUID, body: PauseIn) -> CaseOut:
    """Stop the clock for a reason that the workflow's law names."""
    user, at = _user(request), now()
    case_id = case_for(user, public_id).pk
    return _case(
        pause_case(case_id=case_id, reason=body.reason, actor=user, at=at, note=body.note), at
    )


@router.post("/{public_id}/resume", response=CaseOut)
def resume(request: HttpRequest, public_id: UUID, body: NoteIn) -> CaseOut:
    """Let the clock go on."""
    user, at = _user(request), now()
    case_id = case_for(user, public_id).pk
    return _case(resume_case(case_id=case_id, actor=user, at=at, note=body.note), at)


@router.post("/{public_id}/extend", response=CaseOut)
def extend(request: HttpRequest, public_id: UUID, body: ExtendIn) -> CaseOut:
    """Extend the running limit, once, with a reason."""
    user, at = _user(request), now()
    case_id = case_for(user, public_id).pk
    return _case(
        extend_case(
            case_id=case_id, term=term_of(body.term), reason=body.reason, actor=user, at=at
        ),
        at,
    )


@router.post("/{public_id}/note", response=CaseOut)
def note(request: HttpRequest, public_id: UUID, body: NoteIn) -> CaseOut:
    """Add a line to the history."""
    user, at = _user(request), now()
    case_id = case_for(user, public_id).pk
    return _case(note_case(case_id=case_id, note=body.note, actor=user, at=at), at)


def term_of(text: str) -> Term:
    try:
        return Term.parse(text)
    except ValueError:
        raise InvalidInput(field="term", problem="write it as 5wd, 8d or 2h") from None


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _case(case: Case, at: datetime) -> CaseOut:
    return CaseOut(
        public_id=case.public_id,
        number=case.number,
        workflow=case.workflow,
        state=case.state,
        title=case.title,
        summary=case.summary,
        division_code=case.division_code,
        duty=case.duty,
        organisation=case.organisation.name if case.organisation else "",
        opened_at=case.opened_at,
        due_at=case.due_at,
        due_is_provisional=case.due_is_provisional,
        is_paused=case.is_paused,
        closed_at=case.closed_at,
        urgency=case_urgency(case, at=at),
    )


def _line(event: CaseEvent) -> LineOut:
    return LineOut(
        kind=event.kind,
        verb=event.verb,
        from_state=event.from_state,
        to_state=event.to_state,
        at=event.at,
        due_at=event.due_at,
        was_late=event.was_late,
        actor=event.actor.name_for_others,
        organisation=event.organisation.name if event.organisation else "",
        note=event.note,
    )
