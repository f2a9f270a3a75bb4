"""Figures, read from rollups. Sums over divisions are no personal data: everyone may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum

from .errors import MetricUnknown
from .models import Rollup
from .rules import ALL, NOTHING, Cell, Metric, Sums, figure_of, rolled_up

DAY = r"^.{10}$"  # months and years stand between the days, in order of their texts
_metrics: dict[str, Metric] = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure (``None``: nothing to divide by), when it was computed, and what it means."""

    metric: Metric
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    computed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose kept sums are not those of a recount."""

    metric: str
    cell: Cell
    kept: Sums
    recounted: Sums


def register_metric(metric: Metric) -> None:
    """Make a metric known; rooms do so in their ``apps.py``."""
    _metrics[metric.code] = metric


def metrics() -> list[Metric]:
    """Every registered metric, ordered by code."""
    return [_metrics[code] for code in sorted(_metrics)]


def metric(code: str) -> Metric:
    """The metric of that code; raises ``MetricUnknown``."""
    try:
        return _metrics[code]
    except KeyError:
        raise MetricUnknown(name=code) from None


def metric_value(*, code: str, division_code: str, period: str = ALL) -> Reading:
    """The figure of a division (6 digits) in a period: a day, month, year or ``all``."""
    row = _rows(code, division_codes=[division_code], periods=[period]).first()
    return _reading(metric(code), row)


def metric_sum(*, code: str, division_code: str, since: date, until: date) -> Reading:
    """The figure of a division over the civil days from ``since`` to ``until``, both included."""
    days = _rows(code, division_codes=[division_code], periods=None).filter(
        period__gte=since.isoformat(), period__lte=until.isoformat(), period__regex=DAY
    )
    found = days.aggregate(
        numerator=Sum("numerator"), denominator=Sum("denominator"), computed_at=Max("computed_at")
    )
    sums = Sums(found["numerator"] or Decimal(0), found["denominator"] or Decimal(0))
    return Reading(metric(code), figure_of(metric(code).kind, sums), *sums, found["computed_at"])


def metric_by_division(
    *, code: str, division_codes: Sequence[str], period: str = ALL
) -> dict[str, Reading]:
    """Division code to reading, for those that were asked for, counted or not."""
    rows = _rows(code, division_codes=division_codes, periods=[period])
    found = {row.division_code: row for row in rows}
    return {wanted: _reading(metric(code), found.get(wanted)) for wanted in division_codes}


def metric_series(*, code: str, division_code: str, grain: str) -> list[tuple[str, Reading]]:
    """Period to reading in order of time; ``grain`` is ``day``, ``month`` or ``year``."""
    length = {"day": 10, "month": 7, "year": 4}[grain]
    rows = _rows(code, division_codes=[division_code], periods=None).exclude(period=ALL)
    return [
        (row.period, _reading(metric(code), row))
        for row in rows.order_by("period")
        if len(row.period) == length
    ]


def check_rollups(codes: Iterable[str] | None = None) -> list[Difference]:
    """Every cell in which the rollups differ from a recount; empty when all agree."""
    differences = []
    for code in codes or sorted(_metrics):
        recounted = rolled_up(metric(code).recount())
        rows = Rollup.objects.filter(metric=code, version=metric(code).version)
        kept = {
            Cell(row.period, row.division_code): Sums(row.numerator, row.denominator)
            for row in rows.iterator()
        }
        differences += [
            Difference(code, cell, kept.get(cell, NOTHING), recounted.get(cell, NOTHING))
            for cell in sorted(kept.keys() | recounted.keys())
            if kept.get(cell, NOTHING) != recounted.get(cell, NOTHING)
        ]
    return differences


def _rows(
    code: str, *, division_codes: Sequence[str], periods: Sequence[str] | None
) -> QuerySet[Rollup]:
    rows = Rollup.objects.filter(
        metric=code, version=metric(code).version, division_code__in=division_codes
    )
    return rows if periods is None else rows.filter(period__in=periods)


def _reading(defined: Metric, row: Rollup | None) -> Reading:
    sums = Sums(row.numerator, row.denominator) if row else NOTHING
    computed_at = row.computed_at if row else None
    return Reading(defined, figure_of(defined.kind, sums), *sums, computed_at)
