"""A file of any kind we read, told by its first bytes and not by its name."""

from __future__ import annotations

from pathlib import Path

from yitang.data.collection.errors import FileUnreadable

from .csv import csv_delivery
from .delivery import Delivery
from .excel import excel_delivery, is_workbook
from .sqlite import SQLITE_MARK, sqlite_delivery

_OTHERS = {
    b"%PDF": "it is a PDF",
    b"\xff\xd8\xff": "it is a picture",
    b"\x89PNG": "it is a picture",
    b"Rar!": "it is an archive",
    b"7z\xbc\xaf": "it is an archive",
}


def file_delivery(
    path: Path,
    *,
    expected: frozenset[str] = frozenset(),
    table: str = "",
    name: str = "",
) -> Delivery:
    """A workbook, an SQLite file or delimited text; ``table`` names a sheet or a table."""
    name = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise FileUnreadable(file=name, problem=error.strerror or str(error)) from None
    if not head:
        raise FileUnreadable(file=name, problem="it is empty")
    for mark, problem in _OTHERS.items():
        if head.startswith(mark):
            raise FileUnreadable(file=name, problem=problem)
    if is_workbook(head):
        return excel_delivery(path, expected=expected, sheet=table, name=name)
    if head == SQLITE_MARK:
        return sqlite_delivery(path, table=table, name=name)
    return csv_delivery(path, expected=expected, name=name)
