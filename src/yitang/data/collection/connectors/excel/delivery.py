"""A workbook as a delivery: its records as text, marked where the reader saw something wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from yitang.data.collection.connectors.delivery import CellMark, Chunk, Delivery, file_digest
from yitang.data.collection.connectors.limits import Limits
from yitang.data.collection.rules.sheets import LongNumbers, day_of_serial, is_date_column

from .cells import cell_text, has_lost_digits, is_filled
from .reading import Book, Record, Sheet, read_book

CHUNK_ROWS = 50_000
_COUNTED = ("footer_rows", "total_rows", "group_rows", "groups_differ", "repeated_headers",
            "merged_cells", "hidden_rows")  # fmt: skip


def excel_delivery(
    path: Path,
    *,
    expected: frozenset[str] = frozenset(),
    dates: frozenset[str] = frozenset(),
    sheet: str = "",
    name: str = "",
    limits: Limits | None = None,
) -> Delivery:
    """Every sheet with the same header as the one that fits best; others are named.

    ``dates`` are folded labels of columns that hold days: a bare number in them is the day a
    workbook counts so. Raises ``FileUnreadable``, ``HeaderMissing``, ``TooManyCells``, and
    ``TableUnknown`` for a sheet that is not there.
    """
    name = name or path.name
    book = read_book(path, name, expected=expected, wanted=sheet, limits=limits or Limits())
    first = book.sheets[0]
    days = _serial_columns(book, dates)
    chunks = partial(_chunks, book, days)
    understood = _understood(book) | (
        {"serial_dates": ", ".join(first.columns[at] for at in sorted(days))} if days else {}
    )
    long_numbers = tuple(_long_numbers(book))
    return Delivery(
        name, "excel", file_digest(path), first.columns, chunks, understood, long_numbers
    )


def _understood(book: Book) -> dict[str, str]:
    first = book.sheets[0]
    lowest = first.header + 1
    rows = f"{lowest - first.header_rows + 1}–{lowest}" if first.header_rows > 1 else str(lowest)
    told: Counter[str] = sum((sheet.told for sheet in book.sheets), Counter())
    hidden = [
        column
        for column, at in zip(first.columns, first.places, strict=True)
        if at in first.facts.hidden_columns
    ]
    words = {"sheets": ", ".join(sheet.name for sheet in book.sheets), "header_row": rows}
    words |= {key: str(told[key]) for key in _COUNTED if told[key]}
    if hidden:
        words["hidden_columns"] = ", ".join(hidden)
    shown = {sheet.name for sheet in book.sheets}
    if concealed := [title for title in book.facts.hidden_sheets if title in shown]:
        words["hidden_sheets"] = ", ".join(concealed)
    if book.left_out:
        words["left_out"] = ", ".join(book.left_out)
    return words


def _long_numbers(book: Book) -> Iterator[LongNumbers]:
    """For each sheet the columns in which anything stands, and how many numbers are too long."""
    columns = book.sheets[0].columns
    for sheet in book.sheets:
        filled, lost = Counter[int](), Counter[int]()
        for record in sheet.rows:
            filled.update(at for at, cell in enumerate(record.cells) if is_filled(cell))
            lost.update(at for at, cell in enumerate(record.cells) if has_lost_digits(cell))
        for at, cells in filled.items():
            yield LongNumbers(sheet.name, columns[at], cells, lost[at])


def _serial_columns(book: Book, dates: frozenset[str]) -> frozenset[int]:
    """Positions of columns of days in which days are written as bare numbers."""
    found = set[int]()
    for at, column in enumerate(book.sheets[0].columns):
        if not is_date_column(column, dates):
            continue
        cells = [
            record.cells[at]
            for sheet in book.sheets
            for record in sheet.rows
            if at < len(record.cells)
        ]
        numbers = [cell for cell in cells if isinstance(cell, float)]
        days = sum(_day(cell, book) is not None for cell in numbers)
        if days and days * 10 >= len(numbers) * 9:
            found.add(at)
    return frozenset(found)


def _day(cell: object, book: Book) -> str | None:
    if not isinstance(cell, float):
        return None
    day = day_of_serial(cell, from_1904=book.facts.from_1904)
    return None if day is None else day.isoformat()


def _chunks(book: Book, days: frozenset[int]) -> Iterator[Chunk]:
    columns = book.sheets[0].columns
    for sheet in book.sheets:
        for start in range(0, len(sheet.rows), CHUNK_ROWS):
            part = sheet.rows[start : start + CHUNK_ROWS]
            texts = [_texts(record, len(columns), days, book) for record in part]
            frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")
            numbers = np.array([record.at + 1 for record in part], dtype=np.int64)
            marks = tuple(_marks(part, sheet, columns))
            yield Chunk(frame, numbers, marks=marks, sheet=sheet.name)


def _texts(record: Record, width: int, days: frozenset[int], book: Book) -> list[str]:
    texts = [cell_text(cell) for cell in record.cells]
    for at in days:
        texts[at] = _day(record.cells[at], book) or texts[at]
    return [*texts, record.group] if width > len(texts) else texts


def _marks(part: Sequence[Record], sheet: Sheet, columns: Sequence[str]) -> Iterator[CellMark]:
    places = sheet.places
    for position, record in enumerate(part):
        for at, cell in enumerate(record.cells):
            if has_lost_digits(cell):
                yield CellMark(position, columns[at], "digits_lost")
            elif not is_filled(cell) and (record.at, places[at]) in sheet.facts.valueless:
                yield CellMark(position, columns[at], "no_value")
            elif sheet.facts.failed and (record.at, places[at]) in sheet.facts.failed:
                yield CellMark(position, columns[at], "formula_failed")
