"""A batch of changes: rows are told apart by their keys, and only what changed is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyarrow import parquet

from yitang.data.lake.errors import ColumnsDiffer, KeysUnfit
from yitang.data.lake.queries import engine, opened, quoted, table_exists, table_schema
from yitang.data.lake.rules import OWN_COLUMNS
from yitang.ground.plumbing.api import settings

from .batches import (
    append_batch,
    committing,
    form_of_files,
    has_batch,
    holds,
    marked,
    once,
)
from .locking import only_writer


def merge_batch(
    *,
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    keys: Sequence[str],
    batch: str,
    source: str,
    at: datetime,
    delete_missing: bool = False,
) -> int:
    """Take in a batch of changes; returns the version that holds them.

    A row whose key is known replaces the one there was, if a value differs, and then carries
    this batch; a row that is the same keeps the batch it came with. Columns that begin with an
    underscore are no values. A new key is added. With ``delete_missing`` the batch holds the
    whole table, and rows whose key it lacks go. A batch number that was written before changes
    nothing. Raises ``KeysUnfit`` (missing, empty or repeated keys), ``ColumnsDiffer``,
    ``StorageFull``.
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
            _merge(dataset, file, keys, batch, source, at, delete_missing=delete_missing)
    return opened(dataset).version()


def _merge(
    dataset: str, file: Path, keys: Sequence[str], batch: str, source: str, at: datetime,
    *, delete_missing: bool,
) -> None:  # fmt: skip
    table = opened(dataset)
    if holds(table, batch):
        return
    rows = marked(_stream(file), batch, source, at)
    values = [name for name in rows.schema.names if not name.startswith("_") and name not in keys]
    differs = " OR ".join(
        f"target.{quoted(name)} IS DISTINCT FROM source.{quoted(name)}" for name in values
    )
    merger = table.merge(
        rows,
        predicate=" AND ".join(f"target.{quoted(key)} = source.{quoted(key)}" for key in keys),
        source_alias="source",
        target_alias="target",
        writer_properties=form_of_files(None),
        commit_properties=once(batch, source),
    )
    if differs:
        merger = merger.when_matched_update_all(predicate=differs)
    merger = merger.when_not_matched_insert_all()
    if delete_missing:
        merger = merger.when_not_matched_by_source_delete()
    merger.execute()


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
