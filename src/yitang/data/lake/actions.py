"""Writes: one batch, one atomic commit, once.

The batch number goes into the Delta log as an application transaction, in the same commit
as the rows. A batch that is written again after a crash is therefore recognised, and two
writers of one batch cannot both win.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError

from .errors import ColumnsDiffer, StorageFull
from .queries import opened, table_exists, table_path
from .rules import BATCH_COLUMN, GATHERED_COLUMN, SOURCE_COLUMN

# No space, quota exceeded, file larger than the operator allows.
_FULL = tuple(f"os error {number}" for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_ATTEMPTS = 5
_GROUP_ROWS = 2**17
_SAMPLE = 1000  # fewer rows say little about the rest


def append_batch(
    *,
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    batch: str,
    source: str,
    at: datetime,
) -> int:
    """Add the rows of a batch; returns the version that holds them.

    A batch number that was written before changes nothing and is not read. A reader is
    consumed once, as a stream. Raises ``ColumnsDiffer``, ``StorageFull``.
    """
    return _write(dataset, table, batch, source, at, "append")


def replace_table(
    *,
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    batch: str,
    source: str,
    at: datetime,
) -> int:
    """Put the rows of a batch in place of all others; older versions stay readable.

    Columns may change. A batch number that was written before changes nothing.
    """
    return _write(dataset, table, batch, source, at, "overwrite")


def has_batch(dataset: str, batch: str) -> bool:
    """Whether the batch was ever written, even if a later one replaced its rows."""
    if not table_exists(dataset):
        return False
    return opened(dataset).transaction_version(_application(batch)) is not None


def _write(
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    batch: str,
    source: str,
    at: datetime,
    mode: Literal["append", "overwrite"],
) -> int:
    path = table_path(dataset)
    if has_batch(dataset, batch):
        return opened(dataset).version()
    path.mkdir(parents=True, exist_ok=True)
    marks = CommitProperties(
        custom_metadata={"batch": batch, "source": source},
        app_transactions=[Transaction(_application(batch), 1)],
        max_commit_retries=_ATTEMPTS,
    )
    try:
        rows = _marked(table, batch, source, at)
        first = next(rows, None)
        write_deltalake(
            str(path),
            pa.RecordBatchReader.from_batches(
                rows.schema, chain([] if first is None else [first], rows)
            ),
            mode=mode,
            schema_mode="overwrite" if mode == "overwrite" else None,
            commit_properties=marks,
            writer_properties=_form_of_files(first),
        )
    except SchemaMismatchError as error:
        raise ColumnsDiffer(dataset=dataset, batch=batch, problem=str(error)) from None
    except CommitFailedError:
        if not has_batch(dataset, batch):
            raise
    except (DeltaError, OSError) as error:
        if any(mark in str(error) for mark in _FULL):
            raise StorageFull(batch=batch) from error
        raise
    return DeltaTable(str(path)).version()


def _form_of_files(sample: pa.RecordBatch | None) -> WriterProperties:
    """Zstandard at its quickest, and no dictionary where nearly every value is another.

    A dictionary of such a column is made and thrown away again: that took two fifths of the
    writer's time. Row groups of this size let a stream of any length through in little memory.
    """
    different = ColumnProperties(dictionary_enabled=False)
    columns = {
        name: different
        for name, column in zip(sample.schema.names, sample.columns, strict=True)
        if len(column) >= _SAMPLE and pc.count_distinct(column).as_py() > len(column) / 2
    } if sample else {}  # fmt: skip
    return WriterProperties(
        compression="ZSTD",
        compression_level=1,
        max_row_group_size=_GROUP_ROWS,
        column_properties=columns,
    )


def _application(batch: str) -> str:
    return f"batch:{batch}"


def _marked(
    table: pa.Table | pa.RecordBatchReader, batch: str, source: str, at: datetime
) -> pa.RecordBatchReader:
    """The rows with their batch, source and time beside them."""
    schema = (
        table.schema.append(pa.field(BATCH_COLUMN, pa.string()))
        .append(pa.field(SOURCE_COLUMN, pa.string()))
        .append(pa.field(GATHERED_COLUMN, pa.timestamp("us", "UTC")))
    )
    marks = (
        pa.scalar(batch),
        pa.scalar(source),
        pa.scalar(at, pa.timestamp("us", "UTC")),
    )
    rows = table.to_batches() if isinstance(table, pa.Table) else table

    def marked() -> Iterator[pa.RecordBatch]:
        for part in rows:
            own = [pa.repeat(mark, part.num_rows) for mark in marks]
            yield pa.record_batch([*part.columns, *own], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, marked())
