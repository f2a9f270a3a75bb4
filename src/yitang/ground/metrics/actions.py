"""Counting as things happen, and counting anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from .models import Rollup
from .queries import metric, metrics
from .rules import NOTHING, Cell, Observation, Sums, rolled_up


@transaction.atomic
def observe(*, code: str, observations: Iterable[Observation], at: datetime) -> None:
    """Add observations to the rollups, in the transaction of their cause.

    Numerators and denominators may be negative: what was counted is taken back that way.
    """
    version = metric(code).version
    for cell, sums in sorted(rolled_up(observations).items()):
        _add(code, version, cell, sums, at)


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


def _add(code: str, version: int, cell: Cell, sums: Sums, at: datetime) -> None:
    kept = Rollup.objects.filter(
        metric=code, version=version, period=cell.period, division_code=cell.division_code
    )
    added = {
        "numerator": F("numerator") + sums.numerator,
        "denominator": F("denominator") + sums.denominator,
        "computed_at": at,
    }
    if not kept.update(**added):
        # Another transaction may have made the cell since then: ours is added to theirs.
        empty = _row(code, version, cell, NOTHING, at)
        Rollup.objects.bulk_create([empty], ignore_conflicts=True)
        kept.update(**added)


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
