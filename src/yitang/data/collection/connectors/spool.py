"""Rows of a source that can be asked only once, kept aside until the batch is through.

They go to an unnamed file as they come, so memory stays flat, the digest is known before a row
is judged, and a source that breaks off leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from .delivery import CellMark, Chunk, add_to_digest

Part = tuple[pl.DataFrame, Sequence[CellMark]]


class Folder:
    """A folder that is deleted with the last delivery that reads from it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="yitang-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class Spool:
    """Text rows written once and read as often as needed."""

    def __init__(self, columns: Sequence[str], parts: Iterable[Part]) -> None:
        self.columns = tuple(columns)
        self.rows = 0
        self._folder = Folder()
        self._path = self._folder.path / "rows.arrow"
        self._marks: list[tuple[CellMark, ...]] = []
        schema = pa.schema([pa.field(column, pa.large_string()) for column in self.columns])
        digest = hashlib.sha256()
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_file(str(self._path), schema, options=options) as writer:
            for frame, marks in parts:
                add_to_digest(digest, frame)
                table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
                writer.write_table(table.combine_chunks())
                self.rows += frame.height
                self._marks.append(tuple(marks))
        self.digest = digest.hexdigest()

    def chunks(self) -> Iterator[Chunk]:
        """The rows in the parts they came in, numbered from 1."""
        number = 1
        with pa.OSFile(str(self._path)) as file:
            reader = pa.ipc.open_file(file)
            for at, marks in enumerate(self._marks):
                batch = reader.get_batch(at)
                numbers = np.arange(number, number + batch.num_rows, dtype=np.int64)
                yield Chunk(batch, numbers, marks=marks, may_be_unreadable=True)
                number += batch.num_rows
