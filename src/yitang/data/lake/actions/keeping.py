"""Tables kept in order: small files put together, versions let go after their days.

Neither changes a row. A vacuum takes only what no version of the last days needs, and the
files that a load left behind when it was killed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from yitang.data.lake.errors import DaysTooFew, TableBusy
from yitang.data.lake.queries import opened, table_names, table_path

from .batches import form_of_files
from .locking import only_writer

TARGET_BYTES = 128 * 2**20  # a file of Parquet; some five million rows


@dataclass(frozen=True, slots=True)
class Compaction:
    """How many files a table had, and how many it has."""

    before: int
    after: int


def compact_table(*, dataset: str) -> Compaction:
    """Put small files together as a new version of the same rows; raises ``TableBusy``."""
    with only_writer(dataset, patience=0):
        table = opened(dataset)
        before = len(table.file_uris())
        table.optimize.compact(
            target_size=TARGET_BYTES,
            max_concurrent_tasks=1,
            writer_properties=form_of_files(None),
        )
    return Compaction(before, len(opened(dataset).file_uris()))


def vacuum_table(*, dataset: str, days: int) -> int:
    """Delete files that only versions replaced more than ``days`` ago need; how many.

    Raises ``DaysTooFew`` for less than one: a load under way has files that no version lists.
    """
    if days < 1:
        raise DaysTooFew(days=days)
    table = opened(dataset)
    interval = f"interval {days} days"
    wanted = {
        "delta.logRetentionDuration": interval,
        "delta.deletedFileRetentionDuration": interval,
    }
    if any(table.metadata().configuration.get(name) != value for name, value in wanted.items()):
        with only_writer(dataset, patience=0):
            opened(dataset).alter.set_table_properties(wanted)
    hours = int(timedelta(days=days).total_seconds() // 3600)
    take = partial(opened(dataset).vacuum, hours, enforce_retention_duration=False, full=True)
    folder = table_path(dataset)
    there = [name for name in take(dry_run=True) if (folder / name).exists()]
    if there:  # the log goes on naming files that are long gone
        take(dry_run=False)
    return len(there)


def keep_tables(*, days: int) -> list[str]:
    """Compact and vacuum every table but those being written; returns the names of the others."""
    kept = []
    for name in table_names():
        with suppress(TableBusy):
            compact_table(dataset=name)
            vacuum_table(dataset=name, days=days)
            kept.append(name)
    return kept
