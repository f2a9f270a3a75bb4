"""Accepted rows on their way into the lake: added, in place of others, or compared by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.models import Batch
from yitang.data.lake.api import (
    append_batch,
    has_batch,
    merge_batch,
    replace_table,
    table_exists,
    table_schema,
    table_version,
)
from yitang.data.lake.rules import OWN_COLUMNS

from .ahead import ahead
from .border import Border
from .comparison import brake_for, key_items
from .replacing import Replacing


class _NothingAccepted(Exception):
    """Breaks the stream off, so that the lake commits nothing."""


def keep_rows(
    batch: Batch,
    border: Border,
    at: datetime,
    checks: Sequence[Callable[[], None]],
    keys: tuple[str, ...] = (),
    *,
    mends: Batch | None = None,
) -> int | None:
    """Pass the rows through the border into the lake; the version, or ``None`` for no rows.

    Each of ``checks`` may stop the batch before anything of it is committed. With ``keys`` the
    rows are compared with those there are; where the entry's items are others by now they
    replace them.

    Rows that mend those of another batch join the table: by key if that batch did.

    The lake pulls the rows from a thread of its own, so what goes wrong in the border is kept
    aside and raised here.
    """
    dataset = batch.dataset
    if has_batch(dataset.code, batch.number):  # written before a crash, not yet receipted
        for _ in border.accepted_batches():
            pass
        return table_version(dataset.code)
    brake = brake_for(dataset) if keys else None
    joins = _joins(dataset.code, border.schema)
    replacing = Replacing(dataset, keys, border, brake) if brake and not joins else None
    failures: list[Exception] = []
    passing = _passing(border, checks, replacing, failures)
    about = _about(batch, pa.RecordBatchReader.from_batches(border.schema, passing), at)
    try:
        if keys and joins:
            return merge_batch(
                **about, keys=keys, delete_missing=True, spare=border.spared_keys, check=brake
            )
        if replacing is not None:
            return replace_table(**about, keeps=replacing.kept)
        return _added(about, dataset, mends)
    except Exception as failure:
        if failures and isinstance(failures[0], _NothingAccepted):
            return None
        if failures:
            raise failures[0] from failure
        raise


def _passing(
    border: Border,
    checks: Sequence[Callable[[], None]],
    replacing: Replacing | None,
    failures: list[Exception],
) -> Iterator[pa.RecordBatch]:
    """The accepted rows; what stops them is put into ``failures``."""
    try:
        with ahead(border.accepted_batches()) as batches:
            for part in batches:
                if replacing is not None:
                    replacing.note(part)
                yield part
        for check in checks:
            check()
        if not border.accepted:
            raise _NothingAccepted
        if replacing is not None:
            replacing.check()
    except Exception as failure:
        failures.append(failure)
        raise


def _about(batch: Batch, rows: pa.RecordBatchReader, at: datetime) -> dict[str, Any]:
    return {
        "dataset": batch.dataset.code, "table": rows, "batch": batch.number,
        "source": batch.source_name, "at": at,
    }  # fmt: skip


def _added(about: dict[str, Any], dataset: Dataset, mends: Batch | None) -> int:
    """Rows that are not compared: they mend others, are more of them, or replace them."""
    if mends is not None and mends.changes:
        return merge_batch(**about, keys=key_items(dataset))
    if mends is not None or dataset.delivery == "added":
        return append_batch(**about)
    return replace_table(**about)


def _joins(code: str, schema: pa.Schema) -> bool:
    """Whether rows with this schema can be compared with those of the table: name and type."""
    if not table_exists(code):
        return True
    present = {field for field in table_schema(code) if field.name not in OWN_COLUMNS}
    return present == set(schema)
