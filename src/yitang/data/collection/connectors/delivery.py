"""What every connector makes of its source."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.rules.sheets import LongNumbers


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that does not have the columns of the header: its number, its width, its text."""

    number: int
    found: int
    expected: int
    text: str


@dataclass(frozen=True, slots=True)
class CellMark:
    """Something wrong with a cell that only the reader can see: position in the chunk."""

    position: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows: text columns under their delivered names, with the row numbers of the source.

    ``rows`` is a polars frame or an Arrow record batch of texts, whichever a reader has at
    hand; neither is copied. Some ten thousand rows make a good chunk: fewer cost more for each
    row, more take memory. A chunk may be read in one thread and used in another.
    """

    rows: pl.DataFrame | pa.RecordBatch
    numbers: np.ndarray
    broken: tuple[BrokenRow, ...] = ()
    marks: tuple[CellMark, ...] = ()
    may_be_unreadable: bool = False
    sheet: str = ""  # of a workbook; row numbers are unique within it

    @property
    def height(self) -> int:
        """How many rows there are, the broken ones apart."""
        return len(self.numbers)

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as a polars frame."""
        if isinstance(self.rows, pl.DataFrame):
            return self.rows
        frame = pl.from_arrow(self.rows)
        if not isinstance(frame, pl.DataFrame):
            raise TypeError("a record batch makes a frame")
        return frame

    @property
    def arrow(self) -> pa.RecordBatch:
        """The rows as one Arrow record batch."""
        if isinstance(self.rows, pl.DataFrame):
            table = self.rows.to_arrow(compat_level=pl.CompatLevel.oldest())
            (batch,) = table.combine_chunks().to_batches() or [
                pa.RecordBatch.from_pylist([], table.schema)
            ]
            return batch
        return self.rows


@dataclass(frozen=True, slots=True)
class Delivery:
    """A source opened for one batch. ``chunks()`` may be called again and gives the same rows."""

    name: str
    kind: str
    digest: str  # SHA-256 of the content, hexadecimal
    columns: tuple[str, ...]
    chunks: Callable[[], Iterator[Chunk]]
    understood: Mapping[str, str] = field(default_factory=dict)
    long_numbers: tuple[LongNumbers, ...] = ()  # of each column in each sheet of a workbook


class _Updatable(Protocol):
    def update(self, data: bytes, /) -> None: ...


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add_to_digest(digest: _Updatable, frame: pl.DataFrame) -> None:
    """Fold rows into a digest; how they are cut into chunks does not matter."""
    written = io.BytesIO()
    frame.write_csv(written, include_header=False)
    digest.update(written.getvalue())


def unique_names(header: Sequence[str], places: Sequence[int] | None = None) -> tuple[str, ...]:
    """Column names made usable: blanks named by position (or place), repeated ones numbered."""
    names: list[str] = []
    for position, cell in enumerate(header):
        place = places[position] if places is not None else position
        name = " ".join(cell.split()) or f"column {place + 1}"
        candidate, count = name, 2
        while candidate in names:
            candidate, count = f"{name} ({count})", count + 1
        names.append(candidate)
    return tuple(names)
