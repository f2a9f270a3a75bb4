"""Metrics as data, and the sums that roll them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from yitang.ground.base.text import Message

ALL = "all"


class MetricKind(StrEnum):
    """How observations become a figure."""

    COUNT = "count"  # the sum of the numerators
    RATIO = "ratio"  # sum of numerators over sum of denominators


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing counted on a civil day in a division (GB/T 2260 code of 6 to 12 digits)."""

    day: date
    division_code: str
    numerator: Decimal = Decimal(1)
    denominator: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure's definition. ``recount`` yields every observation there is, in any order."""

    code: str
    version: int
    name: Message
    definition: Message
    unit: str
    kind: MetricKind
    source: str
    recount: Callable[[], Iterable[Observation]]


class Cell(NamedTuple):
    """Where a sum is kept."""

    period: str
    division_code: str


class Sums(NamedTuple):
    numerator: Decimal
    denominator: Decimal


NOTHING = Sums(Decimal(0), Decimal(0))


def periods_of(day: date) -> tuple[str, str, str, str]:
    """``2026-11-23``, ``2026-11``, ``2026`` and ``all``."""
    return day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}", ALL


def ancestors_of(division_code: str) -> tuple[str, ...]:
    """County, city and province of a code, each once (GB/T 2260 digits 6, 4, 2).

    A place above the county stands for itself: ``990100`` gives ``990100`` and ``990000``.
    """
    county = division_code[:6].ljust(6, "0")
    codes = (county, f"{county[:4]}00", f"{county[:2]}0000")
    return tuple(dict.fromkeys(codes))


def cells_of(observation: Observation) -> list[Cell]:
    """Every cell an observation counts in."""
    return [
        Cell(period, code)
        for period in periods_of(observation.day)
        for code in ancestors_of(observation.division_code)
    ]


def rolled_up(observations: Iterable[Observation]) -> dict[Cell, Sums]:
    """The sums of all cells that have any observation."""
    by_place: dict[tuple[date, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for observation in observations:
        place = by_place[observation.day, observation.division_code]
        place[0] += observation.numerator
        place[1] += observation.denominator
    sums: dict[Cell, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for (day, division_code), (numerator, denominator) in by_place.items():
        for cell in cells_of(Observation(day, division_code)):
            sums[cell][0] += numerator
            sums[cell][1] += denominator
    return {cell: Sums(*pair) for cell, pair in sums.items()}


def figure_of(kind: MetricKind, sums: Sums) -> Decimal | None:
    """The figure a person reads; ``None`` for a ratio with nothing below the line."""
    if kind is MetricKind.COUNT:
        return sums.numerator
    return sums.numerator / sums.denominator if sums.denominator else None
