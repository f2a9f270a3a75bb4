"""The register of systems as a workbook or CSV: out, in, and back with its bad cells marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from yitang.data.catalogue.errors import DumpUnreadable, SystemsFileInvalid
from yitang.data.catalogue.models import InformationSystem
from yitang.data.catalogue.rules.system_rows import (
    COLUMNS_OF_SYSTEMS,
    COMPUTED,
    GRADE_WORDS,
    HEADINGS,
    Headings,
    SystemRow,
    read_system_row,
    recognised,
    text_of,
    written_system,
)
from yitang.data.catalogue.rules.systems import SystemFault
from yitang.ground.base.text import Message

from .dump import Dump
from .reading import read_dump

SHEET, NOTES = "系统清册", "填写说明"
WRONG = PatternFill("solid", fgColor="F4C7C3")
HEAD = PatternFill("solid", fgColor="E3F0EF")
NOTE_FIELDS = {
    "code": "必填。字母、数字、点和短横，2至60位，定后不改。数据项的“来源系统”填此编码即相连。",
    "name": "必填。",
    "organisation": "单位全称或统一社会信用代码；只替一家填报时可不填。",
    "start_year": "四位年份，如 2019。",
    "build_cost": "元；也可写 120万，或把列名改成（万元）。",
    "yearly_cost": "元；也可写 12.5万，或把列名改成（万元）。",
    "state": "由主管部门认定；部门填报新系统时填“在用”或不填。",
    "since": "自哪一天起是这个状态，如 2026-03-01；“在用”可不填。",
    "successor": "已整合的，填并入的系统编码。",
    "note": "认定的依据，如文号。",
}
Say = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class ReadSystems:
    """A file's rows as they were understood, and where they stand in it."""

    file: str
    rows: tuple[SystemRow, ...]
    headings: Headings
    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    sheet: str = ""
    header_row: int = 1


def read_systems(content: bytes, *, file: str, on: date) -> ReadSystems:
    """The rows of a CSV or a workbook; raises ``SystemsFileInvalid``."""
    try:
        dump = read_dump(content, file=file, sheet=SHEET)
    except DumpUnreadable as error:
        raise SystemsFileInvalid(file=file, problem=error.params["problem"]) from None
    if dump.kind not in {"CSV", "Excel"}:
        raise SystemsFileInvalid(file=file, problem=NO_TABLE)
    names = tuple(dict.fromkeys(name for record in dump.records for name in record.values))
    headings = recognised(names)
    if headings.missing:
        problem = Message(
            "catalogue.systems_file.lacks",
            "it lacks the columns {missing}; it has {names}",
            {"missing": "、".join(headings.missing), "names": "、".join(names) or "–"},
        )
        raise SystemsFileInvalid(file=file, problem=problem)
    return ReadSystems(
        file=file,
        rows=tuple(_rows(dump, headings, on)),
        headings=headings,
        names=names,
        cells=tuple(
            tuple(text_of(record.values.get(name)) for name in names) for record in dump.records
        ),
        sheet=dump.understood.get("sheet", ""),
        header_row=int(dump.understood.get("header_row", "1")),
    )


def _rows(dump: Dump, headings: Headings, on: date) -> Iterable[SystemRow]:
    for record in dump.records:
        row = read_system_row(record.number, record.values, headings, on=on)
        if record.broken is None:
            yield row
        else:
            broken = SystemFault("code", record.broken)
            yield SystemRow(record.number, row.spec, faults=(broken, *row.faults))


def row_of_system(system: InformationSystem) -> SystemRow:
    """A system as a row of a file; its organisation and successor must be loaded."""
    return SystemRow(
        number=0,
        spec=system.spec,
        organisation=system.organisation.name,
        state=system.state,
        since=system.since,
        successor=system.successor.code if system.successor else "",
    )


def systems_csv(systems: Iterable[InformationSystem]) -> bytes:
    """The register as CSV with a byte order mark, so that Excel reads it."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(HEADINGS.values())
    for system in systems:
        table.writerow(map(_harmless, written_system(row_of_system(system))))
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    """A text that a spreadsheet would compute is kept from it by an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in COMPUTED else value


