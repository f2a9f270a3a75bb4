"""Writes: every change to a case with its history line, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q

from yitang.ground.base.clock import Pause, Term, civil_date, deadline
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import Organisation, User, posts_of, system_actor
from yitang.ground.plumbing.api import announce, insert_rows, working_calendar

from .access import check_can_advance, check_can_manage
from .errors import (
    AssigneeElsewhere,
    CaseClosed,
    CaseNotPaused,
    CasePaused,
    ClockNotRunning,
    ExtensionSpent,
    PauseReasonUnlawful,
    ReasonNeeded,
)
from .events import CaseMoved, CaseSupervised
from .models import Case, CaseEvent, CasePause, NumberSeries
from .queries import case_urgency, soon_horizon
from .rules import Urgency, Workflow, workflow_named

BATCH = 1000
MANY = 50  # from here on a bulk insert is worth its second query


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case needs to be opened; ``subject`` is in the room that opens it.

    ``division_code`` has 6, 9 or 12 digits. ``term`` overrides the workflow's limit for the
    initial state. ``applicant_index`` is a blind index, never an identity number. ``summary``
    holds short facts for a list and nothing personal.
    """

    subject: Reference
    title: str
    division_code: str
    organisation: Organisation | None = None
    duty: str = ""
    term: Term | None = None
    applicant: User | None = None
    applicant_index: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    number: str = ""


@transaction.atomic
def open_case(
    *,
    workflow: str,
    subject: Reference,
    title: str,
    division_code: str,
    organisation: Organisation | None,
    actor: User,
    at: datetime,
    number_prefix: str,
    term: Term | None = None,
    summary: Mapping[str, str] | None = None,
    duty: str = "",
    applicant: User | None = None,
    applicant_index: str = "",
    note: str = "",
) -> Case:
    """Open a case in the initial state of the newest version of ``workflow``.

    Its clock starts with ``term``, or what the workflow says. Its number is
    ``PREFIX-YYMM-00001``, counted per month. Whether ``actor`` may open it is for the calling
    room to check.
    """
    new = NewCase(
        subject=subject,
        title=title,
        division_code=division_code,
        organisation=organisation,
        duty=duty,
        term=term,
        applicant=applicant,
        applicant_index=applicant_index,
        summary=summary or {},
    )
    cases = open_cases(
        workflow=workflow, new=[new], actor=actor, at=at, number_prefix=number_prefix, note=note
    )
    return cases[0]


@transaction.atomic
def open_cases(
    *,
    workflow: str,
    new: Sequence[NewCase],
    actor: User,
    at: datetime,
    number_prefix: str,
    note: str = "",
    opened_at: Sequence[datetime] | None = None,
) -> list[Case]:
    """Open many cases at once, in a few statements; otherwise as ``open_case``.

    ``opened_at`` gives each its own moment (an import of older matters). Clocks start and
    numbers follow ``at``: nobody here could act on it before.
    """
    if not new:
        return []
    definition = workflow_named(workflow)
    numbers = _next_numbers(number_prefix, count=len(new), at=at)
    moments = opened_at or [at] * len(new)
    cases = [
        _new_case(definition, one, number=number, at=at, opened_at=moment)
        for one, number, moment in zip(new, numbers, moments, strict=True)
    ]
    if len(cases) < MANY:
        Case.objects.bulk_create(cases)
    else:
        _insert(cases)
    events = (
        _event(case, kind="opened", actor=actor, at=case.opened_at, note=note) for case in cases
    )
    if len(cases) < MANY:
        CaseEvent.objects.bulk_create(events)
    else:
        insert_rows(CaseEvent, events)
    return cases


