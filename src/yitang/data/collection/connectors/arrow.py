"""A table handed over inside the process, by a room that is a department like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from .delivery import Chunk, Delivery, add_to_digest

CHUNK_ROWS = 100_000


def arrow_delivery(table: pa.Table, *, name: str) -> Delivery:
    """An Arrow table; its values are judged as text, like everyone's."""
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("an Arrow table is needed")
    texts = frame.select(pl.col(column).cast(pl.String) for column in frame.columns)
    digest = hashlib.sha256()
    add_to_digest(digest, texts)
    return Delivery(
        name, "arrow", digest.hexdigest(), tuple(texts.columns), lambda: _chunks(texts), {}
    )


def _chunks(texts: pl.DataFrame) -> Iterator[Chunk]:
    for start in range(0, texts.height, CHUNK_ROWS):
        part = texts.slice(start, CHUNK_ROWS)
        yield Chunk(part, np.arange(start + 1, start + part.height + 1, dtype=np.int64))