def systems_workbook(systems: Sequence[InformationSystem]) -> bytes:
    """The register as a workbook; without any system it is the empty template."""
    book = Workbook()
    if isinstance(book.active, Worksheet):
        book.remove(book.active)
    sheet = _sheet(book, SHEET, list(HEADINGS.values()))
    for at, system in enumerate(systems, start=2):
        for column, value in enumerate(written_system(row_of_system(system)), start=1):
            _write(sheet, at, column, value)
    _offer(sheet)
    notes = _sheet(book, NOTES, ["列", "可填的值与说明"])
    for field, heading in HEADINGS.items():
        words = "、".join(_choices(field))
        notes.append([heading, "；".join(filter(None, (words, NOTE_FIELDS.get(field, ""))))])
    notes.column_dimensions["B"].width = 80
    return _bytes_of(book)


def _choices(field: str) -> list[str]:
    if field == "security_grade":
        return [words[0] for words in GRADE_WORDS.values()]
    words = next(column.words for column in COLUMNS_OF_SYSTEMS if column.field == field)
    return [known[0] for known in (words or {}).values()]


def _offer(sheet: Worksheet) -> None:
    for number, column in enumerate(COLUMNS_OF_SYSTEMS, start=1):
        if words := _choices(column.field):
            choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letter = get_column_letter(number)
            choice.add(f"{letter}2:{letter}5000")
            sheet.add_data_validation(choice)


def marked_systems(
    content: bytes, read: ReadSystems, faults: dict[int, tuple[SystemFault, ...]], *, say: Say = str
) -> bytes:
    """The file with its bad cells coloured, each with what is wrong; a CSV becomes a workbook."""
    is_workbook = content.startswith(b"PK\x03\x04")
    book = load_workbook(io.BytesIO(content)) if is_workbook else _as_book(read)
    sheet = next(one for one in book.worksheets if one.title == (read.sheet or SHEET))
    names, shift = _found_header(sheet, read)
    for number, found in faults.items():
        for fault in found:
            heading = read.headings.fields.get(fault.field) or read.headings.fields["code"]
            column = names.index(heading) + 1 if heading in names else 1
            _mark(sheet, number + shift, column, say(fault.problem))
    return _bytes_of(book)


def _as_book(read: ReadSystems) -> Workbook:
    """The rows of a file that is no XLSX, each where it stood."""
    book = Workbook()
    if isinstance(book.active, Worksheet):
        book.remove(book.active)
    sheet: Worksheet = book.create_sheet(read.sheet or SHEET)
    places = (read.header_row, *(row.number for row in read.rows))
    for at, cells in zip(places, (read.names, *read.cells), strict=True):
        for column, text in enumerate(cells, start=1):
            _write(sheet, at, column, text)
    return book


def _found_header(sheet: Worksheet, read: ReadSystems) -> tuple[list[str], int]:
    """The headings where they stand, and how far below where they were read their rows are.

    What is empty before the first cell is not read.
    """
    for number, row in enumerate(sheet.iter_rows(max_row=60, values_only=True), start=1):
        texts = [text_of(cell) for cell in row]
        if set(read.headings.fields.values()) <= set(texts):
            return texts, number - read.header_row
    return list(read.names), 0


def _mark(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):  # inside a merged area only its first cell can be written
        cell.fill = WRONG
        known = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(known + text, "Yitang", width=320, height=90)


def _sheet(book: Workbook, title: str, headings: Sequence[str]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(headings))
    for number, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, number)
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[get_column_letter(number)].width = max(12, 2.4 * len(heading))
    sheet.freeze_panes = "C2"
    return sheet


def _write(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """A text stays one, whatever it looks like: what begins with ``=`` is not computed."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell) or value in ("", None):
        return
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]


def _bytes_of(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


NO_TABLE = Message("catalogue.systems_file.no_table", "it is no table; give CSV or Excel")
