"""The rows that an SQL script inserts, as old systems are handed over. Nothing of it is run.

Of the dialects only what a program writes out is understood: ``INSERT`` with values, the columns of
``CREATE TABLE`` where an ``INSERT`` names none, dates wrapped into a function, texts joined by
``||``, the lines after PostgreSQL's ``COPY … FROM stdin``. A value that would have to be computed
is marked, and a script that changes rows after it wrote them is refused, since the table it makes
is another. Where it replaces rows by a key that it names, the earlier ones are left out.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from yitang.data.collection.errors import FileUnreadable, TableUnknown
from yitang.data.collection.rules.columns import folded
from yitang.data.collection.rules.scripts import Script, Tuple, Uncomputed
from yitang.ground.base.text import Message

from .delivery import BrokenRow, CellMark, Chunk, Delivery, file_digest
from .text_encoding import SAMPLE_BYTES, detect_encoding, encoding_label
from .texts import records_frame

CHUNK_ROWS = 20_000
_BLOCK = 2**20
_INSERTS = re.compile(
    rb"^\s*(insert(\s+ignore)?\s+into\s+[\w.\"`\[]"
    rb"|insert\s+or\s+\w+\s+into\s+[\w.\"`\[]|replace\s+into\s+[\w.\"`\[]"
    rb"|copy\s+[\w.\"]+\s*(\([^()]*\)\s*)?from\s+stdin|--\s+postgresql\s+database\s+dump"
    rb"|insert\s+[\w.\"`\[\]]+\s*(\([^()]*\)\s*)?values\b"
    rb"|create\s+table\s|delete\s+from\s|drop\s+table\s|truncate\s+table\s)",
    re.IGNORECASE | re.MULTILINE,
)
_MYSQL = re.compile(r"`|/\*!\d|\bengine\s*=", re.IGNORECASE)
# These quote texts as the standard does, whatever else stands in them.
_STANDARD = re.compile(
    r"\bpragma\s|\bautoincrement\b|\bsqlite|^--\s+postgresql\s|^copy\s.*\sfrom\s+stdin;",
    re.IGNORECASE | re.MULTILINE,
)


def looks_like_sql(sample: bytes) -> bool:
    """Whether a text begins as a script that makes or fills tables."""
    return _INSERTS.search(sample) is not None


def sql_delivery(
    path: Path, *, expected: frozenset[str] = frozenset(), table: str = "", name: str = ""
) -> Delivery:
    """The inserted rows of one table: the one that is named, or whose columns fit best.

    Raises ``FileUnreadable``, ``TableUnknown``.
    """
    name = name or path.name
    with path.open("rb") as file:
        encoding = detect_encoding(file.read(SAMPLE_BYTES), file=name)
    script = _File(path, name, encoding)
    tables = script.tables()
    chosen = _chosen(tables, table, expected, name)
    found = tables[chosen]
    understood = {
        "encoding": encoding_label(encoding),
        "table": chosen,
    }
    if others := [other for other, its in tables.items() if other != chosen and its.rows]:
        understood["tables_left_out"] = ", ".join(others)
    if gone := script.replaced(chosen) if found.replaces else frozenset():
        understood["rows_replaced"] = str(len(gone))
    columns = tuple(found.columns)
    return Delivery(
        f"{name}:{chosen}", "sql", file_digest(path), columns,
        lambda: script.chunks(chosen, columns, gone), understood,
    )  # fmt: skip


@dataclass(slots=True)
class _Table:
    """What a script says of one table."""

    columns: dict[str, None] = field(default_factory=dict[str, None])
    rows: int = 0
    replaces: bool = False


class _File:
    """How one script is read; reading it again gives the same rows."""

    def __init__(self, path: Path, name: str, encoding: str) -> None:
        self._path, self._name, self._encoding = path, name, encoding
        begins = next(self._blocks(), "")
        self._escapes = bool(_MYSQL.search(begins)) and not _STANDARD.search(begins)

    def tables(self) -> dict[str, _Table]:
        """Every table that gets rows; raises ``FileUnreadable`` for what cannot be told."""
        found = dict[str, _Table]()
        for row in self._rows():
            its = found.setdefault(row.table, _Table())
            its.rows += 1
            its.replaces |= row.replaces
            its.columns.update(dict.fromkeys(row.columns))
        if not found:
            problem = Message("collection.why", "it is an SQL script that inserts no rows")
            raise FileUnreadable(file=self._name, problem=problem)
        return found

    def replaced(self, table: str) -> frozenset[int]:
        """The numbers of rows in whose place others of the same key came later."""
        last, gone = dict[bytes, tuple[bytes, int]](), set[int]()
        for number, row in self._numbered(table):
            if row.replaces and row.keys is None:
                raise self._key_unknown(table)
            for key, exact in _keys(row):
                if exact is None:
                    raise self._key_unknown(table)
                before, at = last.get(key, (exact, 0))
                if row.replaces and before != exact:
                    raise self._key_unknown(table)
                if row.replaces and at:
                    gone.add(at)
                last[key] = exact, number
        return frozenset(gone)

    def _key_unknown(self, table: str) -> FileUnreadable:
        problem = Message(
            "collection.why",
            "it is an SQL script that replaces rows of {table} by a key that it does not write out;"
            " hand in the table it makes",
            {"table": table},
        )
        return FileUnreadable(file=self._name, problem=problem)

    def _numbered(self, table: str) -> Iterator[tuple[int, Tuple]]:
        return enumerate((row for row in self._rows() if row.table == table), 1)

    def chunks(self, table: str, columns: tuple[str, ...], gone: frozenset[int]) -> Iterator[Chunk]:
        """The rows of one table, numbered as they come, but for those that are ``gone``."""
        part, broken = list[tuple[int, Tuple]](), list[BrokenRow]()
        for number, row in self._numbered(table):
            if number in gone:
                continue
            if len(row.values) == len(row.columns):
                part.append((number, row))
            else:
                text = ", ".join(map(_shown, row.values))
                broken.append(BrokenRow(number, len(row.values), len(row.columns), text))
            if len(part) + len(broken) == CHUNK_ROWS:
                yield _chunk(part, broken, columns)
                part, broken = [], []
        if part or broken:
            yield _chunk(part, broken, columns)

    def _rows(self) -> Iterator[Tuple]:
        return Script(self._blocks(), file=self._name, escapes=self._escapes).rows()

    def _blocks(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        with self._path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def _chosen(tables: dict[str, _Table], wanted: str, expected: frozenset[str], file: str) -> str:
    if wanted:
        found = [name for name in tables if name.lower() == wanted.lower()]
        if not found:
            raise TableUnknown(file=file, table=wanted, tables=", ".join(tables))
        return found[0]

    def fit(name: str) -> tuple[int, int]:
        return sum(folded(column) in expected for column in tables[name].columns), tables[name].rows

    return max(tables, key=fit)


def _chunk(
    part: list[tuple[int, Tuple]], broken: list[BrokenRow], columns: tuple[str, ...]
) -> Chunk:
    records = [dict(zip(row.columns, row.values, strict=True)) for _, row in part]
    marks = [
        CellMark(position, column, "uncomputed")
        for position, record in enumerate(records)
        for column, value in record.items()
        if isinstance(value, Uncomputed)
    ]
    for mark in marks:
        records[mark.position][mark.column] = None
    frame, _ = records_frame(records, columns)
    numbers = np.array([number for number, _ in part], dtype=np.int64)
    return Chunk(frame, numbers, tuple(broken), tuple(marks), may_be_unreadable=True)


def _keys(row: Tuple) -> Iterator[tuple[bytes, bytes | None]]:
    """For each key that has a value in all its columns: how it is found, and how it is written.

    Databases may hold texts for the same that differ in capitals or in blanks behind them; which
    do, the script does not say. Nothing is written of a value that only a database would know.
    """
    values = {column.lower(): value for column, value in zip(row.columns, row.values, strict=False)}
    for at, key in enumerate(row.keys or ()):
        parts = [values.get(column.lower()) for column in key]
        if any(isinstance(part, Uncomputed) for part in parts):
            yield b"", None
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) == len(parts):
            loose = [text.casefold().rstrip() for text in texts]
            yield _digest([str(at), *loose]), _digest(texts)


def _digest(texts: list[str]) -> bytes:
    return hashlib.blake2b(json.dumps(texts).encode(), digest_size=16).digest()


def _shown(value: object) -> str:
    return value if isinstance(value, str) else ""
