"""The register of systems as a workbook or CSV: out, in, and back with its bad cells marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

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
from yitang.ground.plumbing.api import workbooks

from .dump import Dump
from .reading import read_dump

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET, NOTES = "系统清册", "填写说明"
NOTE_FIELDS = {
    "code": "必填。字母、数字、点和短横，2至60位，定后不改。数据项的“来源系统”填此代码即相连。",
    "name": "必填。",
    "organisation": "单位全称或统一社会信用代码；只替一家填报时可不填。",
    "start_year": "四位年份，如 2019。",
    "build_cost": "元；也可写 120万，或把列名改成（万元）。",
    "yearly_cost": "元；也可写 12.5万，或把列名改成（万元）。",
    "state": "由主管部门认定；部门填报新系统时填“在用”或不填。",
    "since": "自哪一天起是这个状态，如 2026-03-01；“在用”可不填。",
    "successor": "已整合的，填并入的系统代码。",
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
    book = workbooks.new_book()
    sheet = workbooks.add_sheet(book, SHEET, list(HEADINGS.values()), frozen="C2")
    for at, system in enumerate(systems, start=2):
        for column, value in enumerate(written_system(row_of_system(system)), start=1):
            workbooks.write_cell(sheet, at, column, value)
    for number, known in enumerate(COLUMNS_OF_SYSTEMS, start=1):
        if words := _choices(known.field):
            workbooks.offer(sheet, number, f'"{",".join(words)}"')
    notes = workbooks.add_sheet(book, NOTES, ["列", "可填的值与说明"], frozen="C2")
    for field, heading in HEADINGS.items():
        told = ("、".join(_choices(field)), NOTE_FIELDS.get(field, ""))
        notes.append([heading, "；".join(filter(None, told))])
    notes.column_dimensions["B"].width = 80
    return workbooks.bytes_of_book(book)


def _choices(field: str) -> list[str]:
    if field == "security_grade":
        return [words[0] for words in GRADE_WORDS.values()]
    words = next(column.words for column in COLUMNS_OF_SYSTEMS if column.field == field)
    return [known[0] for known in (words or {}).values()]


def marked_systems(
    content: bytes, read: ReadSystems, faults: dict[int, tuple[SystemFault, ...]], *, say: Say = str
) -> bytes:
    """The file with its bad cells coloured, each with what is wrong; a CSV becomes a workbook."""
    is_workbook = content.startswith(workbooks.XLSX)
    book = workbooks.opened_book(content) if is_workbook else _as_book(read)
    sheet = next(one for one in book.worksheets if one.title == (read.sheet or SHEET))
    names, shift = _found_header(sheet, read)
    for number, found in faults.items():
        for fault in found:
            heading = read.headings.fields.get(fault.field) or read.headings.fields["code"]
            column = names.index(heading) + 1 if heading in names else 1
            workbooks.mark_cell(sheet, number + shift, column, say(fault.problem))
    return workbooks.bytes_of_book(book)


def _as_book(read: ReadSystems) -> Workbook:
    """The rows of a file that is no XLSX, each where it stood."""
    book = workbooks.new_book()
    sheet: Worksheet = book.create_sheet(read.sheet or SHEET)
    places = (read.header_row, *(row.number for row in read.rows))
    for at, cells in zip(places, (read.names, *read.cells), strict=True):
        for column, text in enumerate(cells, start=1):
            workbooks.write_cell(sheet, at, column, text)
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


NO_TABLE = Message("catalogue.systems_file.no_table", "it is no table; give CSV or Excel")
