"""What the holder does beside moving a case on: assign, pause, resume, extend, note."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import Term, civil_date
from yitang.ground.casework.access import check_can_manage
from yitang.ground.casework.errors import (
    AssigneeElsewhere,
    CaseNotPaused,
    CasePaused,
    ClockNotRunning,
    ExtensionSpent,
    ExtensionTooLate,
    PauseReasonUnlawful,
    ReasonNeeded,
)
from yitang.ground.casework.models import Case, CasePause
from yitang.ground.organisations.api import Organisation, User, posts_of

from .clocks import end_pause, reckon
from .history import line_of, locked_case, managed_case, save_case


@transaction.atomic
def assign_case(
    *,
    case_id: int,
    organisation: Organisation,
    assignee: User | None,
    actor: User,
    at: datetime,
    note: str = "",
) -> Case:
    """Give an open case to an organisation and, if named, to a person who works there.

    The state and the clock stay. Raises ``AssigneeElsewhere``, ``NotAllowed``.
    """
    case = managed_case(case_id, actor, at)
    if assignee is not None and not _works_in(assignee, organisation, at):
        raise AssigneeElsewhere(
            field="assignee", name=str(assignee), organisation=organisation.name
        )
    case.organisation, case.assignee = organisation, assignee
    save_case(case)
    said = note or (str(assignee) if assignee else "")
    line_of(case, kind="assigned", actor=actor, at=at, note=said).save()
    return case


@transaction.atomic
def pause_case(*, case_id: int, reason: str, actor: User, at: datetime, note: str = "") -> Case:
    """Stop the clock for a reason that the workflow's law names.

    Until it is resumed the case has no due date. Raises ``PauseReasonUnlawful``,
    ``ClockNotRunning``, ``CasePaused``, ``NotAllowed``.
    """
    case = managed_case(case_id, actor, at)
    lawful = case.definition.pause_reasons
    if case.is_paused:
        raise CasePaused(number=case.number)
    if case.due_at is None:
        raise ClockNotRunning(number=case.number)
    if reason not in lawful:
        raise PauseReasonUnlawful(
            field="reason", reason=reason, lawful=", ".join(sorted(lawful)) or "none"
        )
    CasePause.objects.create(
        case=case, reason=reason, basis=lawful[reason], started_at=at, note=note
    )
    due_before = case.due_at
    case.is_paused, case.due_at, case.due_is_provisional = True, None, False
    save_case(case)
    said = f"{reason} ({lawful[reason]}) {note}".strip()
    line_of(case, kind="paused", actor=actor, at=at, note=said, due_before=due_before).save()
    return case


@transaction.atomic
def resume_case(*, case_id: int, actor: User, at: datetime, note: str = "") -> Case:
    """Let the clock go on; the days it stood still are added to the due date."""
    case = managed_case(case_id, actor, at)
    if not case.is_paused:
        raise CaseNotPaused(number=case.number)
    end_pause(case, at)
    reckon(case)
    save_case(case)
    line_of(case, kind="resumed", actor=actor, at=at, note=note).save()
    return case


@transaction.atomic
def extend_case(*, case_id: int, term: Term, reason: str, actor: User, at: datetime) -> Case:
    """Add ``term`` to the running limit, once, with a reason, as far as the workflow allows.

    Raises ``ReasonNeeded``, ``CasePaused``, ``ClockNotRunning``, ``ExtensionTooLate``,
    ``ExtensionSpent``, ``ExtensionNotAllowed``, ``ExtensionTooLong``, ``NotAllowed``.
    """
    case = managed_case(case_id, actor, at)
    if not reason.strip():
        raise ReasonNeeded(field="reason", verb="extend")
    if case.is_paused:
        raise CasePaused(number=case.number)
    if case.due_at is None:
        raise ClockNotRunning(number=case.number)
    if at >= case.due_at:
        raise ExtensionTooLate(number=case.number)
    if case.extension:
        raise ExtensionSpent(number=case.number)
    case.definition.check_extension(state=case.state, term=term, number=case.number)
    due_before = case.due_at
    case.extension = str(term)
    reckon(case)
    save_case(case)
    said = f"{term}: {reason}"
    line_of(case, kind="extended", actor=actor, at=at, note=said, due_before=due_before).save()
    return case


@transaction.atomic
def note_case(*, case_id: int, note: str, actor: User, at: datetime) -> Case:
    """Add a line to the history of a case, open or closed; nothing else changes."""
    case = locked_case(case_id)
    if not note.strip():
        raise ReasonNeeded(field="note", verb="note")
    check_can_manage(actor, case, on=civil_date(at))
    line_of(case, kind="noted", actor=actor, at=at, note=note).save()
    return case


def _works_in(user: User, organisation: Organisation, at: datetime) -> bool:
    posts = posts_of(user, on=civil_date(at))
    return any(post.organisation_id == organisation.pk for post in posts)
