"""A filled-in template of the catalogue, cell by cell: entries, and what is wrong in which cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

from yitang.data.catalogue.errors import CatalogueFileInvalid, EntryInvalid, SharingTermsWrong
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec, SharingClass, check_entry
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import workbooks

from .workbook import (
    ENTRIES,
    ENTRY_COLUMNS,
    ITEM_COLUMNS,
    ITEM_OF,
    ITEMS,
    MOST_ROWS,
    Column,
    text_of,
    value_of,
)

ENTRY_HEADINGS = tuple(column.heading for column in ENTRY_COLUMNS)
ITEM_HEADINGS = (ITEM_OF, *(column.heading for column in ITEM_COLUMNS))
Say = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in one cell."""

    sheet: str
    row: int
    heading: str
    problem: Message


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One row of the first sheet with its items, or what is wrong with them."""

    number: int
    code: str
    name: str
    owner: str
    spec: DatasetSpec | None
    faults: tuple[CellFault, ...]


@dataclass(frozen=True, slots=True)
class EntryWorkbook:
    """A workbook made from our template."""

    entries: tuple[ReadEntry, ...]

    @property
    def faults(self) -> list[CellFault]:
        return [fault for entry in self.entries for fault in entry.faults]


@dataclass(frozen=True, slots=True)
class _Row:
    sheet: str
    number: int
    cells: Mapping[str, str]


def summary_of(faults: Sequence[CellFault]) -> Message:
    """One sentence for the row: the first bad cell, and how many there are."""
    first = faults[0]
    params: dict[str, object] = {
        "sheet": first.sheet, "row": str(first.row), "heading": first.heading,
        "problem": first.problem,
    }  # fmt: skip
    if len(faults) == 1:
        text = "sheet {sheet}, row {row}, {heading}: {problem}"
        return Message("catalogue.rejected.cell", text, params)
    text = "{count} cells are wrong; the first: sheet {sheet}, row {row}, {heading}: {problem}"
    return Message("catalogue.rejected.cells", text, params | {"count": str(len(faults))})


def read_entry_workbook(content: bytes, *, file: str) -> EntryWorkbook | None:
    """The entries of a workbook with the sheets of our template; nothing for any other file.

    Raises ``CatalogueFileInvalid`` where a sheet lacks columns.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if not content.startswith(workbooks.XLSX):
        return None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError):
        return None
    if not {ENTRIES, ITEMS} <= set(book.sheetnames):
        return None
    entries = list(_rows(book[ENTRIES], file, ENTRY_HEADINGS))
    items: dict[str, list[_Row]] = {}
    for row in _rows(book[ITEMS], file, ITEM_HEADINGS):
        items.setdefault(row.cells[ITEM_OF].strip(), []).append(row)
    seen: set[str] = set()
    found: list[ReadEntry] = []
    for row in entries:
        code = row.cells["目录编号"].strip()
        found.append(_entry(row, code, items.pop(code, []), is_repeated=code in seen))
        seen.add(code)
    last = max((row.number for row in entries), default=1)
    found += [_orphans(last + at, code, rows) for at, (code, rows) in enumerate(items.items(), 1)]
    return EntryWorkbook(tuple(found))


def marked_entries(content: bytes, faults: Sequence[CellFault], *, say: Say = str) -> bytes:
    """The workbook with its bad cells coloured, each with what is wrong."""
    book = workbooks.opened_book(content)
    columns = {
        title: {
            text_of(cell.value).strip(): number
            for number, cell in enumerate(next(iter(book[title].rows)), start=1)
        }
        for title in (ENTRIES, ITEMS)
    }
    for fault in faults:
        column = columns[fault.sheet].get(fault.heading, 1)
        workbooks.mark_cell(book[fault.sheet], fault.row, column, say(fault.problem))
    return workbooks.bytes_of_book(book)


