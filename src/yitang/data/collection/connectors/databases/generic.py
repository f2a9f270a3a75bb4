"""A table of any database for which SQLAlchemy has a dialect, through a server-side cursor.

SQLAlchemy is loaded by whoever reads such a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from yitang.data.collection.connectors.spool import Part
from yitang.data.collection.connectors.texts import records_frame
from yitang.data.collection.errors import ColumnUnknown, DriverMissing, TableUnknown

from .window import Window

if TYPE_CHECKING:
    from sqlalchemy import Column, Connection, Table
    from sqlalchemy.engine import URL

ROWS_AT_ONCE = 10_000
# What makes a session harmless, by dialect; others rely on the rights of their user.
_SESSION = {
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = 3600000"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = 3600"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF"),
}


def failure() -> type[Exception]:
    """What SQLAlchemy raises, whatever the driver."""
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError


def read(
    url: URL, table: str, window: Window | None, *, name: str, most: int | None = None
) -> tuple[tuple[str, ...], Iterator[Part]]:
    """The columns, and the rows when they are asked for."""
    with _connected(url) as connection:
        found = _table(connection, table, name)
    if window is not None:
        _column(found, window.column, name)
    columns = tuple(str(column.name) for column in found.columns)
    return columns, _parts(url, found, columns, window, most)


def latest(url: URL, table: str, column: str, *, name: str) -> str:
    """The highest value as a text from which it can be made again."""
    from sqlalchemy import func, select

    with _connected(url) as connection:
        chosen = _column(_table(connection, table, name), column, name)
        value = connection.execute(select(func.max(chosen))).scalar()
    return "" if value is None else _written(value)


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=_arguments(url))
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        driver = getattr(error, "name", None) or url.drivername
        raise DriverMissing(kind=driver) from None
    with engine.connect() as connection:
        for statement in _SESSION.get(engine.dialect.name, ()):
            connection.exec_driver_sql(statement)
        yield connection


def _arguments(url: URL) -> dict[str, object]:
    if url.drivername.endswith("+pymysql"):
        return {"connect_timeout": 15, "read_timeout": 600, "local_infile": False}
    return {}


def _table(connection: Connection, table: str, name: str) -> Table:
    from sqlalchemy import MetaData, Table
    from sqlalchemy.exc import NoSuchTableError

    schema, _, bare = table.rpartition(".")
    known = MetaData()
    try:
        return Table(bare, known, schema=schema or None, autoload_with=connection,
                     resolve_fks=False)  # fmt: skip
    except NoSuchTableError:
        tables = connection.dialect.get_table_names(connection, schema=schema or None)
        raise TableUnknown(
            file=name, table=table, tables=", ".join(map(str, tables[:50]))
        ) from None


def _column(table: Table, column: str, name: str) -> Column[object]:
    if column not in table.columns:
        columns = ", ".join(str(known.name) for known in table.columns)
        raise ColumnUnknown(file=name, column=column, columns=columns)
    return table.columns[column]


def _parts(
    url: URL, table: Table, columns: tuple[str, ...], window: Window | None, most: int | None
) -> Iterator[Part]:
    from sqlalchemy import select

    asked = select(table).limit(most)
    if window is not None:
        at = table.columns[window.column]
        asked = asked.where(at <= _made_again(window.until, at)).order_by(at)
        if window.after:
            asked = asked.where(at > _made_again(window.after, at))
    with _connected(url) as connection:
        streaming = connection.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
        for rows in streaming.execute(asked).partitions():
            records = [dict(zip(columns, row, strict=True)) for row in rows]
            yield records_frame(records, columns)


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _made_again(text: str, column: Column[object]) -> object:
    """The value that was written as ``text``, in the type of the column."""
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(text)
    if kind is date:
        return date.fromisoformat(text)
    return kind(text) if kind in {int, float, Decimal} else text
