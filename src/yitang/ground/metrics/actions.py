"""Counting as things happen, and counting anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from .models import Rollup
from .queries import metric, metrics
from .rules import Cell, Observation, Sums, rolled_up

_FIELDS = [field for field in Rollup._meta.concrete_fields if not field.primary_key]
_COLUMNS = ", ".join(field.attname for field in _FIELDS)
MOST_ROWS = 500
# Cells are added to whether they were there or not, many in one statement: a file of appeals
# touches thousands.
_ADDED = (
    "ON CONFLICT (metric, version, period, division_code) DO UPDATE SET"
    " numerator = metrics_rollup.numerator + excluded.numerator,"
    " denominator = metrics_rollup.denominator + excluded.denominator,"
    " computed_at = excluded.computed_at"
)


@transaction.atomic
def observe(*, code: str, observations: Iterable[Observation], at: datetime) -> None:
    """Add observations to the rollups, in the transaction of their cause.

    Numerators and denominators may be negative: what was counted is taken back that way.
    """
    observe_all(observations={code: observations}, at=at)


@transaction.atomic
def observe_all(*, observations: Mapping[str, Iterable[Observation]], at: datetime) -> None:
    """``observe`` for several metrics at once; ``observations`` are keyed by the metric's code."""
    rows = [
        _values(_row(code, metric(code).version, cell, sums, at))
        # In one order, so that two who count at once wait for each other instead of for ever.
        for code in sorted(observations)
        for cell, sums in sorted(rolled_up(observations[code]).items())
    ]
    with connection.cursor() as cursor:
        for first in range(0, len(rows), MOST_ROWS):
            part = rows[first : first + MOST_ROWS]
            marks = ", ".join([f"({', '.join(['%s'] * len(_FIELDS))})"] * len(part))
            cursor.execute(
                f"INSERT INTO metrics_rollup ({_COLUMNS}) VALUES {marks} {_ADDED}",  # noqa: S608 (names of our own columns)
                [value for row in part for value in row],
            )


@transaction.atomic
def refresh_rollups(*, codes: Iterable[str] | None = None, at: datetime) -> int:
    """Make the rollups anew from a recount; returns how many cells there are."""
    count = 0
    for code in list(codes or [known.code for known in metrics()]):
        version = metric(code).version
        sums = rolled_up(metric(code).recount())
        Rollup.objects.filter(metric=code, version=version).delete()
        Rollup.objects.bulk_create(
            (_row(code, version, cell, pair, at) for cell, pair in sums.items()), batch_size=2000
        )
        count += len(sums)
    return count


def _values(row: Rollup) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _FIELDS]


def _row(code: str, version: int, cell: Cell, sums: Sums, at: datetime) -> Rollup:
    return Rollup(
        metric=code,
        version=version,
        period=cell.period,
        division_code=cell.division_code,
        numerator=sums.numerator,
        denominator=sums.denominator,
        computed_at=at,
    )
