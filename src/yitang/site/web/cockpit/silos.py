"""Islands that are joined or closed: systems, data gathered, chimneys, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from yitang.data.catalogue.api import (
    COST_ENDED,
    SYSTEMS_CONNECTED,
    SYSTEMS_IN_USE,
    SYSTEMS_RETIRED,
    sees_systems,
)
from yitang.ground.base.clock import civil_date
from yitang.ground.metrics.api import metric_series
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings
from yitang.site.web.shell.charts import Point, Series

GATHERED, CLOSED = "collection.datasets_gathered", "collection.chimneys_closed"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Silos:
    """The lines over the last months; what ended by now a year; systems that run by themselves."""

    lines: tuple[Series, ...]
    cost_ended: Decimal
    islands: int


def joined_silos(user: User, *, at: datetime) -> Silos | None:
    """Nothing while nothing is counted, or for whoever has no part in the register."""
    if not sees_systems(user):
        return None
    months = _months(at)
    rows = (
        (SYSTEMS_IN_USE, gettext("systems in use"), "before"),
        (SYSTEMS_CONNECTED, gettext("connected"), "brand"),
        (SYSTEMS_RETIRED, gettext("merged or retired"), "done"),
        (GATHERED, gettext("departments' datasets"), "info"),
        (CLOSED, gettext("chimneys closed"), "soon"),
    )
    lines = tuple(Series(label, tone, _points(code, months)) for code, label, tone in rows)
    if not any(point.value for line in lines for point in line.points):
        return None
    in_use, connected = (line.points[-1].value for line in lines[:2])
    return Silos(lines, _sums(COST_ENDED, months)[-1], int(in_use - connected))


def _points(code: str, months: Sequence[str]) -> tuple[Point, ...]:
    return tuple(
        Point(month, float(value), f"{value:,.0f}")
        for month, value in zip(months, _sums(code, months), strict=True)
    )


def _sums(code: str, months: Sequence[str]) -> list[Decimal]:
    """How many there were at the end of each month."""
    series = metric_series(code=code, division_code=settings().division, grain="month")
    return [
        sum((reading.numerator for period, reading in series if period <= month), Decimal(0))
        for month in months
    ]


def _months(at: datetime) -> list[str]:
    """The last twelve, the present one last."""
    today = civil_date(at)
    last = today.year * 12 + today.month - 1
    return [f"{one // 12}-{one % 12 + 1:02}" for one in range(last - MONTHS + 1, last + 1)]
