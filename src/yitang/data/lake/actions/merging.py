"""A batch of changes: rows are told apart by their keys, and only what changed is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyarrow import parquet

from yitang.data.lake.errors import ColumnsDiffer, KeysUnfit
from yitang.data.lake.queries import engine, opened, quoted, table_exists, table_files, table_schema
from yitang.data.lake.rules import OWN_COLUMNS
from yitang.ground.plumbing.api import settings

from .batches import (
    append_batch,
    check_types,
    committing,
    form_of_files,
    has_batch,
    holds,
    marked,
    once,
)
from .locking import only_writer


@dataclass(frozen=True, slots=True)
class MergeCounts:
    """How a batch differs from the table it joins, by key.

    ``spared`` rows are not in the batch and stay all the same; ``before`` is how many there were.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    spared: int
    before: int


def merge_batch(
    *,
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    keys: Sequence[str],
    batch: str,
    source: str,
    at: datetime,
    delete_missing: bool = False,
    spare: Callable[[], pa.Table | None] | None = None,
    check: Callable[[MergeCounts], None] | None = None,
) -> int:
    """Take in a batch of changes; returns the version that holds them.

    A row whose key is known replaces the one there was, if a value differs, and then carries
    this batch; a row that is the same keeps the batch it came with. Columns that begin with an
    underscore are no values. A new key is added. With ``delete_missing`` the batch holds the
    whole table, and rows whose key it lacks go, but for those whose keys ``spare`` gives once
    the batch was read (``None``: nothing goes at all). ``check`` sees the counts and may raise
    before anything is written; they stand in the commit (``merge_counts``); where nothing
    differs there is none. A batch number that was written before changes nothing. Raises
    ``KeysUnfit`` (missing, empty or repeated keys), ``ColumnsDiffer``, ``StorageFull``.
    """
    if has_batch(dataset, batch):
        return opened(dataset).version()
    if missing := [key for key in keys if key not in table.schema.names] or not keys:
        raise KeysUnfit(batch=batch, keys=", ".join(keys), problem=f"no column {missing}")
    with committing(dataset, batch), _spooled(table) as file:
        _check_keys(file, keys, batch)
        if not table_exists(dataset):
            return append_batch(
                dataset=dataset, table=_stream(file), batch=batch, source=source, at=at
            )
        _check_columns(dataset, table.schema, batch)
        with only_writer(dataset):
            _merge(
                _Merging(dataset, file, tuple(keys), batch, source, at),
                delete_missing=delete_missing,
                spare=spare,
                check=check,
            )
    return opened(dataset).version()


def merge_counts(dataset: str, batch: str) -> MergeCounts | None:
    """The counts of a merge as its commit holds them; ``None`` of any other batch."""
    for entry in opened(dataset).history():
        if entry.get("batch") == batch and entry.get("counts"):
            return MergeCounts(**json.loads(entry["counts"]))
    return None


@dataclass(frozen=True, slots=True)
class _Merging:
    """One merge: the delivered rows lie in ``file``."""

    dataset: str
    file: Path
    keys: tuple[str, ...]
    batch: str
    source: str
    at: datetime


def _merge(
    merging: _Merging,
    *,
    delete_missing: bool,
    spare: Callable[[], pa.Table | None] | None,
    check: Callable[[MergeCounts], None] | None,
) -> None:
    table = opened(merging.dataset)
    if holds(table, merging.batch):
        return
    schema = parquet.ParquetFile(merging.file).schema_arrow
    values = [
        name for name in schema.names if not name.startswith("_") and name not in merging.keys
    ]
    spared = spare() if spare is not None else schema.empty_table()
    delete_missing = delete_missing and spared is not None
    kept, counts = _compared(merging, schema, values, spared, delete_missing=delete_missing)
    if check is not None:
        check(counts)
    differs = _differs("target", "source", values)
    rows = pa.RecordBatchReader.from_batches(
        schema, chain(_stream(merging.file), kept.to_batches())
    )
    merger = table.merge(
        marked(rows, merging.batch, merging.source, merging.at),
        predicate=_same_key("target", "source", merging.keys),
        source_alias="source",
        target_alias="target",
        writer_properties=form_of_files(None),
        commit_properties=once(merging.batch, merging.source, counts=json.dumps(asdict(counts))),
    )
    if differs:
        merger = merger.when_matched_update_all(predicate=differs)
    merger = merger.when_not_matched_insert_all()
    if delete_missing:
        merger = merger.when_not_matched_by_source_delete()
    merger.execute()


