"""How good a batch is, in five dimensions, each from 0 to 1.

completeness (完整性): cells that are filled ÷ cells of all rows; of a rejected row only a
required cell that is missing counts as empty. validity (规范性): rows in which every value is
right for itself ÷ rows. uniqueness (唯一性): rows that repeat no earlier one ÷ rows.
consistency (一致性): rows whose values go together and stand where they refer to ÷ rows.
timeliness (时效性): the update cycle ÷ the time since the batch before, at most 1.
A dimension that nothing asks for has no score; the total is the mean of the others.
The dimensions follow GB/T 36344-2018; rows that were only warned of count as faulty too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from yitang.ground.base.text import Message

COMPLETENESS, VALIDITY, UNIQUENESS, CONSISTENCY, TIMELINESS = DIMENSIONS = (
    "completeness",
    "validity",
    "uniqueness",
    "consistency",
    "timeliness",
)
DIMENSION_NAMES: Mapping[str, Message] = {
    COMPLETENESS: Message("collection.dimension.completeness", "Completeness"),
    VALIDITY: Message("collection.dimension.validity", "Validity"),
    UNIQUENESS: Message("collection.dimension.uniqueness", "Uniqueness"),
    CONSISTENCY: Message("collection.dimension.consistency", "Consistency"),
    TIMELINESS: Message("collection.dimension.timeliness", "Timeliness"),
}
_DIMENSION_OF = {
    "required": COMPLETENESS,
    "unique": UNIQUENESS,
    "quality_unique": UNIQUENESS,
    "quality_order": CONSISTENCY,
    "quality_if_then": CONSISTENCY,
    "quality_one_of": CONSISTENCY,
    "quality_reference": CONSISTENCY,
}


def dimension_of(code: str) -> str:
    """The dimension in which a problem counts; what is wrong with one value is its validity."""
    return _DIMENSION_OF.get(code, VALIDITY)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted at the border: rows, cells, empty cells, faulty rows by dimension."""

    rows: int
    cells: int
    empty: int
    faulty: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 to 1; ``None`` where nothing asks for the dimension."""

    completeness: float
    validity: float
    uniqueness: float | None = None
    consistency: float | None = None
    timeliness: float | None = None

    @property
    def total(self) -> float:
        known = [value for _, value in self.known]
        return sum(known) / len(known)

    @property
    def known(self) -> list[tuple[str, float]]:
        """Each dimension that has a score, in the order of the class."""
        values = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, value) for name, value in values if value is not None]


def score_of(tally: Tally, asked: frozenset[str], timeliness: float | None) -> Score:
    """The score of a batch with at least one row; ``asked`` are dimensions that rules ask for."""

    def share(dimension: str) -> float:
        return 1 - tally.faulty.get(dimension, 0) / tally.rows

    return Score(
        completeness=1 - tally.empty / tally.cells if tally.cells else 1.0,
        validity=share(VALIDITY),
        uniqueness=share(UNIQUENESS) if UNIQUENESS in asked else None,
        consistency=share(CONSISTENCY) if CONSISTENCY in asked else None,
        timeliness=timeliness,
    )


def timeliness_of(cycle_days: int | None, since_last: timedelta | None) -> float | None:
    """How well a batch kept its cycle; ``None`` for the first one and without a cycle."""
    if not cycle_days or since_last is None:
        return None
    cycle = timedelta(days=cycle_days)
    return 1.0 if since_last <= cycle else cycle / since_last
