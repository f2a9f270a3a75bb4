"""A date, whatever way it is written: 2023年6月1日, 20230601, 1/6/2023, epoch milliseconds."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

_SHANGHAI = timezone(timedelta(hours=8))
_YEAR_FIRST = re.compile(
    r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2})(?!\d)\s*[日号]?)?月?"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{6})?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./]((?:19|20)\d\d)")
_EPOCH = re.compile(r"1?\d{9}(?:\d{3})?(?:\.0)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+((?:19|20)\d\d)")
_NAMED_FIRST = re.compile(
    r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(?:\d\d:\d\d:\d\d\s+\w+\s+)?((?:19|"
    r"20)\d\d)"
)
# An Excel serial of a day between 1990 and 2050.
_SERIAL = re.compile(r"([3-5]\d{4})(?:\.\d+)?")


def date_of(value: object) -> date | None:
    """The day that is meant, in China's time where an instant is given; ``None`` if none is.

    A month without a day is its first day, a year alone its first of January.
    """
    if isinstance(value, datetime):
        return value.astimezone(_SHANGHAI).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if not text or len(text) > 60:
        return None
    for read in (_compact, _epoch, _instant, _year_first, _day_first, _named, _serial, _year):
        found = read(text)
        if found is not None:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _compact(text: str) -> date | None:
    match = _COMPACT.fullmatch(text)
    return _day(int(match[1]), int(match[2]), int(match[3])) if match else None


def _epoch(text: str) -> date | None:
    if not _EPOCH.fullmatch(text):
        return None
    number = float(text)
    seconds = number / 1000 if number >= 10**11 else number
    if not 3 * 10**8 <= seconds < 4 * 10**9:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).astimezone(_SHANGHAI).date()


def _instant(text: str) -> date | None:
    if "t" not in text or not re.match(r"\d{4}-\d\d-\d\dt", text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("z", "+00:00"))
    except ValueError:
        return None
    return moment.astimezone(_SHANGHAI).date() if moment.tzinfo else moment.date()


def _year_first(text: str) -> date | None:
    match = _YEAR_FIRST.match(text)
    return _day(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None


def _day_first(text: str) -> date | None:
    match = _DAY_FIRST.match(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    return _day(year, second, first) or _day(year, first, second)


def _named(text: str) -> date | None:
    if match := _NAMED.search(text):
        day, month, year = int(match[1]), match[2], int(match[3])
    elif match := _NAMED_FIRST.search(text):
        month, day, year = match[1], int(match[2]), int(match[3])
    else:
        return None
    return _day(year, _MONTHS.index(month) + 1, day) if month in _MONTHS else None


def _serial(text: str) -> date | None:
    match = _SERIAL.fullmatch(text)
    return date(1899, 12, 30) + timedelta(days=int(match[1])) if match else None


def _year(text: str) -> date | None:
    match = re.fullmatch(r"((?:19|20)\d\d)年?", text)
    return date(int(match[1]), 1, 1) if match else None
