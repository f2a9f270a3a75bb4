"""DuckDB in this process: the default. It spills to disk beyond its memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from yitang.data.lake.queries import engine as connected
from yitang.data.lake.queries import opened, quoted
from yitang.data.lake.rules import Step

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 200_000


class DuckEngine:
    """Named tables of one connection.

    Ibis only writes the SQL; the connection is ours, so that its extensions stay off.
    """

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._loaded: set[str] = set()

    def load(
        self, name: str, dataset: str, *, version: int, columns: Sequence[str], step: Step
    ) -> None:
        table = opened(dataset, version)
        wanted = ", ".join(map(quoted, columns))
        reading = self._connection.cursor()  # one result at a time can be drained on each
        if files := sorted(table.file_uris()):
            rows = reading.read_parquet(files).project(wanted)
        else:
            nothing = pa.schema(table.schema().to_arrow()).empty_table()
            rows = reading.from_arrow(nothing).project(wanted)
        self._create(name, _stepped(rows.to_arrow_reader(BATCH_ROWS), step))

    def accept(self, name: str, rows: Iterable[pa.RecordBatch], *, schema: pa.Schema) -> None:
        failures: list[Exception] = []

        def passing() -> Iterator[pa.RecordBatch]:
            try:
                yield from rows
            except Exception as failure:
                failures.append(failure)
                raise

        try:
            self._create(name, pa.RecordBatchReader.from_batches(schema, passing()))
        except Exception:
            if failures:  # DuckDB would say it in its own words
                raise failures[0] from None
            raise

    def keep(self, name: str, expression: Any, *, step: Step | None = None) -> None:
        if step is not None:
            self._create(name, _stepped(self.stream(expression), step))
            return
        self._connection.execute(f"CREATE TABLE {quoted(name)} AS {_sql(expression)}")

    def forget(self, *names: str) -> None:
        for name in names:
            self._connection.execute(f"DROP TABLE {quoted(name)}")
            self._loaded.discard(name)

    def answer(self, expression: Any) -> pa.Table:
        return self._connection.sql(_sql(expression)).to_arrow_table()

    def stream(self, expression: Any) -> pa.RecordBatchReader:
        return self._connection.cursor().sql(_sql(expression)).to_arrow_reader(BATCH_ROWS)

    def _create(self, name: str, rows: pa.RecordBatchReader) -> None:
        self._connection.register("incoming", rows)
        incoming = self._connection.sql("FROM incoming")
        if name in self._loaded:
            incoming.insert_into(name)
        else:
            incoming.create(name)
            self._loaded.add(name)
        self._connection.unregister("incoming")


@contextmanager
def duckdb_engine() -> Iterator[DuckEngine]:
    """An empty DuckDB with the lake's limits; what it held is gone afterwards."""
    with connected() as connection:
        yield DuckEngine(connection)


def _sql(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def _stepped(rows: pa.RecordBatchReader, step: Step) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(step.schema, map(step, rows))
