"""The running clock of a case: started, stopped, reckoned anew."""

from __future__ import annotations

from datetime import datetime

from yitang.ground.base.clock import Pause, Term, deadline
from yitang.ground.casework.models import Case
from yitang.ground.plumbing.api import working_calendar


def start_clock(case: Case, term: Term | None, at: datetime) -> None:
    """Start a new clock; without a term the one that runs goes on."""
    if term is not None:
        case.clock_started_at, case.term, case.extension = at, str(term), ""
        reckon(case)


def stop_clock(case: Case) -> None:
    case.clock_started_at, case.term, case.extension = None, "", ""
    case.due_at, case.due_is_provisional, case.supervised = None, False, ""


def reckon(case: Case) -> None:
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


def end_pause(case: Case, at: datetime) -> None:
    if case.is_paused:
        case.pauses.filter(ended_at__isnull=True).update(ended_at=at)
        case.is_paused = False
