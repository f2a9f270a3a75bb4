"""From a table of the lake to a snapshot that can be asked for one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import pyarrow as pa

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.lake.api import read_table, table_exists, table_version
from yitang.data.lake.rules import BATCH_COLUMN, GATHERED_COLUMN, OWN_COLUMNS

from .errors import NothingPublished, NothingToSupply
from .queries import exchange_folder, hashes
from .rules import Row, SnapshotFacts, open_snapshot, write_snapshot

IDENTITY = "identity_number"
SEARCHED_RULES = frozenset({IDENTITY, "credit_code"})
ROWS_AT_ONCE = 10_000


def table_of(code: str) -> str | None:
    """The lake's table of a dataset: its code, or the base that fusion keeps under it."""
    named = (code, f"base_{code.replace('-', '_')}")
    return next((name for name in named if table_exists(name)), None)


def publish_snapshot(dataset: Dataset, *, at: datetime) -> SnapshotFacts:
    """Build the dataset's snapshot from the lake's latest version and swap it in.

    Nothing is done when the snapshot is of that version already. Records are found by data
    items that are keys, identity numbers or credit codes. Raises ``NothingToSupply``.
    """
    table = table_of(dataset.code)
    if table is None:
        raise NothingToSupply(dataset=dataset.name)
    version = table_version(table)
    items = items_of(dataset)
    searchable = tuple(item.name for item in items if item.is_key or item.rule in SEARCHED_RULES)
    facts = SnapshotFacts(
        dataset=dataset.code,
        version=version,
        rows=0,
        columns=tuple(item.name for item in items),
        searchable=searchable,
        identities=tuple(item.name for item in items if item.rule == IDENTITY),
        made_at=at.isoformat(),
    )
    kept = published(dataset.code)
    if kept is not None and _same(kept, facts):
        return kept
    gathered = read_table(table, version=version)
    return write_snapshot(
        exchange_folder(), facts=facts, rows=_rows(gathered, facts.columns), hashed=hashes().key
    )


def published(code: str) -> SnapshotFacts | None:
    """What the dataset's snapshot was made of, if there is one."""
    try:
        return open_snapshot(exchange_folder(), code).facts
    except NothingPublished:
        return None


def _same(kept: SnapshotFacts, wanted: SnapshotFacts) -> bool:
    return (kept.version, kept.columns, kept.searchable, kept.identities) == (
        wanted.version,
        wanted.columns,
        wanted.searchable,
        wanted.identities,
    )


def _rows(table: pa.Table, columns: Sequence[str]) -> Iterator[Row]:
    present = [name for name in columns if name in table.column_names]
    texts = pa.table({name: _texts(table[name]) for name in [*present, *_own(table)]})
    for part in texts.to_batches(max_chunksize=ROWS_AT_ONCE):
        values = [part.column(name).to_pylist() for name in present]
        batches = _column(part, BATCH_COLUMN)
        moments = _column(part, GATHERED_COLUMN)
        for number in range(part.num_rows):
            row = {name: column[number] or "" for name, column in zip(present, values, strict=True)}
            yield Row(row, batches[number] or "", (moments[number] or "")[:19], {})


def _own(table: pa.Table) -> list[str]:
    return [name for name in OWN_COLUMNS if name in table.column_names]


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _column(part: pa.RecordBatch, name: str) -> list[str | None]:
    if name in part.schema.names:
        found: list[str | None] = part.column(name).to_pylist()
        return found
    return [None] * part.num_rows
