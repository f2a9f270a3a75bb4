"""Reads: a table at any version, and SQL over several tables at once.

DuckDB reads the Parquet files that the chosen Delta version lists, never the folder: a
folder also holds the files of other versions. Its extensions are switched off, because
fetching one would reach out of this machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from yitang.ground.plumbing.api import settings

from .errors import TableMissing, VersionMissing
from .rules import check_table_name

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "2GB"
_shared: dict[tuple[int, Path], duckdb.DuckDBPyConnection] = {}  # by process and lake
_opening = Lock()
# Operations after which the rows or their files are others; a vacuum writes itself down too.
_MAKES_VERSIONS = frozenset({"WRITE", "CREATE TABLE", "MERGE", "OPTIMIZE"})


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One state of a table: its number, the batch that made it, and when."""

    version: int
    batch: str
    operation: str
    written_at: datetime


def table_path(dataset: str) -> Path:
    """The folder of a table; raises ``TableNameInvalid``."""
    check_table_name(dataset)
    return settings().lake / dataset


def table_exists(dataset: str) -> bool:
    """Whether at least one batch was kept."""
    return DeltaTable.is_deltatable(str(table_path(dataset)))


def opened(dataset: str, version: int | None = None) -> DeltaTable:
    """The Delta table, at its latest version or at ``version``."""
    if not table_exists(dataset):
        raise TableMissing(dataset=dataset)
    latest = DeltaTable(str(table_path(dataset)))
    if version is None or version == latest.version():
        return latest
    if not _oldest_whole(latest.history()) <= version < latest.version():
        raise VersionMissing(dataset=dataset, version=version, latest=latest.version())
    try:
        return DeltaTable(str(table_path(dataset)), version=version)
    except DeltaError:  # its log was cleaned away
        raise VersionMissing(dataset=dataset, version=version, latest=latest.version()) from None


def table_version(dataset: str) -> int:
    """The number of the latest version, from 0."""
    return opened(dataset).version()


def table_versions(dataset: str) -> list[TableVersion]:
    """Every version that can still be read, the latest first."""
    history = opened(dataset).history()
    oldest = _oldest_whole(history)
    return [
        TableVersion(
            version=entry["version"],
            batch=entry.get("batch", ""),
            operation=entry["operation"].lower(),
            written_at=datetime.fromtimestamp(entry["timestamp"] / 1000, UTC),
        )
        for entry in history
        if entry["version"] >= oldest and entry["operation"] in _MAKES_VERSIONS
    ]


def _oldest_whole(history: list[dict[str, Any]]) -> int:
    """The first version whose files no vacuum took: what followed it came after the limit."""
    limit = max(
        (
            entry["timestamp"] - int(entry["operationParameters"]["specifiedRetentionMillis"])
            for entry in history
            if entry["operation"] == "VACUUM START"
        ),
        default=0,
    )
    replaced = [entry["version"] for entry in history if entry["timestamp"] < limit]
    return max(replaced, default=0)


def table_names() -> list[str]:
    """The datasets of which something is kept, in alphabetical order."""
    folder = settings().lake
    return sorted(path.parent.name for path in folder.glob("*/_delta_log"))


def table_files(dataset: str, *, version: int | None = None) -> list[str]:
    """The Parquet files that make up a version, for engines that read them on their own."""
    return sorted(opened(dataset, version).file_uris())


def table_schema(dataset: str, *, version: int | None = None) -> pa.Schema:
    """Names and types of the columns, the lake's own included."""
    return pa.schema(opened(dataset, version).schema().to_arrow())


def read_table(
    dataset: str, *, version: int | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """A whole table (or some columns) in memory; raises ``TableMissing``, ``VersionMissing``."""
    chosen = ", ".join(map(quoted, columns)) if columns else "*"
    with _session() as connection:
        _make_view(connection, "wanted", dataset, version)
        return connection.sql(f"SELECT {chosen} FROM wanted").to_arrow_table()  # noqa: S608  (quoted)


def count_rows(dataset: str, *, version: int | None = None) -> int:
    """The number of rows, which the log holds for each file."""
    return int(opened(dataset, version).count())


def query(sql: str, /, parameters: Sequence[Any] = (), **tables: str | pa.Table) -> pa.Table:
    """The answer to ``sql``, in which each keyword names a dataset's latest version or a table.

    ``query("SELECT count(*) FROM people WHERE sex = ?", ["1"], people="police-residents")``
    """
    with _session() as connection:
        for name, table in tables.items():
            _show(connection, name, table)
        return connection.sql(sql, params=list(parameters) or None).to_arrow_table()


def query_parts(sql: str, /, *, rows: int, **tables: str | pa.Table) -> Iterator[pa.RecordBatch]:
    """The answer to ``sql`` in parts of so many ``rows``, so that memory stays flat."""
    with _session() as connection:
        for name, table in tables.items():
            _show(connection, name, table)
        yield from connection.sql(sql).to_arrow_reader(rows)


@contextmanager
def engine(
    *, memory: str = MEMORY_LIMIT, **tables: str | pa.Table
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own for several statements; it spills to disk beyond ``memory``."""

    connection = _new_engine(memory)
    try:
        for name, table in tables.items():
            _show(connection, name, table)
        yield connection
    finally:
        connection.close()


@contextmanager
def _session() -> Iterator[duckdb.DuckDBPyConnection]:
    """What one question sees, in the DuckDB that all questions of this process share.

    To open one takes fifteen times as long as to ask it. After an error that it cannot recover
    from the next question gets another.
    """
    import duckdb

    key = (os.getpid(), settings().lake)
    with _opening:
        if key not in _shared:
            _shared[key] = _new_engine(MEMORY_LIMIT)
        connection = _shared[key].cursor()
    try:
        yield connection
    except (duckdb.FatalException, duckdb.InternalException):
        _shared.pop(key, None)
        raise
    finally:
        connection.close()


def _new_engine(memory: str) -> duckdb.DuckDBPyConnection:
    import duckdb  # 12 MB, for those who ask

    spill = settings().lake / ".spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_file_cache": "false",  # what was read of a file is not held after
            "memory_limit": memory,
            "temp_directory": str(spill),
        }
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def quoted(name: str) -> str:
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _show(connection: duckdb.DuckDBPyConnection, name: str, table: str | pa.Table) -> None:
    """Name a dataset's latest version, or a table, on one connection."""
    if isinstance(table, str):
        _make_view(connection, name, table, None)
    else:
        connection.register(name, table)


def _make_view(
    connection: duckdb.DuckDBPyConnection, name: str, dataset: str, version: int | None
) -> None:
    table = opened(dataset, version)
    if files := table.file_uris():
        paths = ", ".join("'" + path.replace("'", "''") + "'" for path in sorted(files))
        connection.execute(
            f"CREATE TEMP VIEW {quoted(name)} AS SELECT * FROM read_parquet([{paths}])"  # noqa: S608  (quoted)
        )
    else:
        connection.register(name, pa.schema(table.schema().to_arrow()).empty_table())
