"""A whole table compared by key with what there is: what that asks of rows, and the brake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.collection.models import Batch, Drift
from yitang.data.collection.rules import GONE, Difference, ItemRule, QualityRule, is_too_much
from yitang.data.lake.api import (
    MergeCounts,
    count_rows,
    has_batch,
    merge_counts,
)
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import settings

from .border import Border
from .drift import ColumnsChanged
from .quality import QualityRules
from .replacing import replaced_counts

KEY_RULE = "key-once"  # the name of the rule that several items together are a key


def key_items(dataset: Dataset) -> tuple[str, ...]:
    """The items by which rows are told apart."""
    return tuple(item.name for item in items_of(dataset) if item.is_key)


def why_uncomparable(dataset: Dataset) -> Message | None:
    """Why no delivery holds all rows of the dataset, told apart by a key; ``None`` if one can."""
    if dataset.delivery == "added":
        return Message(
            "collection.why",
            "batches of this dataset are added up, so none holds all rows to compare",
        )
    if not key_items(dataset):
        return Message(
            "collection.why", "no data item of its entry is marked as key; mark one first"
        )
    return None


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


def changes_of(batch: Batch, border: Border) -> dict[str, int]:
    """What the comparison came to, as the lake's commit says, so also after a crash.

    Only how many keys nobody could read, where the versions to compare were let go since.
    """
    code, rows = batch.dataset.code, border.accepted
    counts = merge_counts(code, batch.number)
    if counts is None and has_batch(code, batch.number):  # the first rows, or with other items
        counts = replaced_counts(code, batch.number, key_items(batch.dataset))
    elif counts is None:  # all is as it was, and nothing was committed
        before = count_rows(code)
        counts = MergeCounts(0, 0, rows, 0, before - rows, before)
    known = asdict(counts) if counts else {}
    return {**known, "unreadable": border.unreadable_keys}
