"""How good a dataset's batches are, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from yitang.data.catalogue.api import Dataset
from yitang.data.collection import api as collection
from yitang.data.collection.rules import DIMENSION_NAMES
from yitang.ground.base.clock import civil_date
from yitang.ground.plumbing.api import translated
from yitang.site.web.shell.charts import Bar, Point


@dataclass(frozen=True, slots=True)
class Quality:
    """The latest score, each dimension of it, and the totals before it; in per cent."""

    total: str
    bars: list[Bar]
    history: list[Point]


def quality_of(entry: Dataset) -> Quality | None:
    """``None`` before the first batch."""
    rows = collection.scores_of(entry)
    if not rows:
        return None
    return Quality(
        total=_percent(rows[-1].total),
        bars=[
            Bar(translated(DIMENSION_NAMES[name]), 100 * value, text=f"{_percent(value)} %")
            for name, value in rows[-1].score.known
        ],
        history=[
            Point(
                str(civil_date(row.batch.receipted_at)) if row.batch.receipted_at else "",
                100 * row.total,
                _percent(row.total),
            )
            for row in rows
        ],
    )


def _percent(share: float) -> str:
    """Cut, not rounded: 100.0 only where nothing is wrong."""
    return f"{int(1000 * share + 1e-9) / 10:.1f}"
