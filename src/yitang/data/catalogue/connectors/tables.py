"""Tables: CSV in any encoding and with any delimiter, and workbooks; the header is found."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from python_calamine import CalamineError, CalamineWorkbook

from yitang.data.catalogue.errors import DumpUnreadable
from yitang.ground.base.text import Message

from .dump import Delivered, Dump

DELIMITERS = (",", "\t", ";", "|")
HEADER_WITHIN = 20
_NUMBER = re.compile(r"[\d.,:/ -]+")


def read_csv(text: str, *, file: str) -> Dump:
    """Raises ``DumpUnreadable`` if there is no header with at least two columns."""
    head = "\n".join(text.splitlines()[:HEADER_WITHIN])
    delimiter = max(DELIMITERS, key=head.count)
    if not head.count(delimiter):
        missing = "no delimiter was found; it is neither a table nor JSON nor RDF"
        raise DumpUnreadable(file=file, problem=missing)
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = list(reader)
    except csv.Error:
        problem = Message(
            "catalogue.unreadable.csv",
            "line {line} is too long for a row; look for a quotation mark that is never closed",
            {"line": reader.line_num},
        )
        raise DumpUnreadable(file=file, problem=problem) from None
    return _table(rows, kind="CSV", file=file)


def read_workbook(content: bytes, *, file: str, sheet: str = "") -> Dump:
    """``sheet``, else the one with most rows; raises ``DumpUnreadable`` for a damaged workbook."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names
        ]
    except (CalamineError, OSError, ValueError) as error:
        problem = Message(
            "catalogue.unreadable.workbook",
            "the workbook is damaged or incomplete ({said})",
            {"said": str(error)},
        )
        raise DumpUnreadable(file=file, problem=problem) from None
    if not sheets:
        raise DumpUnreadable(file=file, problem="the workbook has no sheet")
    name, rows = max(sheets, key=lambda one: (one[0] == sheet, len(one[1])))
    return _table(rows, kind="Excel", file=file, understood={"sheet": name})


def _table(
    rows: Sequence[Sequence[object]],
    *,
    kind: str,
    file: str,
    understood: dict[str, str] | None = None,
) -> Dump:
    at = _header(rows)
    if at is None:
        raise DumpUnreadable(file=file, problem="no row was found that names the columns")
    names = _unique([_text(cell) for cell in rows[at]])
    records = [
        _record(number, names, row)
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
        if any(_text(cell) for cell in row)
    ]
    said = {**(understood or {}), "header_row": str(at + 1)}
    return Dump(kind, tuple(records), understood=said)


def _header(rows: Sequence[Sequence[object]]) -> int | None:
    """The first row that fills nearly the whole width with distinct words."""
    width = max((sum(bool(_text(cell)) for cell in row) for row in rows[:200]), default=0)
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        words = [_text(cell) for cell in row if _text(cell)]
        named = not any(_NUMBER.fullmatch(word) for word in words)
        if len(words) >= max(2, round(width * 0.8)) and len(set(words)) == len(words) and named:
            return index
    return None


def _record(number: int, names: Sequence[str], row: Sequence[object]) -> Delivered:
    cells = list(row)
    while cells and not _text(cells[-1]):
        cells.pop()
    if len(cells) > len(names):
        said = Message(
            "catalogue.broken.too_wide",
            "it has {cells} cells where the header has {columns}",
            {"cells": len(cells), "columns": len(names)},
        )
        return Delivered(number, dict(zip(names, cells, strict=False)), said)
    cells += [""] * (len(names) - len(cells))
    return Delivered(number, {name: cell for name, cell in zip(names, cells, strict=True) if name})


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _unique(names: Sequence[str]) -> list[str]:
    """A name that stands twice gets a number; the columns stay apart."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 or not name else f"{name} {seen[name]}")
    return found
