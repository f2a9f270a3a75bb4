"""Workbooks as counties send them: titles above, several sheets, numbers where text belongs."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from yitang.data.collection.errors import FileUnreadable, HeaderMissing, TableUnknown
from yitang.data.collection.rules.columns import folded, header_row

from .delivery import CellMark, Chunk, Delivery, file_digest, unique_names

WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
CHUNK_ROWS = 50_000
# A double holds 15 decimal digits for certain; a longer number has lost its last ones.
EXACT_DIGITS = 15
_LOST = 10**EXACT_DIGITS
_FOOTERS = ("合计", "总计", "小计", "制表", "填表", "审核", "备注", "说明", "注")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with data: its rows below the header, with their numbers in the workbook."""

    name: str
    header: int
    columns: tuple[str, ...]
    rows: list[list[object]]


def is_workbook(head: bytes) -> bool:
    """Whether a file is XLSX or XLS by its first bytes, whatever it is called."""
    return head.startswith(WORKBOOK_MARKS)


def excel_delivery(
    path: Path,
    *,
    expected: frozenset[str] = frozenset(),
    sheet: str = "",
    name: str = "",
) -> Delivery:
    """Every sheet with the same header as the first one that has data; others are named.

    Raises ``FileUnreadable``, ``HeaderMissing``, ``TableUnknown`` for a sheet that is not there.
    """
    name = name or path.name
    sheets, left_out = read_sheets(path.read_bytes(), name, expected=expected, wanted=sheet)
    first = sheets[0]
    understood = {
        "sheets": ", ".join(found.name for found in sheets),
        "header_row": str(first.header + 1),
    }
    if footers := sum(_is_closing(row) for found in sheets for row in found.rows):
        understood["footer_rows"] = str(footers)
    if left_out:
        understood["left_out"] = ", ".join(left_out)
    return Delivery(
        name, "excel", file_digest(path), first.columns, lambda: _chunks(sheets), understood
    )


def read_sheets(
    content: bytes, name: str, *, expected: frozenset[str] = frozenset(), wanted: str = ""
) -> tuple[list[Sheet], list[str]]:
    """The sheets that belong together, and the names of those that do not."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if wanted and wanted not in workbook.sheet_names:
            raise TableUnknown(file=name, table=wanted, tables=", ".join(workbook.sheet_names))
        names = [wanted] if wanted else workbook.sheet_names
        found = [_read_sheet(workbook, title, expected) for title in names]
    except (CalamineError, OSError, ValueError) as error:
        problem = f"the workbook is damaged or incomplete ({error})"
        raise FileUnreadable(file=name, problem=problem) from None
    with_data = [sheet for sheet in found if sheet is not None and sheet.rows]
    headed = [sheet for sheet in found if sheet is not None]
    if not headed:
        raise HeaderMissing(file=name)
    first = max(with_data or headed[:1], key=lambda sheet: _fit(sheet, expected))
    same = [sheet for sheet in with_data or headed[:1] if _same(sheet, first)]
    kept = {sheet.name for sheet in same}
    return same, [sheet.name for sheet in with_data if sheet.name not in kept]


def _fit(sheet: Sheet, expected: frozenset[str]) -> int:
    return sum(folded(column) in expected for column in sheet.columns)


def _same(one: Sheet, other: Sheet) -> bool:
    return [folded(column) for column in one.columns] == [folded(c) for c in other.columns]


def _read_sheet(workbook: CalamineWorkbook, title: str, expected: frozenset[str]) -> Sheet | None:
    cells = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
    rows: list[list[object]] = [list(row) for row in cells]
    texts = [[cell_text(cell) for cell in row] for row in rows[:200]]
    header = header_row(texts, expected=expected)
    if header is None:
        return None
    width = max(
        (position + 1 for position, cell in enumerate(texts[header]) if cell.strip()), default=0
    )
    columns = unique_names(texts[header][:width])
    return Sheet(title, header, columns, [row[:width] for row in rows[header + 1 :]])


def cell_text(cell: object) -> str:
    """A cell as the text a person sees: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def has_lost_digits(cell: object) -> bool:
    """Whether a number is longer than a workbook can hold exactly."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _LOST


def is_footer(cells: Sequence[str]) -> bool:
    """Whether a row only closes the table: one filled cell, or a word such as 合计 in front."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len(cells) < 3:
        return False
    return filled[0].replace(" ", "").startswith(_FOOTERS) and len(filled) <= len(cells) // 2 + 1


def _is_closing(row: Sequence[object]) -> bool:
    return is_footer([cell_text(cell) for cell in row])


def _chunks(sheets: Sequence[Sheet]) -> Iterator[Chunk]:
    for sheet in sheets:
        columns, first = sheets[0].columns, sheet.header + 2
        texts, numbers, marks = list[list[str]](), list[int](), list[CellMark]()
        for offset, row in enumerate(sheet.rows):
            cells = [cell_text(cell) for cell in row]
            cells += [""] * (len(columns) - len(cells))
            if not any(cell.strip() for cell in cells) or is_footer(cells):
                continue  # the first is formatting, the second is told as ``footer_rows``
            marks += [
                CellMark(len(texts), columns[at], "digits_lost")
                for at, cell in enumerate(row)
                if has_lost_digits(cell)
            ]
            texts.append(cells[: len(columns)])
            numbers.append(first + offset)
            if len(texts) == CHUNK_ROWS:
                yield _chunk(texts, numbers, marks, columns, sheet.name)
                texts, numbers, marks = [], [], []
        if texts:
            yield _chunk(texts, numbers, marks, columns, sheet.name)


def _chunk(
    texts: list[list[str]],
    numbers: list[int],
    marks: list[CellMark],
    columns: tuple[str, ...],
    sheet: str,
) -> Chunk:
    frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")
    return Chunk(frame, np.array(numbers, dtype=np.int64), marks=tuple(marks), sheet=sheet)
