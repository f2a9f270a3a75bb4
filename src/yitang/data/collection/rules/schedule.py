"""When a source is fetched again, when its data are late, and how often a failure is tried.

A cycle ends on a day of the calendar; on a day off nobody renews anything, so that it ends on the
next working day, as every period does (Civil Code Art 203).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yitang.ground.base.clock import SHANGHAI, Calendar, Unit, civil_date, end_of_day
from yitang.ground.casework.rules import Transition, Workflow

LOOK = timedelta(minutes=15)  # between two looks at what is renewed all the time
FETCH_AT = time(6, 0, tzinfo=SHANGHAI)  # what was written overnight is there by then
_DAYS = {"daily": 1, "weekly": 7, "ten_days": 10}
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
CYCLES = ("realtime", *_DAYS, *_MONTHS, "irregular", "never")

FETCH_WORKFLOW = "collection.fetch"
FETCH_PREFIX = "CJ"  # 采集
FETCH = Workflow(
    name=FETCH_WORKFLOW,
    version=1,
    initial="failing",
    final=frozenset({"fetched", "closed"}),
    transitions=(
        # It closes by itself with the next fetch that succeeds; whoever mended it fetches at once.
        Transition("fetch", "failing", "fetched", "collection.decide"),
        # The place is given up, or its data come another way; why stands in the history.
        Transition("close", "failing", "closed", "collection.decide", needs_note=True),
    ),
    pause_reasons={},
    view="collection.see",
    manage="collection.oversee",
    source="政务数据共享条例 Arts 17, 26",
)


@dataclass(frozen=True, slots=True)
class Due:
    """From when the next fetch is made, and the moment at which its data are late."""

    fetch: datetime
    late: datetime


def next_due(cycle: str, since: datetime, calendar: Calendar) -> Due | None:
    """After data that came at ``since``; ``None`` where the catalogue promises no time."""
    if cycle == "realtime":
        return Due(since + LOOK, since + timedelta(days=1))
    day = civil_date(since)
    if cycle in _DAYS:
        ends = day + timedelta(days=_DAYS[cycle])
    elif cycle in _MONTHS:
        ends = _months_after(day, _MONTHS[cycle])
    else:
        return None
    due = calendar.due_date(ends, 0, unit=Unit.DAYS).day
    return Due(datetime.combine(due, FETCH_AT), end_of_day(due))


def _months_after(day: date, count: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    year, month = divmod(day.month - 1 + count, 12)
    last = months.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def pause_after(failures: int, pauses: Sequence[int]) -> timedelta | None:
    """How long to wait after that many failures in a row; ``None``: somebody must look at it."""
    return timedelta(minutes=pauses[failures - 1]) if failures <= len(pauses) else None
