"""From a table of the lake to a snapshot that can be asked for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from yitang.data.catalogue.api import Dataset, all_datasets, items_of
from yitang.data.lake.api import read_table, table_exists, table_version
from yitang.data.lake.rules import BATCH_COLUMN, GATHERED_COLUMN

from .errors import NothingPublished, NothingToSupply
from .queries import exchange_folder, hashes
from .rules import Row, SnapshotFacts, open_snapshot, write_snapshot

IDENTITY = "identity_number"
SEARCHED_RULES = frozenset({IDENTITY, "credit_code"})
ROWS_AT_ONCE = 10_000
# Beside a value that was taken from elsewhere a base keeps from which dataset, and of when.
FROM, AS_OF = "_from", "_as_of"


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
    facts = replace(facts, owners=_owners(gathered, facts.columns))
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
    sourced = _sourced(table, columns)
    beside = [f"{name}{end}" for name in sourced for end in (FROM, AS_OF)]
    own = [name for name in (BATCH_COLUMN, GATHERED_COLUMN) if name in table.column_names]
    texts = pa.table({name: _texts(table[name]) for name in [*present, *beside, *own]})
    for part in texts.to_batches(max_chunksize=ROWS_AT_ONCE):
        cells = {name: part.column(name).to_pylist() for name in part.schema.names}
        for number in range(part.num_rows):
            yield Row(
                values={name: cells[name][number] or "" for name in present},
                batch=_cell(cells, BATCH_COLUMN, number),
                as_of=_cell(cells, GATHERED_COLUMN, number)[:19],
                sources={
                    name: (code, _cell(cells, f"{name}{AS_OF}", number))
                    for name in sourced
                    if (code := _cell(cells, f"{name}{FROM}", number))
                },
            )


def _owners(table: pa.Table, columns: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and department of each dataset that single values come from (a fused base)."""
    sources = [table[f"{name}{FROM}"] for name in _sourced(table, columns)]
    codes = {code for column in sources for code in column.unique().to_pylist() if code}
    known = [row for row in all_datasets() if row.code in codes]
    return {row.code: (row.name, row.organisation.name) for row in known}


def _sourced(table: pa.Table, columns: Sequence[str]) -> list[str]:
    """The data items beside which the table says where each value was taken from."""
    beside = set(table.column_names) - set(columns)
    return [name for name in columns if name in table.column_names and f"{name}{FROM}" in beside]


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _cell(cells: Mapping[str, list[str | None]], name: str, number: int) -> str:
    return cells[name][number] or "" if name in cells else ""
