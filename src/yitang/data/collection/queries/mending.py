"""Reads: what became of the rows that a batch sent back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from yitang.data.collection.models import Batch, MendedRow


@dataclass(frozen=True, slots=True)
class Mending:
    """Of ``rejected`` rows, how many each later batch took, and how many are still open.

    ``mends``: the batch to whose rows these were added. ``holds``: the batches of whose rows this
    one took some, with how many.
    """

    rejected: int
    taken: tuple[tuple[str, int], ...]
    mends: str
    holds: tuple[tuple[str, int], ...]

    @property
    def open(self) -> int:
        return self.rejected - sum(rows for _, rows in self.taken)


def mending_of(batch: Batch) -> Mending:
    """What became of the rows of a batch one may see."""
    rows = batch.mended_rows.values("taken_in__number", "taken_in__sequence")
    counted = rows.annotate(rows=Count("pk")).order_by("taken_in__sequence")
    taken = tuple((one["taken_in__number"], one["rows"]) for one in counted)
    others = MendedRow.objects.filter(taken_in=batch).values("batch__number", "batch__sequence")
    held = others.annotate(rows=Count("pk")).order_by("batch__sequence")
    holds = tuple((one["batch__number"], one["rows"]) for one in held)
    return Mending(batch.rejected, taken, batch.mends.number if batch.mends else "", holds)
