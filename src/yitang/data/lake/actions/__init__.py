"""Writes: batches go in whole and once; files are put together, and old versions let go."""

from .batches import append_batch, has_batch, replace_table
from .keeping import Compaction, compact_table, keep_tables, vacuum_table
from .locking import in_turn
from .merging import MergeCounts, merge_batch, merge_counts

__all__ = [
    "Compaction",
    "MergeCounts",
    "append_batch",
    "compact_table",
    "has_batch",
    "in_turn",
    "keep_tables",
    "merge_batch",
    "merge_counts",
    "replace_table",
    "vacuum_table",
]
