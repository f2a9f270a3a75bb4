"""A Parquet file, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yitang.data.collection.errors import FileUnreadable, TooManyCells
from yitang.ground.base.text import Message

from .delivery import Chunk, Delivery, file_digest
from .limits import Limits
from .texts import arrow_frame, flat_table

PARQUET_MARK = b"PAR1"
CHUNK_ROWS = 50_000
_MOST_GROUP = 2 * 2**30  # bytes a group of rows may unpack to


def parquet_delivery(path: Path, *, name: str = "", limits: Limits | None = None) -> Delivery:
    """The table of a Parquet file; raises ``FileUnreadable``, ``TooManyCells``."""
    name, limits = name or path.name, limits or Limits()
    try:
        with pq.ParquetFile(path) as file:
            about = file.metadata
            groups = [about.row_group(at).total_byte_size for at in range(about.num_row_groups)]
            columns = tuple(flat_table(file.schema_arrow.empty_table()).column_names)
            rows = about.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileUnreadable(
            file=name,
            problem=Message(
                "collection.why", "the Parquet file is damaged ({why})", {"why": str(error)}
            ),
        ) from None
    if len(set(columns)) < len(columns):
        raise FileUnreadable(
            file=name, problem=Message("collection.why", "two of its columns have the same name")
        )
    # Nothing but repetition packs a table this densely, and a batch of it is as large as any.
    if max(groups, default=0) > _MOST_GROUP or rows * len(columns) > limits.cells * 100:
        raise TooManyCells(
            file=name, where="Parquet", cells=rows * len(columns), limit=limits.cells * 100
        )
    understood = {"rows": str(rows)}
    return Delivery(
        name, "parquet", file_digest(path), columns, lambda: _chunks(path, name), understood
    )


def _chunks(path: Path, name: str) -> Iterator[Chunk]:
    number = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(CHUNK_ROWS, use_threads=False):
                frame, marks = arrow_frame(flat_table(pa.Table.from_batches([batch])))
                numbers = np.arange(number, number + frame.height, dtype=np.int64)
                yield Chunk(frame, numbers, marks=tuple(marks), may_be_unreadable=True)
                number += frame.height
    except (pa.ArrowException, OSError) as error:
        raise FileUnreadable(
            file=name,
            problem=Message(
                "collection.why", "the Parquet file is damaged ({why})", {"why": str(error)}
            ),
        ) from None
