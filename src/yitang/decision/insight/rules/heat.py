"""How hot a matter is: counted in people, weighed by how suddenly they came and how one it is.

``heat = people · (1 + burst / 4) · focus``

* *people*: distinct persons, never messages; the same text within a minute is one delivery that
  arrived twice, whatever it says about its sender. Likes and shares do not count.
* *burst*: how far the fullest fortnight lies above what an even flow would bring, in standard
  deviations of a count.
* *focus*: how much it is one matter, up to 1: messages as alike as messages about one matter are,
  and from one county. A subject that everybody writes about in his own way, or in every county
  (housing fund, driving licences), is none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt

from yitang.ground.base.clock import civil_date
from yitang.ground.language.rules import plain

from .messages import Message

FORTNIGHT = 14
ONE_MATTER = 0.2  # cohesion from which on messages are surely about one matter
SCATTERED = 0.25  # focus of a matter that lies nowhere more than elsewhere
SAME_DELIVERY = timedelta(minutes=1)


class Trend(StrEnum):
    """What the last fortnight says."""

    RISING = "rising"
    STEADY = "steady"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Heat:
    """The figures of one matter; ``days`` holds distinct people by day, days without left out."""

    people: int
    burst: float
    focus: float
    days: Mapping[date, int]

    @property
    def value(self) -> float:
        return round(self.people * (1 + self.burst / 4) * self.focus, 2)


def people_of(messages: Sequence[Message]) -> list[str]:
    """A key for each message that is equal for the same person; unknown callers are each one."""
    keys = [message.user_key or f"message {message.id}" for message in messages]
    stands_for: dict[str, str] = {}
    last: dict[str, int] = {}
    for place in sorted(range(len(messages)), key=lambda place: messages[place].at):
        text = plain(messages[place].text)
        before = last.get(text)
        if before is not None and messages[place].at - messages[before].at <= SAME_DELIVERY:
            stands_for[keys[place]] = _root(stands_for, keys[before])
        if text:
            last[text] = place
    return [_root(stands_for, key) for key in keys]


def _root(stands_for: Mapping[str, str], key: str) -> str:
    seen = {key}
    while key in stands_for and stands_for[key] not in seen:
        key = stands_for[key]
        seen.add(key)
    return key


def heat_of(messages: Sequence[Message], *, cohesion: float, period: int) -> Heat:
    """The heat of one matter within a period of so many days."""
    people = people_of(messages)
    by_day: dict[date, set[str]] = defaultdict(set)
    for message, person in zip(messages, people, strict=True):
        by_day[civil_date(message.at)].add(person)
    one_each = list({person: m for m, person in zip(messages, people, strict=True)}.values())
    count = len(one_each)
    expected = count * FORTNIGHT / max(period, FORTNIGHT)
    burst = max(0.0, (_fullest_fortnight(by_day) - expected) / sqrt(expected + 1))
    return Heat(
        people=count,
        burst=round(burst, 3),
        focus=round(min(1.0, cohesion / ONE_MATTER) * _focus_of_place(one_each), 3),
        days={day: len(by_day[day]) for day in sorted(by_day)},
    )


def _focus_of_place(messages: Sequence[Message]) -> float:
    """From ``SCATTERED`` to 1 with the share of the county named most; 1 if few name any."""
    counties = Counter(message.division_code[:6] for message in messages if message.division_code)
    if 2 * counties.total() < len(messages):
        return 1.0
    share = max(counties.values()) / counties.total()
    return SCATTERED + (1 - SCATTERED) * share


def _fullest_fortnight(by_day: Mapping[date, set[str]]) -> int:
    """The most distinct people in any fourteen days."""
    days = sorted(by_day)
    inside: Counter[str] = Counter()
    most = start = 0
    for day in days:
        inside.update(by_day[day])
        while (day - days[start]).days >= FORTNIGHT:
            inside.subtract(by_day[days[start]])
            start += 1
        inside = +inside
        most = max(most, len(inside))
    return most


def period_of(messages: Sequence[Message]) -> int:
    """Days that the messages cover, a hundredth at either end (typing errors) left out."""
    days = sorted(message.day for message in messages)
    if not days:
        return FORTNIGHT
    cut = len(days) // 100
    return max(FORTNIGHT, days[len(days) - 1 - cut] - days[cut] + 1)


def trend_of(days: Mapping[date, int], *, today: date) -> Trend:
    """Whether the last fortnight brought more people than the time before it would suggest."""
    recent = sum(count for day, count in days.items() if 0 <= (today - day).days < FORTNIGHT)
    before = [day for day in days if (today - day).days >= FORTNIGHT]
    if not recent:
        return Trend.QUIET
    if not before:
        return Trend.RISING if recent > 1 else Trend.STEADY
    length = max(FORTNIGHT, (today - min(before)).days - FORTNIGHT + 1)
    usual = sum(days[day] for day in before) * FORTNIGHT / length
    return Trend.RISING if recent > 1 and recent > 1.5 * usual else Trend.STEADY
