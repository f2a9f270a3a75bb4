"""A table of an SQLite file, read within one transaction so that it cannot change meanwhile."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl

from yitang.data.collection.errors import FileUnreadable, TableUnknown

from .delivery import Chunk, Delivery, add_to_digest

CHUNK_ROWS = 50_000
SQLITE_MARK = b"SQLite format 3\0"


def sqlite_delivery(path: Path, *, table: str = "", name: str = "") -> Delivery:
    """One table (the only one if none is named); raises ``TableUnknown``, ``FileUnreadable``."""
    name = name or path.name
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        with closing(connection):
            tables = [
                row[0]
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                    " AND name NOT LIKE 'sqlite_%' ORDER BY name"
                )
            ]
            if table not in tables and (table or len(tables) != 1):
                raise TableUnknown(file=name, table=table or "?", tables=", ".join(tables))
            chosen = table or tables[0]
            columns = tuple(
                row[0]
                for row in connection.execute("SELECT name FROM pragma_table_info(?)", (chosen,))
            )
            frames = list(_frames(connection, chosen, columns))
    except sqlite3.DatabaseError as error:
        raise FileUnreadable(file=name, problem=str(error)) from None
    digest = hashlib.sha256()
    for frame in frames:
        add_to_digest(digest, frame)
    return Delivery(
        f"{name}:{chosen}",
        "sqlite",
        digest.hexdigest(),
        columns,
        lambda: _chunks(frames),
        {"table": chosen},
    )


def _frames(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> Iterator[pl.DataFrame]:
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608  (a name of the schema)
    while rows := cursor.fetchmany(CHUNK_ROWS):
        texts = [[None if cell is None else _text(cell) for cell in row] for row in rows]
        yield pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")


def _text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _chunks(frames: list[pl.DataFrame]) -> Iterator[Chunk]:
    number = 1
    for frame in frames:
        yield Chunk(
            frame,
            np.arange(number, number + frame.height, dtype=np.int64),
            may_be_unreadable=True,
        )
        number += frame.height
