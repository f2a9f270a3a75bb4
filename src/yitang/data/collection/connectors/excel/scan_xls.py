"""The same of an old workbook (BIFF8 in a compound file), record by record."""

from __future__ import annotations

import struct
from pathlib import Path

import olefile

from yitang.data.collection.connectors.limits import Limits
from yitang.data.collection.errors import FileUnreadable
from yitang.ground.base.text import Message

from .scan import BookFacts, SheetFacts, check_reach

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _DATE_1904 = 0x0809, 0x000A, 0x0085, 0x002F, 0x0022
_ROW, _COLUMN_INFO = 0x0208, 0x007D
# Records of one cell, and those of several in a row (their last two bytes name the last column).
_CELLS = frozenset({0x0006, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x00D6, 0x027E})
_SEVERAL = frozenset({0x00BD, 0x00BE})
_ERROR_CELL = 0x0205
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_MOST_COLUMNS = 256


def scan_xls(path: Path, *, name: str, limits: Limits) -> BookFacts:
    """Raises ``FileUnreadable`` for a damaged, cut or protected one, and ``TooManyCells``."""
    try:
        with olefile.OleFileIO(path) as container:
            if container.exists("EncryptedPackage"):
                raise FileUnreadable(
                    file=name, problem=Message("collection.why", "it is protected by a password")
                )
            stream = next((n for n in ("Workbook", "Book") if container.exists(n)), "")
            if not stream:
                raise _damaged(name, "it has no sheets")
            content: bytes = container.openstream(stream).read()
            size = container.get_size(stream)
            is_whole = _is_whole(container, path.stat().st_size)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise _damaged(name, str(error)) from None
    if len(content) < size or not is_whole:
        raise _damaged(name, "its end is missing")
    return _book(content, name, limits)


def _is_whole(container: olefile.OleFileIO, size: int) -> bool:
    """Whether every sector that is in use lies within the file, also those that nobody reads
    here: the reader of cells would stumble over them. The table of sectors has been cut to as
    many as the file can hold, so one that leads beyond its end leads to what is missing."""
    table: list[int] = container.fat
    used = [at for at, following in enumerate(table) if following != olefile.FREESECT]
    starts = [entry.isectStart for entry in container.direntries
              if entry is not None and entry.size and not entry.is_minifat]  # fmt: skip
    leads = (*starts, *table, container.first_dir_sector)
    if any(len(table) <= sector <= olefile.MAXREGSECT for sector in leads):
        return False
    return not used or container.sectorsize * (used[-1] + 2) <= size  # the header comes first


def _damaged(name: str, why: str) -> FileUnreadable:
    return FileUnreadable(
        file=name,
        problem=Message(
            "collection.why", "the workbook is damaged or incomplete ({why})", {"why": why}
        ),
    )


def _book(content: bytes, name: str, limits: Limits) -> BookFacts:
    facts, starts = BookFacts(), dict[str, int]()
    for kind, data in _records(content, 0):
        if kind == _FILEPASS:
            raise FileUnreadable(
                file=name, problem=Message("collection.why", "it is protected by a password")
            )
        if kind == _DATE_1904 and data[:2] == b"\x01\x00":
            facts.from_1904 = True
        if kind == _BOUNDSHEET and len(data) >= 8:
            title = _title(data)
            starts[title] = int.from_bytes(data[:4], "little")
            if data[4] & 0x03:
                facts.hidden_sheets.append(title)
    for title, start in starts.items():
        facts.sheets[title] = _sheet(content, start)
        check_reach(facts.sheets[title], name=name, where=title, limits=limits)
    return facts


def _records(content: bytes, start: int) -> list[tuple[int, bytes]]:
    """The records from ``start`` to the end of its part."""
    found, at = [], start
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        found.append((kind, content[at + 4 : at + 4 + length]))
        at += 4 + length
        if kind == _EOF:
            break
    return found


def _title(data: bytes) -> str:
    length, wide = data[6], data[7] & 0x01
    raw = data[8 : 8 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _sheet(content: bytes, start: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, data in _records(content, start):
        if kind in _CELLS | _SEVERAL and len(data) >= 6:
            row, first = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind in _SEVERAL else first
            facts.cells += max(last - first, 0) + 1
            facts.rows = max(facts.rows, row + 1)
            facts.columns = max(facts.columns, min(last, _MOST_COLUMNS - 1) + 1)
            if kind == _ERROR_CELL and len(data) >= 8 and data[7]:
                facts.failed.add((row, first))
        elif kind == _ROW and len(data) >= 16 and data[12] & _HIDDEN_ROW:
            facts.hidden_rows.add(struct.unpack_from("<H", data)[0])
        elif kind == _COLUMN_INFO and len(data) >= 10 and data[8] & _HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", data)
            facts.hidden_columns.update(range(first, min(last + 1, _MOST_COLUMNS)))
    return facts
