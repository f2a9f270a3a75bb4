"""What the platform does by itself: warnings, and due dates after a new calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from yitang.ground.casework.events import CasesFoundLate, CaseSupervised
from yitang.ground.casework.models import Case, CaseEvent
from yitang.ground.casework.queries import case_urgency, soon_horizon
from yitang.ground.casework.rules import Urgency
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.plumbing.api import announce, working_calendar

from .clocks import reckon
from .history import line_of, save_case

BATCH = 1000


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
                reckon(case)
                save_case(case)
                if case.due_at != before:
                    moved += 1
                    note = f"calendar {calendar.version}"
                    line_of(
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
        (line_of(case, kind=level.value, actor=actor, at=at) for case, level in told),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    for case, level in told:
        announce(
            CaseSupervised(
                case_id=case.pk, subject=case.subject, level=level.value, due_at=case.due_at, at=at
            )
        )
    late = tuple(case.pk for case, level in told if level is Urgency.LATE)
    if late:
        announce(CasesFoundLate(case_ids=late, at=at))
