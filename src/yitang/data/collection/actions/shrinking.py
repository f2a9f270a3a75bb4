"""A whole table in place of another: how many rows it replaces, and who is asked if most would go.

A person who hands in says it once more; what is fetched by itself stops as a case of its
department, like a comparison by key. A room of this process hands over what it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.errors import FewerRows
from yitang.data.collection.models import Batch
from yitang.data.collection.rules import is_too_much
from yitang.data.lake.api import MergeCounts, count_rows, has_batch, table_exists, table_versions
from yitang.data.lake.errors import VersionMissing
from yitang.ground.plumbing.api import settings

from .border import Border
from .comparison import brake_for

Fewer = Literal["ask", "stop", "take"]


@dataclass(frozen=True, slots=True)
class Shrinking:
    """What a whole delivery of ``rows`` would leave of a table."""

    before: int
    rows: int

    @property
    def asks(self) -> bool:
        """Whether more would go than may without anybody's word."""
        gone = max(self.before - self.rows, 0)
        return is_too_much(gone, self.before, limit=settings().source_brake / 100)


def shrinking_of(dataset: Dataset, rows: int) -> Shrinking:
    """What ``rows`` accepted ones would do to the table; none goes where batches are added."""
    return Shrinking(0 if dataset.delivery == "added" else _there(dataset.code), rows)


def rows_replaced(batch: Batch) -> int | None:
    """The rows in whose place those of a whole delivery come; before they do, or after a crash.

    ``None`` once the version before was let go.
    """
    code = batch.dataset.code
    if not has_batch(code, batch.number):
        return _there(code)
    version = {one.batch: one.version for one in table_versions(code)}.get(batch.number)
    if not version:
        return None if version is None else 0
    try:
        return count_rows(code, version=version - 1)
    except VersionMissing:
        return None


def fewer_watched(batch: Batch, border: Border, before: int, fewer: Fewer) -> Callable[[], None]:
    """A check for after the passage: raises ``FewerRows``, or ``ColumnsChanged`` of a source.

    What it needs of the database is read now: the passage ends in a thread of the lake.
    """
    dataset, file = batch.dataset, batch.source_name
    brake = brake_for(dataset)

    def check() -> None:
        found = Shrinking(before, border.accepted)
        if fewer == "take" or not border.accepted or not found.asks:
            return
        if fewer == "stop":
            brake(MergeCounts(0, 0, 0, before - border.accepted, 0, before))
            return
        raise FewerRows(dataset=dataset.name, before=before, file=file, rows=border.accepted)

    return check


def _there(code: str) -> int:
    return count_rows(code) if table_exists(code) else 0
