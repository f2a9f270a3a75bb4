"""Snapshots: one read-only SQLite file per dataset, found by keyed hashes of its keys.

A snapshot is written beside the old one and swapped by rename; readers that hold the old one
finish with it. Keys (identity numbers, credit codes, record numbers) are searched for by
their keyed hash, so the index tells nothing without the key.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from yitang.data.exchange.errors import NothingPublished

Hash = Callable[[str], str]

FIND = """
SELECT DISTINCT record.id, record.content, batch, as_of, coalesce(source.content, '')
FROM key JOIN record ON record.id = key.record LEFT JOIN source ON source.id = record.source
WHERE hash = ? AND (? IS NULL OR name = ?) ORDER BY record.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What a snapshot was made of: the lake's version, its rows, its searchable columns.

    ``owners``: code to name and department of the datasets that single values come from.
    """

    dataset: str
    version: int
    rows: int
    columns: tuple[str, ...]
    searchable: tuple[str, ...]
    identities: tuple[str, ...]
    made_at: str
    owners: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it was gathered: its values, its batch and the moment it is of.

    ``sources``: column to dataset code and date, where a value comes from elsewhere.
    """

    values: Mapping[str, str]
    batch: str
    as_of: str
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


def snapshot_path(folder: Path, dataset: str) -> Path:
    return folder / "snapshots" / f"{dataset}.sqlite3"


def write_snapshot(
    folder: Path, *, facts: SnapshotFacts, rows: Iterable[Row], hashed: Hash
) -> SnapshotFacts:
    """Write ``rows`` and put the file in place; ``facts.rows`` is counted here."""
    path = snapshot_path(folder, facts.dataset)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    partial.unlink(missing_ok=True)
    connection = sqlite3.connect(partial, isolation_level=None)
    try:
        partial.chmod(0o600)
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE fact (content TEXT);"
            "CREATE TABLE record (id INTEGER PRIMARY KEY, content TEXT, batch TEXT, as_of TEXT,"
            " source INTEGER);"
            "CREATE TABLE source (id INTEGER PRIMARY KEY, content TEXT);"
            "CREATE TABLE key (hash BLOB, name TEXT, record INTEGER); BEGIN"
        )
        count = _insert(connection, facts, rows, hashed)
        made = replace(facts, rows=count)
        connection.execute("INSERT INTO fact VALUES (?)", (_plain(made),))
        connection.execute("CREATE INDEX key_hash ON key (hash)")
        connection.execute("COMMIT")
    finally:
        connection.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    return made


def _insert(
    connection: sqlite3.Connection, facts: SnapshotFacts, rows: Iterable[Row], hashed: Hash
) -> int:
    number, known = 0, dict[str, int]()
    for number, row in enumerate(rows, start=1):
        sources = _text(row.sources) if row.sources else ""
        if sources and sources not in known:  # few rows differ in where their values come from
            known[sources] = len(known) + 1
            connection.execute("INSERT INTO source VALUES (?, ?)", (known[sources], sources))
        connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
            (number, _text(row.values), row.batch, row.as_of, known.get(sources)),
        )
        connection.executemany(
            "INSERT INTO key VALUES (?, ?, ?)",
            [
                (bytes.fromhex(hashed(value)), name, number)
                for name in facts.searchable
                if (value := row.values.get(name, ""))
            ],
        )
    return number


def _text(values: Mapping[str, object]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


class Snapshot:
    """A published snapshot, open for reading; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.execute("PRAGMA mmap_size=1073741824")
        self._lock = threading.Lock()
        (content,) = self._connection.execute("SELECT content FROM fact").fetchone()
        self.facts = _facts(content)

    def find(self, hashed: str, *, column: str | None = None, limit: int = 20) -> list[Row]:
        """The records with this key in any searchable column, or in ``column``; latest first."""
        given = [bytes.fromhex(hashed), column, column, limit]
        with self._lock:
            found = self._connection.execute(FIND, given).fetchall()
        return [
            Row(json.loads(content), batch, as_of, json.loads(sources) if sources else {})
            for _, content, batch, as_of, sources in found
        ]

    def close(self) -> None:
        self._connection.close()


_open: dict[Path, tuple[tuple[int, int], Snapshot]] = {}
_open_lock = threading.Lock()


def open_snapshot(folder: Path, dataset: str) -> Snapshot:
    """The current snapshot, opened once per process and again after each swap.

    Raises ``NothingPublished``. The one replaced is left to whoever still reads from it.
    """
    path = snapshot_path(folder, dataset)
    try:
        state = path.stat()
    except FileNotFoundError:
        raise NothingPublished(dataset=dataset) from None
    mark = (state.st_ino, state.st_mtime_ns)
    with _open_lock:
        kept = _open.get(path)
        if kept is None or kept[0] != mark:
            kept = (mark, Snapshot(path))
            _open[path] = kept
    return kept[1]


def forget_snapshots() -> None:
    """Close every open snapshot of this process."""
    with _open_lock:
        for _, snapshot in _open.values():
            snapshot.close()
        _open.clear()


def _plain(facts: SnapshotFacts) -> str:
    return json.dumps({name: getattr(facts, name) for name in SnapshotFacts.__slots__})


def _facts(content: str) -> SnapshotFacts:
    plain = json.loads(content)
    lists = {name: tuple(plain[name]) for name in ("columns", "searchable", "identities")}
    return SnapshotFacts(**(plain | lists))
