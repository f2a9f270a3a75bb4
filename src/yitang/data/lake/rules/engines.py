"""What an engine does with tables of the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Step:
    """A plain function over Arrow batches, and the columns of what it returns.

    It may run in another process or on another machine: it is sent there with its arguments,
    and its module must be importable without Django.
    """

    schema: pa.Schema
    function: Callable[[pa.RecordBatch], pa.RecordBatch]

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return self.function(batch)

    def over(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Batch by batch, as an engine hands them on."""
        return map(self.function, batches)


class Engine(Protocol):
    """Named tables, and expressions (of Ibis) over them computed where the tables are."""

    name: str

    def load(
        self, name: str, dataset: str, *, version: int, columns: Sequence[str], step: Step
    ) -> None:
        """Table ``name``: columns of one version of a dataset, sent through ``step``.

        Loaded again under the same name, another dataset's rows are added to it.
        """

    def accept(self, name: str, rows: Iterable[pa.RecordBatch], *, schema: pa.Schema) -> None:
        """Table ``name``: rows from elsewhere; given again, they are added to it."""

    def keep(self, name: str, expression: Any, *, step: Step | None = None) -> None:
        """Table ``name``: the rows of an expression, computed once."""

    def forget(self, *names: str) -> None:
        """Give back the room of tables that nobody needs any more."""

    def answer(self, expression: Any) -> pa.Table:
        """The few rows of an expression, in memory."""
        ...

    def stream(self, expression: Any) -> pa.RecordBatchReader:
        """The many rows of an expression, in their order, one batch after another."""
        ...
