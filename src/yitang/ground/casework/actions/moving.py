"""Moving a case along its workflow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import Term, civil_date
from yitang.ground.base.text import Word
from yitang.ground.casework.access import check_can_advance
from yitang.ground.casework.errors import (
    CasePaused,
    ReasonNeeded,
)
from yitang.ground.casework.events import CaseMoved
from yitang.ground.casework.models import Case
from yitang.ground.casework.rules import Transition
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import announce

from .clocks import end_pause, start_clock, stop_clock
from .history import line_of, locked_case, save_case


@transaction.atomic
def advance_case(
    *,
    case_id: int,
    verb: str,
    actor: User,
    at: datetime,
    note: str = "",
    term: Term | None = None,
    since: datetime | None = None,
    organisation: Organisation | None = None,
    division_code: str | None = None,
    duty: str | None = None,
    summary: Mapping[str, str] | None = None,
) -> Case:
    """Move a case along its workflow and write the move into its history.

    ``term`` overrides the limit of the new state, ``since`` the moment from which it counts.
    ``organisation``, ``division_code`` and ``duty`` hand it over in the same move; a new holder
    has no assignee yet. ``summary`` replaces the facts a list shows where they changed. Announces
    ``CaseMoved``. Raises ``TransitionNotAllowed``, ``NotAllowed``, ``ReasonNeeded``,
    ``CasePaused`` (only closing moves are made while the clock stands still).
    """
    case = locked_case(case_id)
    workflow = case.definition
    transition = check_move(case, verb=verb, actor=actor, at=at, note=note)
    is_final = transition.target in workflow.final
    before, due_before = case.state, case.due_at
    end_pause(case, at)
    case.state = transition.target
    _hand_over(case, organisation, division_code, duty)
    case.summary = case.summary | dict(summary or {})
    if is_final:
        case.closed_at = at
    elif transition.stops_clock:
        stop_clock(case)
    else:
        start_clock(case, term or workflow.term_of(transition), since or at)
    save_case(case)
    line_of(
        case, kind="moved", verb=verb, from_state=before, actor=actor, at=at, note=note,
        due_before=due_before,
    ).save()  # fmt: skip
    announce(
        CaseMoved(
            case_id=case.pk,
            subject=case.subject,
            verb=verb,
            from_state=before,
            to_state=case.state,
            actor_id=actor.pk,
            at=at,
        )
    )
    return case


def check_move(case: Case, *, verb: str, actor: User, at: datetime, note: str) -> Transition:
    """The move that ``advance_case`` would make now; raises what it would raise.

    For moves before which something is done that cannot be undone, such as reading records.
    """
    workflow = case.definition
    transition = workflow.check_transition(state=case.state, verb=verb)
    check_can_advance(actor, case, transition, on=civil_date(at))
    if transition.needs_note and not note.strip():
        raise ReasonNeeded(field="note", verb=Word(verb, case.workflow))
    if case.is_paused and transition.target not in workflow.final:
        raise CasePaused(number=case.number)
    return transition


def _hand_over(
    case: Case, organisation: Organisation | None, division_code: str | None, duty: str | None
) -> None:
    if organisation is not None and organisation.pk != case.organisation_id:
        case.organisation, case.assignee = organisation, None
    if division_code is not None:
        case.place(division_code)
    if duty is not None:
        case.duty = duty