def _rows(sheet: Any, file: str, headings: Sequence[str]) -> Iterator[_Row]:
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS)
    found = [text_of(value).strip() for value in next(rows, ())]
    if missing := [heading for heading in headings if heading not in found]:
        problem = Message(
            "catalogue.file.columns",
            "the sheet {sheet} lacks the columns {columns}",
            {"sheet": sheet.title, "columns": "、".join(missing)},
        )
        raise CatalogueFileInvalid(file=file, problem=problem)
    for number, row in enumerate(rows, start=2):
        if any(value is not None and str(value).strip() for value in row):
            cells = {name: text_of(value) for name, value in zip(found, row, strict=False)}
            yield _Row(sheet.title, number, {name: cells.get(name, "") for name in headings})


def _entry(row: _Row, code: str, items: Sequence[_Row], *, is_repeated: bool) -> ReadEntry:
    faults: list[CellFault] = []
    values = _values(row, code, ENTRY_COLUMNS, faults)
    read = [(item, _values(item, code, ITEM_COLUMNS, faults)) for item in items]
    if is_repeated:
        twice = Message("catalogue.cell.twice", "this number stands on another row too")
        faults.append(CellFault(row.sheet, row.number, "目录编号", twice))
    spec = None
    if not faults:
        entry_items = tuple(ItemSpec(**found) for _, found in read)
        spec = DatasetSpec(**(values | {"code": code}), items=entry_items)
        faults += _unruly(spec, row, items)
    name, owner = (row.cells[heading].strip() for heading in ("信息资源名称", "信息资源提供方代码"))
    return ReadEntry(row.number, code, name, owner, None if faults else spec, tuple(faults))


def _values(
    row: _Row, code: str, columns: Sequence[Column], faults: list[CellFault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in columns:
        try:
            values[column.field] = value_of(code, column, row.cells[column.heading])
        except EntryInvalid as error:
            problem = error.params["problem"]
            said = problem if isinstance(problem, Message) else _plain(str(problem))
            faults.append(CellFault(row.sheet, row.number, column.heading, said))
    return values


def _unruly(spec: DatasetSpec, row: _Row, items: Sequence[_Row]) -> list[CellFault]:
    """What the rules of an entry say against it, at the cell that is meant."""
    try:
        check_entry(spec)
    except (EntryInvalid, SharingTermsWrong) as error:
        said = Message(error.code, error.message, error.params)
        problem = error.params.get("problem")
        if problem is not None:
            said = problem if isinstance(problem, Message) else _plain(str(problem))
        return [_placed(error, said, row, spec, items)]
    return []


def _placed(
    error: DomainError, said: Message, row: _Row, spec: DatasetSpec, items: Sequence[_Row]
) -> CellFault:
    terms = "legal_basis" if spec.sharing_class == SharingClass.NOT_SHARED else "sharing_condition"
    field = str(error.params.get("field", terms))
    headings = {column.field: column.heading for column in ENTRY_COLUMNS}
    if field.startswith("item "):
        name, _, part = field.removeprefix("item ").partition(", ")
        for item, cells in zip(spec.items, items, strict=True):
            if name in {item.name, item.label}:
                of_item = {column.field: column.heading for column in ITEM_COLUMNS}
                heading = of_item.get(part, "字段名")
                return CellFault(cells.sheet, cells.number, heading, said)
    return CellFault(row.sheet, row.number, headings.get(field, "目录编号"), said)


def _orphans(number: int, code: str, rows: Sequence[_Row]) -> ReadEntry:
    said = Message(
        "catalogue.cell.orphan",
        "no row of the sheet {sheet} has the number {code}",
        {"sheet": ENTRIES, "code": code or "–"},
    )
    faults = tuple(CellFault(row.sheet, row.number, ITEM_OF, said) for row in rows)
    return ReadEntry(number, code, code, "", None, faults)


def _plain(text: str) -> Message:
    return Message("catalogue.cell.plain", "{text}", {"text": text})
