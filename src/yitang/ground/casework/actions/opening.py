"""Opening cases, one or many, with their numbers, clocks and first lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from yitang.ground.base.clock import Term, civil_date
from yitang.ground.base.ids import Reference
from yitang.ground.casework.models import Case, CaseEvent, NumberSeries
from yitang.ground.casework.rules import Urgency, Workflow, workflow_named
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import insert_rows, new_row

from .clocks import start_clock
from .history import line_of

CLOSED_ELSEWHERE = "close"  # the verb of its line, where a case comes with its end
MANY = 50  # from here on a bulk insert is worth its second query


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case needs to be opened; ``subject`` is in the room that opens it.

    ``division_code`` has 6, 9 or 12 digits. ``term`` overrides the workflow's limit for the
    initial state. ``applicant_index`` is a blind index, never an identity number. ``summary``
    holds short facts for a list and nothing personal. ``clock_from`` is when its limit began
    to run, where that lies before the opening (a law changed, or it began elsewhere);
    ``closed_at`` is when it was settled elsewhere, in the final ``state``. ``note`` is what its
    first line, or that of its end, says.
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
    note: str = ""
    clock_from: datetime | None = None
    closed_at: datetime | None = None


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
    clock_from: datetime | None = None,
) -> Case:
    """Open a case in the initial state of the newest version of ``workflow``.

    Its clock starts with ``term``, or what the workflow says, at ``clock_from`` if given. Its
    number is ``PREFIX-YYMM-00001``, counted per month. Whether ``actor`` may open it is for the
    calling room to check.
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
        clock_from=clock_from,
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

    ``opened_at`` gives each its own moment (an import of older matters). Numbers follow
    ``at``; so do clocks, unless ``clock_from`` says that the limit began before. A case that
    is late as it comes counts as told about: who brought it knows, nobody is warned.
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
    events = [
        line
        for case, one in zip(cases, new, strict=True)
        for line in _first_lines(case, definition, actor=actor, note=one.note or note)
    ]
    if len(cases) < MANY:
        CaseEvent.objects.bulk_create(events)
    else:
        insert_rows(CaseEvent, events)
    return cases


def _insert(cases: Sequence[Case]) -> None:
    """Insert many cases and give each its key, found by its number."""
    insert_rows(Case, cases)
    numbers = [case.number for case in cases]
    keys = dict(Case.objects.filter(number__in=numbers).values_list("number", "pk"))
    for case in cases:
        case.pk = keys[case.number]
        case._state.adding = False


def _first_lines(case: Case, workflow: Workflow, *, actor: User, note: str) -> Iterator[CaseEvent]:
    """How a case came; of one settled elsewhere also how it ended."""
    if case.closed_at is None:
        yield line_of(case, kind="opened", actor=actor, at=case.opened_at, note=note)
        return
    opened = line_of(case, kind="opened", actor=actor, at=case.opened_at)
    opened.to_state = workflow.initial
    yield opened
    yield line_of(
        case, kind="moved", verb=CLOSED_ELSEWHERE, from_state=workflow.initial, actor=actor,
        at=case.closed_at, note=note, due_before=case.due_at,
    )  # fmt: skip


def _new_case(
    workflow: Workflow, new: NewCase, *, number: str, at: datetime, opened_at: datetime
) -> Case:
    state = new.state or workflow.initial
    case = new_row(
        Case,
        number=new.number or number,
        workflow=workflow.name,
        workflow_version=workflow.version,
        state=state,
        subject_kind=new.subject.kind,
        subject_id=new.subject.id,
        title=new.title[:200],
        summary=dict(new.summary),
        duty=new.duty,
        organisation_id=new.organisation.pk if new.organisation else None,
        applicant_id=new.applicant.pk if new.applicant else None,
        applicant_index=new.applicant_index,
        opened_at=opened_at,
    )
    if new.organisation is not None:
        case.organisation = new.organisation
    case.place(new.division_code)
    start_clock(case, new.term or workflow.terms.get(state), new.clock_from or at)
    case.closed_at = new.closed_at
    is_late = case.due_at is not None and case.due_at <= at and case.closed_at is None
    if is_late and opened_at < at:  # it came late from elsewhere
        case.supervised = Urgency.LATE
    case.order()
    return case


def _next_numbers(prefix: str, *, count: int, at: datetime) -> list[str]:
    """``count`` numbers of this month's series; whoever asks next waits for our commit."""
    series = f"{prefix}-{civil_date(at):%y%m}"
    if not NumberSeries.objects.filter(name=series).update(last=F("last") + count):
        NumberSeries.objects.bulk_create([NumberSeries(name=series)], ignore_conflicts=True)
        NumberSeries.objects.filter(name=series).update(last=F("last") + count)
    last = NumberSeries.objects.get(name=series).last
    return [f"{series}-{number:05d}" for number in range(last - count + 1, last + 1)]