@transaction.atomic
def advance_case(
    *,
    case_id: int,
    verb: str,
    actor: User,
    at: datetime,
    note: str = "",
    term: Term | None = None,
    organisation: Organisation | None = None,
    division_code: str | None = None,
    duty: str | None = None,
    summary: Mapping[str, str] | None = None,
) -> Case:
    """Move a case along its workflow and write the move into its history.

    ``term`` overrides the limit of the new state. ``organisation``, ``division_code`` and
    ``duty`` hand it over in the same move; a new holder has no assignee yet. ``summary``
    replaces the facts a list shows where they changed. Announces
    ``CaseMoved``. Raises ``TransitionNotAllowed``, ``NotAllowed``, ``ReasonNeeded``,
    ``CasePaused`` (only closing moves are made while the clock stands still).
    """
    case = _locked(case_id)
    workflow = case.definition
    transition = workflow.check_transition(state=case.state, verb=verb)
    check_can_advance(actor, case, transition, on=civil_date(at))
    is_final = transition.target in workflow.final
    if transition.needs_note and not note.strip():
        raise ReasonNeeded(field="note", verb=verb)
    if case.is_paused and not is_final:
        raise CasePaused(number=case.number)
    before, due_before = case.state, case.due_at
    _end_pause(case, at)
    case.state = transition.target
    _hand_over(case, organisation, division_code, duty)
    case.summary = case.summary | dict(summary or {})
    if is_final:
        case.closed_at = at
    elif transition.stops_clock:
        _stop_clock(case)
    else:
        _start_clock(case, term or workflow.term_of(transition), at)
    _save(case)
    _event(
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
    case = _managed(case_id, actor, at)
    if assignee is not None and not _works_in(assignee, organisation, at):
        raise AssigneeElsewhere(
            field="assignee", name=str(assignee), organisation=organisation.name
        )
    case.organisation, case.assignee = organisation, assignee
    _save(case)
    said = note or (str(assignee) if assignee else "")
    _event(case, kind="assigned", actor=actor, at=at, note=said).save()
    return case


@transaction.atomic
def pause_case(*, case_id: int, reason: str, actor: User, at: datetime, note: str = "") -> Case:
    """Stop the clock for a reason that the workflow's law names.

    Until it is resumed the case has no due date. Raises ``PauseReasonUnlawful``,
    ``ClockNotRunning``, ``CasePaused``, ``NotAllowed``.
    """
    case = _managed(case_id, actor, at)
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
    _save(case)
    said = f"{reason} ({lawful[reason]}) {note}".strip()
    _event(case, kind="paused", actor=actor, at=at, note=said, due_before=due_before).save()
    return case


@transaction.atomic
def resume_case(*, case_id: int, actor: User, at: datetime, note: str = "") -> Case:
    """Let the clock go on; the days it stood still are added to the due date."""
    case = _managed(case_id, actor, at)
    if not case.is_paused:
        raise CaseNotPaused(number=case.number)
    _end_pause(case, at)
    _reckon(case)
    _save(case)
    _event(case, kind="resumed", actor=actor, at=at, note=note).save()
    return case


@transaction.atomic
def extend_case(*, case_id: int, term: Term, reason: str, actor: User, at: datetime) -> Case:
    """Add ``term`` to the running limit, once, with a reason, as far as the workflow allows.

    Raises ``ReasonNeeded``, ``ClockNotRunning``, ``ExtensionSpent``, ``ExtensionNotAllowed``,
    ``ExtensionTooLong``, ``NotAllowed``.
    """
    case = _managed(case_id, actor, at)
    if not reason.strip():
        raise ReasonNeeded(field="reason", verb="extend")
    if case.is_paused:
        raise CasePaused(number=case.number)
    if case.due_at is None:
        raise ClockNotRunning(number=case.number)
    if case.extension:
        raise ExtensionSpent(number=case.number)
    case.definition.check_extension(state=case.state, term=term, number=case.number)
    due_before = case.due_at
    case.extension = str(term)
    _reckon(case)
    _save(case)
    said = f"{term}: {reason}"
    _event(case, kind="extended", actor=actor, at=at, note=said, due_before=due_before).save()
    return case


@transaction.atomic
def note_case(*, case_id: int, note: str, actor: User, at: datetime) -> Case:
    """Add a line to the history of a case, open or closed; nothing else changes."""
    case = _locked(case_id)
    if not note.strip():
        raise ReasonNeeded(field="note", verb="note")
    check_can_manage(actor, case, on=civil_date(at))
    _event(case, kind="noted", actor=actor, at=at, note=note).save()
    return case


@dataclass(frozen=True, slots=True)
class Supervised:
    """How many cases were warned about and how many were found late."""

    soon_late: int
    late: int


def supervise_cases(*, at: datetime) -> Supervised:
    """Write a line into the history of every case that is nearly late or late, once per due date.

    Goes in batches, each a transaction of its own; running it again changes nothing. Announces
    ``CaseSupervised``.
    """
    counts = {Urgency.SOON_LATE: 0, Urgency.LATE: 0}
    actor, horizon, last = system_actor(), soon_horizon(at), 0
    while True:
        with transaction.atomic():
            rows = Case.objects.filter(
                Q(due_order__lte=at) | Q(supervised=""),  # told before and not late yet: quiet
                closed_at__isnull=True,
                due_order__lte=horizon,
                pk__gt=last,
            ).exclude(supervised=Urgency.LATE)
            if connection.features.has_select_for_update_skip_locked:
                rows = rows.select_for_update(skip_locked=True)
            batch = list(rows.order_by("pk")[:BATCH])
            judged = [(case, case_urgency(case, at=at)) for case in batch]
            told = [(c, level) for c, level in judged if level in counts and level != c.supervised]
            _supervise(told, actor=actor, at=at)
        for _, level in told:
            counts[level] += 1
        if len(batch) < BATCH:
            return Supervised(counts[Urgency.SOON_LATE], counts[Urgency.LATE])
        last = batch[-1].pk


def recompute_provisional(*, at: datetime) -> int:
    """Reckon provisional due dates anew after a calendar was loaded; returns how many moved.

    Only cases reckoned on another calendar are looked at. A moved date is a history line.
    """
    calendar, actor, moved = working_calendar(), system_actor(), 0
    while True:
        with transaction.atomic():
            stale = Case.objects.filter(closed_at__isnull=True, due_is_provisional=True)
            stale = stale.exclude(calendar_version=calendar.version)
            batch = list(stale.select_for_update().order_by("pk")[:BATCH])
            for case in batch:
                before = case.due_at
                _reckon(case)
                _save(case)
                if case.due_at != before:
                    moved += 1
                    note = f"calendar {calendar.version}"
                    _event(
                        case, kind="recomputed", actor=actor, at=at, note=note, due_before=before
                    ).save()
        if not batch:
            return moved


def _supervise(told: Iterable[tuple[Case, Urgency]], *, actor: User, at: datetime) -> None:
    told = list(told)
    for case, level in told:
        case.supervised = level.value
    Case.objects.bulk_update([case for case, _ in told], ["supervised"], batch_size=BATCH)
    CaseEvent.objects.bulk_create(
        (_event(case, kind=level.value, actor=actor, at=at) for case, level in told),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    for case, level in told:
        announce(
            CaseSupervised(
                case_id=case.pk, subject=case.subject, level=level.value, due_at=case.due_at, at=at
            )
        )


def _insert(cases: Sequence[Case]) -> None:
    """Insert many cases and give each its key, found by its number."""
    insert_rows(Case, cases)
    numbers = [case.number for case in cases]
    keys = dict(Case.objects.filter(number__in=numbers).values_list("number", "pk"))
    for case in cases:
        case.pk = keys[case.number]
        case._state.adding = False


def _locked(case_id: int) -> Case:
    return Case.objects.select_for_update().get(pk=case_id)


def _managed(case_id: int, actor: User, at: datetime) -> Case:
    case = _locked(case_id)
    check_can_manage(actor, case, on=civil_date(at))
    if not case.is_open:
        raise CaseClosed(number=case.number)
    return case


def _save(case: Case) -> None:
    case.order()
    case.save()


def _new_case(
    workflow: Workflow, new: NewCase, *, number: str, at: datetime, opened_at: datetime
) -> Case:
    state = new.state or workflow.initial
    case = Case(
        number=new.number or number,
        workflow=workflow.name,
        workflow_version=workflow.version,
        state=state,
        subject_kind=new.subject.kind,
        subject_id=new.subject.id,
        title=new.title[:200],
        summary=dict(new.summary),
        duty=new.duty,
        organisation=new.organisation,
        applicant=new.applicant,
        applicant_index=new.applicant_index,
        opened_at=opened_at,
    )
    case.place(new.division_code)
    _start_clock(case, new.term or workflow.terms.get(state), at)
    case.order()
    return case


def _hand_over(
    case: Case, organisation: Organisation | None, division_code: str | None, duty: str | None
) -> None:
    if organisation is not None and organisation.pk != case.organisation_id:
        case.organisation, case.assignee = organisation, None
    if division_code is not None:
        case.place(division_code)
    if duty is not None:
        case.duty = duty


def _start_clock(case: Case, term: Term | None, at: datetime) -> None:
    """Start a new clock; without a term the one that runs goes on."""
    if term is not None:
        case.clock_started_at, case.term, case.extension = at, str(term), ""
        _reckon(case)


def _stop_clock(case: Case) -> None:
    case.clock_started_at, case.term, case.extension = None, "", ""
    case.due_at, case.due_is_provisional, case.supervised = None, False, ""


def _reckon(case: Case) -> None:
    """Work the due date out from the running clock, its pauses and its extension."""
    term, calendar = case.running_term, working_calendar()
    if term is None or case.clock_started_at is None:
        return
    pauses = [] if case.pk is None else _pauses(case)
    extension = Term.parse(case.extension) if case.extension else None
    due = deadline(
        start=case.clock_started_at, term=term, calendar=calendar, pauses=pauses,
        extension=extension,
    )  # fmt: skip
    case.due_at, case.due_is_provisional = due.at, due.is_provisional
    case.calendar_version, case.supervised = calendar.version, ""


def _pauses(case: Case) -> list[Pause]:
    rows = case.pauses.filter(ended_at__gte=case.clock_started_at)
    return [Pause(row.started_at, row.ended_at, row.reason) for row in rows]


def _end_pause(case: Case, at: datetime) -> None:
    if case.is_paused:
        case.pauses.filter(ended_at__isnull=True).update(ended_at=at)
        case.is_paused = False


def _event(
    case: Case, *, kind: str, actor: User, at: datetime, verb: str = "", from_state: str = "",
    note: str = "", due_before: datetime | None = None,
) -> CaseEvent:  # fmt: skip
    return CaseEvent(
        case=case,
        kind=kind,
        verb=verb,
        from_state=from_state,
        to_state=case.state,
        actor=actor,
        organisation_id=case.organisation_id,
        at=at,
        due_before=due_before,
        due_at=case.due_at,
        note=note,
    )


def _works_in(user: User, organisation: Organisation, at: datetime) -> bool:
    posts = posts_of(user, on=civil_date(at))
    return any(post.organisation_id == organisation.pk for post in posts)


def _next_numbers(prefix: str, *, count: int, at: datetime) -> list[str]:
    """``count`` numbers of this month's series; whoever asks next waits for our commit."""
    series = f"{prefix}-{civil_date(at):%y%m}"
    if not NumberSeries.objects.filter(name=series).update(last=F("last") + count):
        NumberSeries.objects.bulk_create([NumberSeries(name=series)], ignore_conflicts=True)
        NumberSeries.objects.filter(name=series).update(last=F("last") + count)
    last = NumberSeries.objects.get(name=series).last
    return [f"{series}-{number:05d}" for number in range(last - count + 1, last + 1)]
