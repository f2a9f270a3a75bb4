"""A table of an SQLite file that somebody else wrote, so nothing in it is let run.

Only ordinary tables are read: no view, no virtual table, no computed column. The connection
can call no function, attach nothing and write nothing, and the file is checked before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from yitang.data.collection.errors import FileUnreadable, TableUnknown
from yitang.ground.base.text import Message

from .delivery import Delivery
from .spool import Part, Spool
from .texts import records_frame

CHUNK_ROWS = 50_000
SQLITE_MARK = b"SQLite format 3\0"
_MOST_VALUE = 16 * 2**20  # bytes of one value
_PRAGMAS = frozenset({"table_list", "table_xinfo", "quick_check", "query_only", "trusted_schema",
                      "cell_size_check"})  # fmt: skip


def sqlite_delivery(path: Path, *, table: str = "", name: str = "") -> Delivery:
    """One table (the only one if none is named); raises ``TableUnknown``, ``FileUnreadable``.

    It is read within one transaction, so that it cannot change meanwhile.
    """
    name = name or path.name
    try:
        with closing(_connected(path)) as connection:
            connection.execute("BEGIN")
            _check(connection, name)
            chosen = _chosen(connection, table, name)
            columns, computed = _columns(connection, chosen)
            spool = Spool(columns, _parts(connection, chosen, columns))
    except sqlite3.Error as error:
        raise FileUnreadable(
            file=name,
            problem=Message(
                "collection.why", "the database is damaged ({why})", {"why": str(error)}
            ),
        ) from None
    understood = {"table": chosen}
    if computed:
        understood["computed_columns"] = ", ".join(computed)
    return Delivery(f"{name}:{chosen}", "sqlite", spool.digest, columns, spool.chunks, understood)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE)
    connection.text_factory = bytes
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_authorise)
    return connection


def _authorise(action: int, first: str | None, *_: object) -> int:
    """Reading tables and asking what there is, and no more: no function, no write, no ATTACH."""
    if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION}:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _check(connection: sqlite3.Connection, name: str) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != b"ok":
        why = found[0].decode(errors="replace") if found else "no answer"
        raise FileUnreadable(
            file=name,
            problem=Message("collection.why", "the database is damaged ({why})", {"why": why}),
        )


def _chosen(connection: sqlite3.Connection, table: str, name: str) -> str:
    listed = connection.execute("PRAGMA main.table_list").fetchall()
    tables = sorted(
        row[1].decode(errors="replace")
        for row in listed
        if row[2] == b"table" and not row[1].startswith(b"sqlite_")
    )
    if table not in tables and (table or len(tables) != 1):
        raise TableUnknown(file=name, table=table or "?", tables=", ".join(tables))
    return table or tables[0]


def _columns(connection: sqlite3.Connection, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stored columns, and those the database would compute."""
    rows = connection.execute(f"PRAGMA main.table_xinfo({_quoted(table)})").fetchall()
    named = [(row[1].decode(errors="replace"), row[6]) for row in rows]
    return (
        tuple(column for column, hidden in named if not hidden),
        tuple(column for column, hidden in named if hidden),
    )


def _parts(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Iterator[Part]:
    chosen = ", ".join(map(_quoted, columns))
    cursor = connection.execute(f"SELECT {chosen} FROM main.{_quoted(table)}")  # noqa: S608  (names of the schema)
    while rows := cursor.fetchmany(CHUNK_ROWS):
        yield records_frame([dict(zip(columns, row, strict=True)) for row in rows], columns)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
