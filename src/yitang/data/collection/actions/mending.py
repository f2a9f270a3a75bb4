"""Rejected rows that come again mended: what that asks of a batch, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl
import pyarrow as pa

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.connectors import Chunk, Delivery
from yitang.data.collection.errors import BatchReplaced
from yitang.data.collection.models import Batch, MendedRow
from yitang.data.collection.queries import rejected_rows
from yitang.data.collection.rules import ItemRule, Tie, place_of, ties_of
from yitang.data.lake.api import read_table, table_exists, table_schema
from yitang.data.lake.rules import BATCH_COLUMN

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Mended:
    """A batch whose rows come again, and where in the delivery their numbers stand."""

    batch: Batch
    tie: Tie


def mended_by(dataset: Dataset, columns: Sequence[str]) -> list[Mended]:
    """The batches of this dataset that the headings of a delivery name, the first first.

    Where batches are added up, a whole workbook too brings no more than what was sent back.
    """
    ties = {tie.number: tie for tie in ties_of(columns)}
    if dataset.delivery == "added":
        ties = {number: replace(tie, whole=False) for number, tie in ties.items()}
    known = Batch.objects.filter(dataset=dataset, state="receipted", number__in=ties)
    return [Mended(batch, ties[batch.number]) for batch in known.order_by("sequence")]


def without_taken(dataset: Dataset, delivery: Delivery) -> Delivery:
    """Of a whole marked workbook, where batches are added up, the rows that were sent back.

    The others stand in the table already; how many are left out is told in the receipt.
    """
    whole = {tie.number: tie for tie in ties_of(delivery.columns) if tie.whole}
    if dataset.delivery != "added" or not whole:
        return delivery
    known = Batch.objects.filter(dataset=dataset, state="receipted", number__in=whole)
    last = known.order_by("sequence").last()
    if last is None:
        return delivery
    column = whole[last.number].rows

    def chunks() -> Iterator[Chunk]:
        for chunk in delivery.chunks():
            yield _sent_back(chunk, column)

    there = sum(
        chunk.height - _sent_back(chunk, column).height for chunk in delivery.chunks()
    )  # fmt: skip
    told = {"rows_left_out": str(there)} if there else {}
    return replace(delivery, chunks=chunks, understood={**delivery.understood, **told})


def _sent_back(chunk: Chunk, column: str) -> Chunk:
    """The rows with a number in our column; a broken row was sent back, and is again."""
    named = chunk.frame[column].cast(pl.String).fill_null("").str.strip_chars() != ""
    kept = named.to_numpy()
    place = kept.cumsum() - 1
    return replace(
        chunk,
        rows=chunk.frame.filter(named),
        numbers=chunk.numbers[kept],
        marks=tuple(
            replace(mark, position=int(place[mark.position]))
            for mark in chunk.marks
            if kept[mark.position]
        ),
    )


def rows_alone(mended: Sequence[Mended]) -> Sequence[Mended]:
    """The batches whose rows come without the rest; none where all that was delivered comes."""
    return [one for one in mended if not one.tie.whole]


def check_not_replaced(mended: Sequence[Mended]) -> None:
    """Where batches replace each other, rows that join belong to none that was replaced."""
    if not mended or mended[0].batch.dataset.delivery == "added":
        return
    first = mended[0].batch
    later = Batch.objects.filter(
        dataset=first.dataset, state="receipted", mends=None, sequence__gt=first.sequence
    )
    if (newer := later.exclude(version=None).order_by("sequence").last()) is not None:
        raise BatchReplaced(number=first.number, newer=newer.number)


def values_there(
    dataset: Dataset, rules: Sequence[ItemRule], batch: Batch
) -> dict[str, pa.ChunkedArray]:
    """What unique items hold already; the rows of this batch apart, if it was cut short."""
    names = [rule.name for rule in rules if rule.unique]
    if not names or not table_exists(dataset.code):
        return {}
    names = [name for name in names if name in table_schema(dataset.code).names]
    present = read_table(dataset.code, columns=[*names, BATCH_COLUMN])
    others = present.filter(pa.compute.not_equal(present[BATCH_COLUMN], batch.number))
    return {name: others[name] for name in names}


def note_mended(batch: Batch, mended: Sequence[Mended], taken: dict[str, list[str | None]]) -> None:
    """Tie accepted rows to those they mend; in the transaction of the receipt."""
    for one in mended:
        places = {place for text in taken[one.tie.rows] if (place := place_of(text))}
        rows = list(_waiting(one.batch, places))
        MendedRow.objects.bulk_create(
            (MendedRow(batch=one.batch, sheet=sheet[:255], row=row, taken_in=batch)
             for sheet, row in rows),
            batch_size=_AT_ONCE, ignore_conflicts=True,
        )  # fmt: skip


def _waiting(batch: Batch, places: set[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    """Those of ``places`` that the batch sent back."""
    for row in rejected_rows(batch):
        if {(row.sheet, row.row_number), ("", row.row_number)} & places:
            yield row.sheet, row.row_number
