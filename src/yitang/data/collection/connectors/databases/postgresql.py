"""A table of PostgreSQL, copied out as Arrow batches (ADBC); the server writes the texts.

The driver, and pandas with it where that is installed, is loaded by whoever reads such a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote

import polars as pl

from yitang.data.collection.connectors.spool import Part
from yitang.data.collection.errors import ColumnUnknown, TableUnknown

from .window import Window

if TYPE_CHECKING:
    from adbc_driver_postgresql import dbapi
    from sqlalchemy.engine import URL

# For the whole session: nothing is written, one state of the table is seen, and no statement
# runs for more than an hour.
_OPTIONS = (
    "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
    " -c statement_timeout=3600000 -c lock_timeout=60000 -c datestyle=ISO"
    " -c extra_float_digits=1 -c timezone=Asia/Shanghai"
)
_COLUMNS = """
SELECT a.attname::text, format_type(a.atttypid, a.atttypmod)::text
FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_TABLES = """
SELECT table_name::text FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 50
"""


def failure() -> type[Exception]:
    """What the driver raises."""
    from adbc_driver_manager import Error

    return Error


def read(
    url: URL, table: str, window: Window | None, *, name: str, most: int | None = None
) -> tuple[tuple[str, ...], Iterator[Part]]:
    """The columns, and the rows when they are asked for."""
    with closing(_connected(url)) as connection, connection.cursor() as cursor:
        types = _types(cursor, table, name)
    if window is not None and window.column not in types:
        raise ColumnUnknown(file=name, column=window.column, columns=", ".join(types))
    chosen = ", ".join(f"{_text_of(column, kind)} AS {_quoted(column)}"
                       for column, kind in types.items())  # fmt: skip
    sql, values = f"SELECT {chosen} FROM {_table(table)}", list[str]()  # noqa: S608  (quoted names)
    if window is not None:
        at, kind = _quoted(window.column), types[window.column]
        sql += f" WHERE {at} <= CAST($1::text AS {kind})"
        values = [window.until]
        if window.after:
            sql += f" AND {at} > CAST($2::text AS {kind})"
            values.append(window.after)
        sql += f" ORDER BY {at}"
    if most is not None:
        sql += f" LIMIT {int(most)}"
    return tuple(types), _parts(url, sql, values)


def latest(url: URL, table: str, column: str, *, name: str) -> str:
    """The highest value as the server writes it."""
    with closing(_connected(url)) as connection, connection.cursor() as cursor:
        types = _types(cursor, table, name)
        if column not in types:
            raise ColumnUnknown(file=name, column=column, columns=", ".join(types))
        cursor.execute(f"SELECT max({_quoted(column)})::text FROM {_table(table)}")  # noqa: S608  (quoted names)
        found = cursor.fetchone()
        return str(found[0]) if found and found[0] is not None else ""


def _connected(url: URL) -> dbapi.Connection:
    from adbc_driver_postgresql import dbapi

    address = url.render_as_string(hide_password=False)
    mark = "&" if "?" in address else "?"
    return dbapi.connect(f"{address}{mark}options={quote(_OPTIONS)}&connect_timeout=15")


def _types(cursor: dbapi.Cursor, table: str, name: str) -> dict[str, str]:
    """Column to type, in the order of the table."""
    cursor.execute(_COLUMNS, [_table(table)])
    types = {str(column): str(kind) for column, kind in cursor.fetchall()}
    if not types:
        cursor.execute(_TABLES)
        tables = ", ".join(str(row[0]) for row in cursor.fetchall())
        raise TableUnknown(file=name, table=table, tables=tables)
    return types


def _parts(url: URL, sql: str, values: list[str]) -> Iterator[Part]:
    with closing(_connected(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        for batch in cursor.fetch_record_batch():
            frame = pl.from_arrow(batch)
            if isinstance(frame, pl.DataFrame) and frame.height:
                yield frame, ()


def _text_of(column: str, kind: str) -> str:
    quoted = _quoted(column)
    if kind.startswith("timestamp"):  # with a zone in the session's, which is ours
        return f"to_char({quoted}, 'YYYY-MM-DD HH24:MI:SS')"
    if kind == "boolean":
        return f"{quoted}::int::text"
    return f"{quoted}::text"


def _table(table: str) -> str:
    return ".".join(map(_quoted, table.split(".")))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
