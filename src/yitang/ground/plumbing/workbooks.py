"""Workbooks that people fill in and get back marked.

What reads and writes them (``openpyxl``) is loaded by whoever has a workbook in hand.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = b"PK\x03\x04"  # what the file of a workbook begins with
MOST_ROWS = 5_000  # that offer a choice
_HEAD, _WRONG = "E3F0EF", "F4C7C3"


def new_book() -> Workbook:
    """A workbook without a sheet."""
    from openpyxl import Workbook

    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def opened_book(content: bytes) -> Workbook:
    """A workbook in its own form, to be written into; raises what ``openpyxl`` raises."""
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content))


def add_sheet(
    book: Workbook, title: str, headings: Sequence[str], *, frozen: str = "A2"
) -> Worksheet:
    """A sheet whose first row names its columns; what is above and left of ``frozen`` stays."""
    from openpyxl.styles import Font, PatternFill

    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(headings))
    for column, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, column)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
        sheet.column_dimensions[letter_of(column)].width = max(12, 2.4 * len(heading))
    sheet.freeze_panes = frozen
    return sheet


def letter_of(column: int) -> str:
    """``A`` for 1."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def offer(sheet: Worksheet, column: int, choice: str, *, is_strict: bool = False) -> None:
    """Let the cells of a column be chosen from ``choice``, words in quotes or a range."""
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = letter_of(column)
    offered = DataValidation(
        type="list", formula1=choice, allow_blank=not is_strict, showErrorMessage=True
    )
    offered.add(f"{letter}2:{letter}{MOST_ROWS}")
    sheet.add_data_validation(offered)


def write_cell(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """A text stays one, whatever it looks like: what begins with ``=`` is not computed."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell) or value in ("", None):
        return
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]


def mark_cell(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Colour a cell and say what is wrong with it, beside what was said before."""
    from openpyxl.cell.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):  # inside a merged area only its first cell can be written
        cell.fill = PatternFill("solid", fgColor=_WRONG)
        known = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(known + text, "Yitang", width=320, height=90)


def bytes_of_book(book: Workbook) -> bytes:
    """The workbook as a file."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
