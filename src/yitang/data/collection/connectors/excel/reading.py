"""The sheets of a workbook: where the header is, which rows are records, what else stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from yitang.data.collection.connectors.delivery import unique_names
from yitang.data.collection.connectors.limits import ARCHIVE_MARK, Limits, parts_of
from yitang.data.collection.errors import FileUnreadable, HeaderMissing, TableUnknown
from yitang.data.collection.rules.columns import folded, header_row
from yitang.data.collection.rules.sheets import (
    GROUP_COLUMN,
    RECORD,
    TOTAL,
    group_label,
    joined_header,
    row_kind,
)
from yitang.ground.base.text import Message

from .cells import cell_text, is_filled
from .scan import BookFacts, SheetFacts, scan_xlsx
from .scan_xls import scan_xls

OLD_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKED_AT = 60  # rows among which the header is looked for
_HEADER_ROWS = 3  # that a header has at most
_MOST_MERGED = 200_000
_LONGEST_COUNT = 6  # digits of a number that counts rows; longer ones are codes

Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, both included


@dataclass(frozen=True, slots=True)
class Record:
    """A row with data: its position in the sheet, its cells by column, its group."""

    at: int
    cells: list[object]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a header: its columns, where they stand, and its records."""

    name: str
    header: int  # position of the lowest header row
    header_rows: int
    columns: tuple[str, ...]
    places: tuple[int, ...]  # of each column in the sheet; the group's own has none
    rows: list[Record]
    facts: SheetFacts
    told: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets that belong together, the names of the others, and what the workbook says."""

    sheets: list[Sheet]
    left_out: list[str]
    facts: BookFacts


def is_old_workbook(head: bytes) -> bool:
    """Whether a file is an XLS (or another compound file) by its first bytes."""
    return head.startswith(OLD_MARK)


def is_workbook(path: Path) -> bool:
    """Whether a file is XLSX or XLS by what it holds, whatever it is called."""
    with path.open("rb") as file:
        head = file.read(8)
    if is_old_workbook(head):
        return True
    return head.startswith(ARCHIVE_MARK) and "xl/workbook.xml" in parts_of(path)


def scan_book(path: Path, *, name: str, limits: Limits) -> BookFacts:
    """Look the workbook over without its values; raises when it is damaged or too large."""
    with path.open("rb") as file:
        old = is_old_workbook(file.read(8))
    return (scan_xls if old else scan_xlsx)(path, name=name, limits=limits)


def read_book(
    path: Path,
    name: str,
    *,
    expected: frozenset[str] = frozenset(),
    wanted: str = "",
    limits: Limits,
) -> Book:
    """The sheets with the header that fits best; raises ``FileUnreadable``, ``HeaderMissing``."""
    facts = scan_book(path, name=name, limits=limits)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        if wanted and wanted not in workbook.sheet_names:
            raise TableUnknown(file=name, table=wanted, tables=", ".join(workbook.sheet_names))
        titles = [wanted] if wanted else workbook.sheet_names
        read = [
            _read_sheet(
                workbook.get_sheet_by_name(title),
                title, facts.sheets.get(title, SheetFacts()), expected,
            )
            for title in titles
        ]  # fmt: skip
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(name, str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the reader's own faults arrive
            raise
        raise _damaged(name, "its parts do not fit together") from None
    headed = [sheet for sheet in read if sheet is not None]
    if not headed:
        raise HeaderMissing(file=name)
    first = max(headed, key=lambda sheet: (_fit(sheet, expected), bool(sheet.rows)))
    same = [sheet for sheet in headed if _same(sheet, first) and (sheet.rows or sheet is first)]
    kept = {sheet.name for sheet in same}
    return Book(same, [s.name for s in headed if s.rows and s.name not in kept], facts)


def _damaged(name: str, why: str) -> FileUnreadable:
    return FileUnreadable(
        file=name,
        problem=Message(
            "collection.why", "the workbook is damaged or incomplete ({why})", {"why": why}
        ),
    )


def _fit(sheet: Sheet, expected: frozenset[str]) -> int:
    return sum(folded(column) in expected for column in sheet.columns)


def _same(one: Sheet, other: Sheet) -> bool:
    return [folded(column) for column in one.columns] == [folded(c) for c in other.columns]


def _read_sheet(
    sheet: CalamineSheet, title: str, facts: SheetFacts, expected: frozenset[str]
) -> Sheet | None:
    grid: list[list[object]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
    merged = (sheet.merged_cell_ranges or [])[:_MOST_MERGED]
    head = _expanded([[cell_text(cell) for cell in row] for row in grid[:_LOOKED_AT]], merged)
    header = header_row(head, expected=expected)
    if header is None:
        return None
    top = _top_of_header(head, header, merged)
    names = joined_header(head[top : header + 1], expected=expected)
    body = grid[header + 1 :]
    told: Counter[str] = Counter()
    told["merged_cells"] = _carry_down(grid, merged, header)
    places = [
        at for at in range(len(names)) if names[at] or any(is_filled(row[at]) for row in body)
    ]
    columns = unique_names([names[at] for at in places], places)
    rows = _records(body, places, header + 1, head[header], _bands(merged, len(places)), told)
    if told["group_rows"]:
        columns, places = unique_names([*columns, GROUP_COLUMN]), [*places, -1]
    told["hidden_rows"] = sum(record.at in facts.hidden_rows for record in rows)
    return Sheet(title, header, header - top + 1, columns, tuple(places), rows, facts, told)


def _expanded(head: list[list[str]], merged: Sequence[Merged]) -> list[list[str]]:
    """The first rows with each merged area filled by what stands in it."""
    for (top, left), (bottom, right) in merged:
        if top < len(head) and left < len(head[top]):
            text = head[top][left]
            for row in range(top, min(bottom, top + _HEADER_ROWS, len(head) - 1) + 1):
                stretch = range(left, min(right + 1, len(head[row])))
                for column in stretch:
                    head[row][column] = text
    return head


def _top_of_header(head: list[list[str]], header: int, merged: Sequence[Merged]) -> int:
    """The highest row that belongs to the header: bound to it by cells merged over both, or
    over some of its columns. A title is merged over all of them."""
    top, width = header, sum(bool(cell.strip()) for cell in head[header])
    while top and header - top + 1 < _HEADER_ROWS:
        above = top - 1
        spans = [(first, last) for first, last in merged if first[0] <= above <= last[0]]
        down = any(last[0] >= top for _, last in spans)
        across = any(0 < last[1] - first[1] < width - 1 for first, last in spans)
        if not (down or (across and len(set(filter(None, head[above]))) > 1)):
            break
        top = above
    return top


def _carry_down(grid: list[list[object]], merged: Sequence[Merged], header: int) -> int:
    """Give every row of an area merged over several its value; returns how many cells got one."""
    filled = 0
    for (top, left), (bottom, _) in merged:
        if top <= header or bottom == top or top >= len(grid) or not is_filled(grid[top][left]):
            continue
        for row in grid[top + 1 : bottom + 1]:
            if not is_filled(row[left]):
                row[left] = grid[top][left]
                filled += 1
    return filled


def _bands(merged: Sequence[Merged], width: int) -> frozenset[int]:
    """Rows that are one merged area over most of the table."""
    return frozenset(
        top
        for (top, left), (bottom, right) in merged
        if top == bottom and right - left + 1 > width // 2
    )


def _records(
    body: list[list[object]],
    places: Sequence[int],
    first: int,
    header: Sequence[str],
    bands: frozenset[int],
    told: Counter[str],
) -> list[Record]:
    """The rows that are records; what the others are is counted in ``told``."""
    found, group, waiting = list[Record](), "", list[int]()
    promised: dict[str, int] = {}
    heading = [header[at].strip() for at in places]
    numbered = _is_numbered(body, places)
    for offset, row in enumerate(body):
        cells = [row[at] for at in places]
        filled = [cell for cell in cells if is_filled(cell)]
        if not filled:
            continue
        if len(filled) == 1 or isinstance(filled[0], str):
            texts = [cell_text(cell) for cell in cells]
            kind = row_kind(texts)
            if kind != RECORD:
                told["total_rows" if kind == TOTAL else "footer_rows"] += 1
                continue
            if [text.strip() for text in texts] == heading:
                told["repeated_headers"] += 1
                continue
            is_band = first + offset in bands or (numbered and cells[0] is filled[0])
            if len(filled) == 1 and len(cells) >= 3 and is_band and isinstance(filled[0], str):
                group, rows = group_label(filled[0])
                waiting.append(offset)
                if rows is not None:
                    promised[group] = promised.get(group, 0) + rows
                continue
        told["group_rows"] += len(waiting)
        waiting.clear()
        found.append(Record(first + offset, cells, group))
    told["footer_rows"] += len(waiting)  # nothing stands under them, so they head nothing
    counted = Counter(record.group for record in found)
    told["groups_differ"] = sum(counted[label] != rows for label, rows in promised.items())
    return found


def _is_numbered(body: Sequence[Sequence[object]], places: Sequence[int]) -> bool:
    """Whether the first column counts the rows, so that a lone text in it is a heading."""
    if not places:
        return False
    cells = [row[places[0]] for row in body[:2000] if sum(map(is_filled, row)) > 1]
    texts = [cell_text(cell) for cell in cells]
    numbers = sum(text.isdigit() and len(text) <= _LONGEST_COUNT for text in texts)
    return bool(cells) and numbers * 10 >= len(cells) * 9
