"""Deadlines: working days on the official calendar, natural days, hours; pauses and extensions.

Counting follows the Civil Code, Arts 201-203: the starting day is not counted; a period
that ends on a day off ends on the next working day; the last day ends at 24:00; hours count
from the stated moment. Weekends worked to make up for a holiday (调休) are working days.

Everything here is a pure function of its arguments: nothing reads the time of day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from .errors import DomainError

SHANGHAI = ZoneInfo("Asia/Shanghai")

# How far beyond the official calendar a provisional date may lie.
PROVISIONAL_YEARS = 10

# Holidays that fall on the same date every year (全国年节及纪念日放假办法, as amended in
# November 2024). The others follow the moon or the yearly notice and cannot be foreseen.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

# Reasons for which the law stops a licensing clock: 行政许可法 (2019) Art 45.
PAUSE_REASONS: Mapping[str, str] = dict.fromkeys(
    (
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    ),
    "行政许可法 Art 45",
)


class CalendarUncovered(DomainError):
    """A date before the first official calendar, or too far beyond the last."""

    code = "base.calendar_uncovered"
    message = "The calendar covers {first} to {last}; it cannot count working days on {day}."
    http_status = 422


class CalendarFileInvalid(DomainError):
    code = "base.calendar_file_invalid"
    message = "{file}, line {line}: {problem}. Expected columns: date, kind (off or work), holiday."
    http_status = 422


class Unit(StrEnum):
    """What a time limit is counted in."""

    WORKDAYS = "wd"
    DAYS = "d"
    HOURS = "h"


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit: ``Term(10, Unit.WORKDAYS)``, written ``10wd``."""

    amount: int
    unit: Unit = Unit.WORKDAYS

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def __add__(self, other: Term) -> Term:
        if other.unit is not self.unit:
            raise ValueError(f"cannot add {other} to {self}")
        return Term(self.amount + other.amount, self.unit)

    @classmethod
    def parse(cls, text: str) -> Term:
        """The term that ``str()`` wrote; ``ValueError`` when it is none."""
        amount = text.rstrip("wdh")
        return cls(int(amount), Unit(text[len(amount) :]))


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a period; provisional when it depends on a year not yet announced."""

    day: date
    is_provisional: bool

    def __str__(self) -> str:
        return f"{self.day} provisional" if self.is_provisional else str(self.day)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment a period ends, in UTC."""

    at: datetime
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """A time not counted, from ``start`` to ``end`` (``None``: it still goes on)."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, by official notice; ``version`` names the notices it holds."""

    version: str
    first: date
    last: date
    exceptions: Mapping[date, bool]

    def __post_init__(self) -> None:
        start = self.first.toordinal()
        end = date(self.last.year + PROVISIONAL_YEARS, 12, 31).toordinal()
        worked = [self._is_worked(date.fromordinal(day)) for day in range(start, end + 1)]
        workdays = [start + index for index, is_worked in enumerate(worked) if is_worked]
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_last", self.last.toordinal())
        object.__setattr__(self, "_worked", worked)
        object.__setattr__(self, "_rank", list(accumulate(worked)))
        object.__setattr__(self, "_workdays", workdays)

    # Set above once and never again; declared for readers and type checkers.
    _start: int = 0
    _last: int = 0
    _worked: Sequence[bool] = ()
    _rank: Sequence[int] = ()
    _workdays: Sequence[int] = ()

    def is_workday(self, day: date) -> bool:
        """Whether offices work on ``day``; beyond ``last`` it is a guess."""
        return self._worked[self._position(day)]

    def due_date(self, start: date, amount: int, *, unit: Unit = Unit.WORKDAYS) -> DueDate:
        """The last day of ``amount`` (0 or more) working or natural days after ``start``.

        Raises ``CalendarUncovered`` outside the calendar, ``ValueError`` for hours.
        """
        if unit is Unit.HOURS:
            raise ValueError("hours end at a moment: use deadline()")
        if unit is Unit.DAYS:
            return self._rolled(start.toordinal() + amount)
        index = self._rank[self._position(start)] + amount - 1
        if amount == 0:
            return self._due(start.toordinal())
        if index >= len(self._workdays):
            raise self._uncovered(start + timedelta(days=amount))
        return self._due(self._workdays[index])

    def due_ordinals(self, starts: Iterable[int], amount: int) -> list[int]:
        """``due_date`` in bulk: proleptic ordinals of start days to those of due days.

        ``amount`` working days, at least 1. A result beyond ``last.toordinal()`` is
        provisional. Raises ``CalendarUncovered`` if any lies outside.
        """
        rank, workdays, first = self._rank, self._workdays, self._start
        offset = amount - 1
        days = list(starts)
        if days and (min(days) < first or max(days) >= first + len(rank)):
            raise self._uncovered(date.fromordinal(min(days) if min(days) < first else max(days)))
        try:
            return [workdays[rank[day - first] + offset] for day in days]
        except IndexError:
            raise self._uncovered(date.fromordinal(max(days))) from None

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` up to and including ``end``."""
        return self._rank[self._position(end)] - self._rank[self._position(start)]

    def _is_worked(self, day: date) -> bool:
        if day <= self.last:
            return self.exceptions.get(day, day.weekday() < 5)
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

    def _position(self, day: date) -> int:
        position = day.toordinal() - self._start
        if not 0 <= position < len(self._worked):
            raise self._uncovered(day)
        return position

    def _rolled(self, ordinal: int) -> DueDate:
        """The day itself, or the next working day (Civil Code Art 203)."""
        position = self._position(date.fromordinal(ordinal))
        while not self._worked[position]:
            position += 1
        return self._due(self._start + position)

    def _due(self, ordinal: int) -> DueDate:
        return DueDate(date.fromordinal(ordinal), ordinal > self._last)

    def _uncovered(self, day: date) -> CalendarUncovered:
        return CalendarUncovered(first=self.first, last=self.last, day=day)


@cache
def official_calendar() -> Calendar:
    """The calendar of the State Council's yearly notices (国务院办公厅关于…部分节假日安排的通知).

    Days 2004-2026, taken from chinesecalendar 1.11.0, which collects the notices.
    """
    exceptions = read_exceptions(Path(__file__).with_name("calendar_2004_2026.csv"))
    return Calendar("2004-2026", date(2004, 1, 1), date(2026, 12, 31), exceptions)


def load_calendar(path: Path, *, base: Calendar | None = None) -> Calendar:
    """``base`` (default: the official calendar) with the years of a file added or replaced.

    The file is CSV with the columns date, kind, holiday: one row for each weekday off
    (``off``) and each weekend day worked (``work``), whole years. Raises
    ``CalendarFileInvalid``, naming the line.
    """
    base = base or official_calendar()
    added = read_exceptions(path)
    years = {day.year for day in added}
    if years and min(years) > base.last.year + 1:
        problem = f"the year {base.last.year + 1} is missing before {min(years)}"
        raise CalendarFileInvalid(file=path.name, line=2, problem=problem)
    kept = {day: work for day, work in base.exceptions.items() if day.year not in years}
    last = max(base.last, date(max(years, default=base.last.year), 12, 31))
    return Calendar(f"{base.version}+{path.stem}", base.first, last, kept | added)


def read_exceptions(path: Path) -> dict[date, bool]:
    """Day to whether it is worked, for each day that differs from Monday-to-Friday."""
    exceptions: dict[date, bool] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                day = date.fromisoformat(row["date"])
                exceptions[day] = {"off": False, "work": True, "makeup_work": True}[row["kind"]]
            except (KeyError, TypeError, ValueError) as error:
                problem = f"cannot read {error}"
                raise CalendarFileInvalid(file=path.name, line=line, problem=problem) from None
    return exceptions


def civil_date(moment: datetime) -> date:
    """The date in Asia/Shanghai, by which all civil days are reckoned."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 in Asia/Shanghai (Civil Code Art 203), as UTC."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def deadline(
    *,
    start: datetime,
    term: Term,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extension: Term | None = None,
) -> Deadline:
    """When ``term`` (and its one ``extension``, same unit) ends, its pauses not counted.

    A pause takes away its civil days from the first to the last, both included; counting
    goes on the next day. In hours it takes away the time itself. Raises ``ValueError`` for
    a pause without an end: while a clock stands still there is no deadline.
    """
    whole = term + extension if extension else term
    spans = [(pause.start, _ended(pause)) for pause in pauses]
    if whole.unit is Unit.HOURS:
        return _after_hours(start, whole.amount, spans, calendar)
    first = civil_date(start)
    due = calendar.due_date(first, whole.amount, unit=whole.unit)
    excluded = 0
    for start_day, end_day in _merged([(civil_date(a), civil_date(b)) for a, b in spans]):
        paused_from = max(start_day, first + timedelta(days=1))
        if end_day < paused_from or paused_from > due.day:
            continue
        excluded += _counted(paused_from, end_day, whole.unit, calendar)
        due = calendar.due_date(first, whole.amount + excluded, unit=whole.unit)
    return Deadline(end_of_day(due.day), due.is_provisional)


def _ended(pause: Pause) -> datetime:
    if pause.end is None:
        raise ValueError("a pause that still goes on has no deadline yet")
    return pause.end


def _counted(first: date, last: date, unit: Unit, calendar: Calendar) -> int:
    if unit is Unit.DAYS:
        return (last - first).days + 1
    return calendar.workdays_between(first - timedelta(days=1), last)


def _after_hours(
    start: datetime, hours: int, spans: list[tuple[datetime, datetime]], calendar: Calendar
) -> Deadline:
    end = start.astimezone(UTC) + timedelta(hours=hours)
    for span_start, span_end in _merged(spans):
        if span_end > start and span_start < end:
            end += span_end - max(span_start, start)
    return Deadline(end, civil_date(end) > calendar.last)


Moment = TypeVar("Moment", date, datetime)


def _merged(spans: list[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """The spans in order, those that overlap made one."""
    merged: list[tuple[Moment, Moment]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overdue_days(due: datetime, at: datetime) -> int:
    """Whole civil days by which ``at`` is past ``due``; 0 while in time."""
    if at < due:
        return 0
    # ``due`` is 24:00, which is the next civil day's 0:00: that day is the first one late.
    return (civil_date(at) - civil_date(due - timedelta(microseconds=1))).days
