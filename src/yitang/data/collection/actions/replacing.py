"""A table compared by key and replaced whole, because the entry's items are others by now.

Keys are compared as texts, since their type may be another too. In a table without them nothing
can be compared: it has no brake, and all of it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.queries import rules_of
from yitang.data.lake.api import (
    MergeCounts,
    count_rows,
    engine,
    quoted,
    table_exists,
    table_files,
    table_schema,
    table_versions,
)
from yitang.data.lake.errors import VersionMissing
from yitang.data.lake.rules import BATCH_COLUMN, OWN_COLUMNS

from .border import Border
from .retyping import read_anew

if TYPE_CHECKING:
    import duckdb


class Replacing:
    """How the rows of a border take the place of others: the brake holds, and a row that was
    there and is sent back now stays, in the new columns and with the batch it came with."""

    def __init__(
        self,
        dataset: Dataset,
        keys: Sequence[str],
        border: Border,
        brake: Callable[[MergeCounts], None],
    ) -> None:
        self._keys, self._border, self._brake = tuple(keys), border, brake
        self._name, self._rules = dataset.name, {rule.name: rule for rule in rules_of(dataset)}
        code = dataset.code
        self._schema = table_schema(code) if table_exists(code) else pa.schema([])
        # Listed now: while the lake writes, it cannot be asked.
        self._files = table_files(code) if set(keys) <= set(self._schema.names) else []
        self._taken: list[pa.RecordBatch] = []
        own = [self._schema.field(name) for name in OWN_COLUMNS if self._files]
        self._kind = pa.schema([*border.schema, *own])
        self._kept = self._kind.empty_table()

    def note(self, rows: pa.RecordBatch) -> None:
        """Rows on their way into the lake."""
        if self._files:
            self._taken.append(rows.select(list(self._keys)))

    def check(self) -> None:
        """Before the commit; raises what the brake raises, and ``ValuesUnfit``."""
        if not self._files:
            return
        with self._present() as connection:
            removed, before = connection.sql(
                "SELECT count(*) FILTER (NOT _taken AND NOT _sent_back), count(*) FROM judged"
            ).fetchall()[0]
            self._brake(MergeCounts(0, before - removed, 0, removed, 0, before))
            stay = connection.sql("SELECT * FROM judged WHERE NOT _taken AND _sent_back")
            self._kept = read_anew(stay.to_arrow_table(), self._kind, self._rules, self._name)

    def kept(self) -> pa.Table:
        """The rows that stay though they are not among the accepted ones."""
        return self._kept

    @contextmanager
    def _present(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The rows there are as ``judged``: whether each is among those accepted or sent back.

        Where a rejected row has no key that can be read, it may be any, so all are.
        """
        schema = pa.schema([self._border.schema.field(name) for name in self._keys])
        sent_back = self._border.spared_keys()
        with engine() as connection:
            connection.read_parquet(self._files).create_view("present")
            connection.register("taken", pa.Table.from_batches(self._taken, schema))
            connection.register("returned", sent_back or schema.empty_table())
            returned = "true" if sent_back is None else _stands_in("returned", self._keys)
            connection.execute(
                f"CREATE VIEW judged AS SELECT *, {_stands_in('taken', self._keys)} AS _taken,"  # noqa: S608  (quoted names)
                f" {returned} AS _sent_back FROM present t"
            )
            yield connection


def replaced_counts(code: str, number: str, keys: Sequence[str]) -> MergeCounts | None:
    """What a batch that replaced the table came to, by the versions before and after it.

    A row that stayed by its key counts as changed, since its items are others. ``None`` once one
    of the two versions was let go.
    """
    readable = {one.batch: one.version for one in table_versions(code)}
    if (version := readable.get(number)) is None:
        return None
    rows = count_rows(code, version=version)
    if not version:
        return MergeCounts(rows, 0, 0, 0, 0, 0)
    try:
        before = count_rows(code, version=version - 1)
    except VersionMissing:
        return None
    if not set(keys) <= set(table_schema(code, version=version - 1).names):
        return MergeCounts(rows, 0, 0, before, 0, before)
    files = table_files(code, version=version - 1)
    if not files:
        return MergeCounts(rows, 0, 0, 0, 0, 0)
    with engine() as connection:
        connection.read_parquet(files).create_view("earlier")
        connection.read_parquet(table_files(code, version=version)).create_view("later")
        added, changed, spared = connection.execute(
            "SELECT count(*) FILTER (NOT _known), count(*) FILTER (_known AND _ours),"  # noqa: S608  (quoted names)
            " count(*) FILTER (NOT _ours)"
            f" FROM (SELECT {_stands_in('earlier', keys)} AS _known,"
            f" {quoted(BATCH_COLUMN)} = ? AS _ours FROM later t)",
            [number],
        ).fetchall()[0]
    return MergeCounts(added, changed, 0, before - changed - spared, spared, before)


def _stands_in(name: str, keys: Sequence[str]) -> str:
    """Whether a row of ``t`` has its key in a table; keys are never missing there."""
    same = " AND ".join(
        f"CAST(s.{quoted(key)} AS VARCHAR) = CAST(t.{quoted(key)} AS VARCHAR)" for key in keys
    )
    return f"EXISTS (SELECT 1 FROM {name} s WHERE {same})"  # noqa: S608  (quoted names)