def _compared(
    merging: _Merging,
    schema: pa.Schema,
    values: Sequence[str],
    spared: pa.Table | None,
    *,
    delete_missing: bool,
) -> tuple[pa.Table, MergeCounts]:
    """The rows that are spared as they are, and what the merge will come to."""
    differs = _differs("t", "s", values) or "false"
    both = "s.here AND t.here"
    columns = ", ".join(f"t.{quoted(name)}" for name in schema.names)
    missing = f"NOT EXISTS (SELECT 1 FROM delivered s WHERE {_same_key('t', 's', merging.keys)})"  # noqa: S608  (quoted names)
    with engine() as connection:
        connection.read_parquet(str(merging.file)).create_view("delivered")
        files = table_files(merging.dataset)
        if files:
            connection.read_parquet(files).create_view("present")
        else:
            connection.register("present", table_schema(merging.dataset).empty_table())
        counted = connection.execute(
            f"SELECT count(*) FILTER (t.here IS NULL), count(*) FILTER ({both} AND ({differs})),"  # noqa: S608  (quoted names)
            f" count(*) FILTER ({both} AND NOT ({differs})), count(*) FILTER (s.here IS NULL),"
            " count(*) FILTER (t.here)"
            " FROM (SELECT *, true AS here FROM delivered) s"
            " FULL JOIN (SELECT *, true AS here FROM present) t"
            f" ON {_same_key('t', 's', merging.keys)}"
        ).fetchall()[0]
        kept = schema.empty_table()
        if delete_missing and spared is not None and spared.num_rows:
            connection.register("spared", spared)
            found = connection.sql(
                f"SELECT {columns} FROM present t WHERE {missing} AND EXISTS"  # noqa: S608  (quoted names)
                f" (SELECT 1 FROM spared s WHERE {_same_key('t', 's', merging.keys)})"
            )
            kept = found.to_arrow_table().cast(schema)
    added, changed, unchanged, gone, before = (int(number) for number in counted)
    removed = gone - kept.num_rows if delete_missing else 0
    return kept, MergeCounts(added, changed, unchanged, removed, gone - removed, before)


def _differs(one: str, other: str, values: Sequence[str]) -> str:
    """In brackets: the engine of the merge takes all that follows FROM for one operand."""
    return " OR ".join(
        f"({one}.{quoted(name)} IS DISTINCT FROM {other}.{quoted(name)})" for name in values
    )


def _same_key(one: str, other: str, keys: Sequence[str]) -> str:
    return " AND ".join(f"{one}.{quoted(key)} = {other}.{quoted(key)}" for key in keys)


@contextmanager
def _spooled(table: pa.Table | pa.RecordBatchReader) -> Iterator[Path]:
    """The rows in a file of their own: a merge may have to read them more than once."""
    spill = settings().lake / ".spill"
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill) as folder:
        file = Path(folder) / "batch.parquet"
        with parquet.ParquetWriter(file, table.schema, compression="zstd") as writer:
            for part in table.to_batches() if isinstance(table, pa.Table) else table:
                writer.write_batch(part)
        yield file


def _stream(file: Path) -> pa.RecordBatchReader:
    content = parquet.ParquetFile(file)
    return pa.RecordBatchReader.from_batches(content.schema_arrow, content.iter_batches())


def _check_keys(file: Path, keys: Sequence[str], batch: str) -> None:
    columns = ", ".join(map(quoted, keys))
    empty = " OR ".join(f"{quoted(key)} IS NULL" for key in keys)
    with engine() as connection:
        connection.read_parquet(str(file)).create_view("delivered")
        nulls, repeated = connection.sql(
            f"SELECT count(*) FILTER ({empty}), count(*) - count(DISTINCT ({columns}))"  # noqa: S608
            " FROM delivered"
        ).fetchall()[0]
    if nulls:
        problem = f"{nulls} rows have none"
    elif repeated:
        problem = f"{repeated} rows repeat one"
    else:
        return
    raise KeysUnfit(batch=batch, keys=", ".join(keys), problem=problem)


def _check_columns(dataset: str, schema: pa.Schema, batch: str) -> None:
    known = set(table_schema(dataset).names) - set(OWN_COLUMNS)
    if others := known ^ set(schema.names):
        raise ColumnsDiffer(dataset=dataset, batch=batch, problem=", ".join(sorted(others)))
    check_types(opened(dataset), schema, dataset, batch)
