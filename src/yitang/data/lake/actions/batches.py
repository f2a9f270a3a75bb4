"""Writes: one batch, one atomic commit, once.

The batch number goes into the Delta log as an application transaction, in the same commit
as the rows. A batch that is written again after a crash is therefore recognised, and two
writers of one batch cannot both win.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError

from yitang.data.lake.errors import ColumnsDiffer, StorageFull, TableBusy
from yitang.data.lake.queries import opened, table_exists, table_path
from yitang.data.lake.rules import BATCH_COLUMN, GATHERED_COLUMN, SOURCE_COLUMN
from yitang.ground.base.text import Message

from .locking import only_writer

# No space, quota exceeded, file larger than the operator allows.
_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL = tuple(f"os error {number}" for number in _NUMBERS)
ATTEMPTS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GROUP_ROWS = 2**17
_ROOMIER = frozenset(
    {
        ("timestamp_ntz", "date"),
        *(("string", kind) for kind in ("boolean", "date", "double", "long")),
    }
)
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
    keeps: Callable[[], pa.Table] | None = None,
) -> int:
    """Put the rows of a batch in place of all others; older versions stay readable.

    Columns may change. A batch number that was written before changes nothing. ``keeps`` is
    asked once the batch was read: rows that stay, with the batch, source and time they have.
    """
    return _write(dataset, table, batch, source, at, "overwrite", keeps)


def has_batch(dataset: str, batch: str) -> bool:
    """Whether the batch was ever written, even if a later one replaced its rows."""
    if not table_exists(dataset):
        return False
    return holds(opened(dataset), batch)


def _write(
    dataset: str,
    table: pa.Table | pa.RecordBatchReader,
    batch: str,
    source: str,
    at: datetime,
    mode: Literal["append", "overwrite"],
    keeps: Callable[[], pa.Table] | None = None,
) -> int:
    path = table_path(dataset)
    with only_writer(dataset), committing(dataset, batch):
        before = opened(dataset) if table_exists(dataset) else None
        if before and holds(before, batch):
            return before.version()
        if before and mode == "append":
            check_types(before, table.schema, dataset, batch, roomier=_ROOMIER)
        path.mkdir(parents=True, exist_ok=True)
        rows = marked(table, batch, source, at)
        first = next(rows, None)

        def whole() -> Iterator[pa.RecordBatch]:
            yield from rows if first is None else chain([first], rows)
            if keeps is not None:
                yield from keeps().cast(rows.schema).to_batches()

        write_deltalake(
            # The state that was looked at: whatever was committed since is compared with it.
            before or str(path),
            pa.RecordBatchReader.from_batches(rows.schema, whole()),
            mode=mode,
            schema_mode="overwrite" if mode == "overwrite" else None,
            commit_properties=once(batch, source),
            writer_properties=form_of_files(first),
        )
    return DeltaTable(str(path)).version()


def check_types(
    there: DeltaTable, schema: pa.Schema, dataset: str, batch: str, *,
    roomier: frozenset[tuple[str, str]] = frozenset(),
) -> None:  # fmt: skip
    """Rows that join others have their types; the writer would cut values down to them.

    ``roomier``: a type there and one here, all of whose values can be written there.
    """
    kept = {field.name: field.type for field in there.schema().fields}
    others = []
    for one in Schema.from_arrow(schema).fields:
        known = kept.get(one.name, one.type)
        if known != one.type and (known.type, one.type.type) not in roomier:
            others.append(one.name)
    if others:
        columns = {"columns": ", ".join(sorted(others))}
        problem = Message("lake.other_type", "{columns} has another type there", columns)
        raise ColumnsDiffer(dataset=dataset, batch=batch, problem=problem)


def holds(table: DeltaTable, batch: str) -> bool:
    """Whether this state of a table was made by the batch, or after it."""
    return table.transaction_version(_application(batch)) is not None


def once(batch: str, source: str, **more: str) -> CommitProperties:
    """A commit that carries its batch number (and ``more``) and cannot be made twice."""
    return CommitProperties(
        custom_metadata={"batch": batch, "source": source, **more},
        app_transactions=[Transaction(_application(batch), 1)],
        max_commit_retries=ATTEMPTS,
    )


@contextmanager
def committing(dataset: str, batch: str) -> Iterator[None]:
    """What goes wrong in a commit, said in our words; another writer of the batch is none."""
    try:
        yield
    except SchemaMismatchError as error:
        raise ColumnsDiffer(dataset=dataset, batch=batch, problem=str(error)) from None
    except CommitFailedError as error:
        if not has_batch(dataset, batch):
            raise TableBusy(dataset=dataset) from error
    except (DeltaError, OSError) as error:
        if any(mark in str(error) for mark in _FULL) or getattr(error, "errno", 0) in _NUMBERS:
            raise StorageFull(batch=batch) from error
        raise


def form_of_files(sample: pa.RecordBatch | None) -> WriterProperties:
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


def marked(
    table: pa.Table | pa.RecordBatchReader, batch: str, source: str, at: datetime
) -> pa.RecordBatchReader:
    """The rows with their batch, source and time beside them."""
    schema = (
        table.schema.append(pa.field(BATCH_COLUMN, pa.string()))
        .append(pa.field(SOURCE_COLUMN, pa.string()))
        .append(pa.field(GATHERED_COLUMN, pa.timestamp("us", "UTC")))
    )
    marks = [
        _once(batch.encode(), pa.string()),
        _once(source.encode(), pa.string()),
        _once(_moment(at), pa.timestamp("us", "UTC")),
    ]
    rows = table.to_batches() if isinstance(table, pa.Table) else table

    def marked() -> Iterator[pa.RecordBatch]:
        for part in rows:
            own = [pa.repeat(mark, part.num_rows) for mark in marks]
            yield pa.record_batch([*part.columns, *own], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, marked())


def _once(value: bytes, kind: pa.DataType) -> pa.Scalar:
    """A value by its bytes: ``pa.scalar`` would load pandas, wherever that is installed."""
    ends = [pa.py_buffer(struct.pack("=2i", 0, len(value)))] if kind == pa.string() else []
    return pa.Array.from_buffers(kind, 1, [None, *ends, pa.py_buffer(value)])[0]


def _moment(at: datetime) -> bytes:
    return struct.pack("=q", (at - _EPOCH) // timedelta(microseconds=1))
