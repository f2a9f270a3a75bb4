"""A whole table compared by key with what there is: what that asks of rows, and the brake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import pyarrow as pa

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.collection.models import Batch, Drift
from yitang.data.collection.rules import GONE, Difference, ItemRule, QualityRule, is_too_much
from yitang.data.lake.api import (
    MergeCounts,
    count_rows,
    engine,
    has_batch,
    merge_counts,
    quoted,
    table_exists,
    table_files,
    table_schema,
)
from yitang.ground.plumbing.api import settings

from .border import Border
from .drift import ColumnsChanged
from .quality import QualityRules

KEY_RULE = "key-once"  # the name of the rule that several items together are a key


def key_items(dataset: Dataset) -> tuple[str, ...]:
    """The items by which rows are told apart."""
    return tuple(item.name for item in items_of(dataset) if item.is_key)


def keyed(
    rules: Sequence[ItemRule], quality: QualityRules, keys: Sequence[str]
) -> tuple[list[ItemRule], QualityRules]:
    """The border's rules with what a comparison needs: each row has a key, and no other has it."""
    alone = len(keys) == 1
    asked = [
        replace(rule, required=True, unique=rule.unique or alone) if rule.name in keys else rule
        for rule in rules
    ]
    if alone:
        return asked, quality
    together = QualityRule(KEY_RULE, "unique", tuple(keys))
    return asked, replace(quality, rules=(*quality.rules, together))


def brake_for(dataset: Dataset) -> Callable[[MergeCounts], None]:
    """Raises ``ColumnsChanged`` where more rows would go than may without anybody's word.

    What it needs of the database is read now: a merge may look from a thread of its own.
    """
    taken = Drift.objects.filter(dataset=dataset, kind=GONE, state="taken", used_by=None)
    allowed = max(taken.values_list("share", flat=True), default=0.0)
    limit = settings().source_brake / 100

    def check(counts: MergeCounts) -> None:
        if is_too_much(counts.removed, counts.before, limit=limit, allowed=allowed):
            share = counts.removed / counts.before
            label = f"{counts.removed} / {counts.before}"
            raise ColumnsChanged([Difference(GONE, label=label, share=round(share, 4))])

    return check


class Replacing:
    """The brake where the entry's items are others by now and rows cannot be compared one by one.

    The table is replaced then, and with it goes every row whose key was not accepted. Keys are
    compared as texts, since their type may be another too; a table without them has no brake.
    """

    def __init__(
        self, dataset: Dataset, keys: Sequence[str], brake: Callable[[MergeCounts], None]
    ) -> None:
        code, self._keys, self._brake = dataset.code, tuple(keys), brake
        comparable = table_exists(code) and set(keys) <= set(table_schema(code).names)
        # Listed now: while the lake writes, it cannot be asked.
        self._files = table_files(code) if comparable else []
        self._taken: list[pa.RecordBatch] = []

    def note(self, rows: pa.RecordBatch) -> None:
        """Rows on their way into the lake."""
        if self._files:
            self._taken.append(rows.select(list(self._keys)))

    def check(self) -> None:
        """Before the commit; raises what the brake raises."""
        if not self._files:
            return
        texts = [f"CAST({quoted(name)} AS VARCHAR)" for name in self._keys]
        same = " AND ".join(
            f"CAST(t.{quoted(name)} AS VARCHAR) = s.{quoted(name)}" for name in self._keys
        )
        named = ", ".join(
            f"{text} AS {quoted(name)}" for text, name in zip(texts, self._keys, strict=True)
        )
        with engine() as connection:
            connection.read_parquet(self._files).create_view("present")
            connection.register("taken", pa.Table.from_batches(self._taken))
            gone, before = connection.sql(
                "SELECT count(*) FILTER (NOT EXISTS"  # noqa: S608  (quoted names)
                f" (SELECT 1 FROM (SELECT {named} FROM taken) s WHERE {same})), count(*)"
                " FROM present t"
            ).fetchall()[0]
        self._brake(MergeCounts(0, before - gone, 0, gone, 0, before))


def changes_of(batch: Batch, border: Border) -> dict[str, int]:
    """What the comparison came to, as the lake's commit says, so also after a crash."""
    code, rows = batch.dataset.code, border.accepted
    counts = merge_counts(code, batch.number)
    if counts is None and has_batch(code, batch.number):  # the first rows, or with other items
        counts = MergeCounts(rows, 0, 0, 0, 0, 0)
    elif counts is None:  # all is as it was, and nothing was committed
        before = count_rows(code)
        counts = MergeCounts(0, 0, rows, 0, before - rows, before)
    return {**asdict(counts), "unreadable": border.unreadable_keys}
