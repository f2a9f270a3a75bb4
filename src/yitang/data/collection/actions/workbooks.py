"""A workbook comes back with its bad cells marked, each with what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from yitang.data.collection.access import check_can_hand_in
from yitang.data.collection.connectors.delivery import file_digest
from yitang.data.collection.connectors.excel import (
    Book,
    cell_text,
    is_old_workbook,
    is_workbook,
    read_book,
)
from yitang.data.collection.connectors.limits import UPLOAD
from yitang.data.collection.models import Batch, Upload
from yitang.data.collection.queries import content_of, rejected_rows, wanted_columns
from yitang.data.collection.rules import (
    RejectedRow,
    expected_labels,
    place_text,
    tie_heading,
    ties_of,
)
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import workbooks

from .judging import Judged, judged_file

if TYPE_CHECKING:
    from openpyxl import Workbook

# Cells of a workbook that is given back whole; of a larger one only the rejected rows are.
MOST_MARKED = 400_000
ROW_LABEL = Message("collection.row", "row")
PROBLEM_LABEL = Message("collection.problem", "what is wrong")
SHEET_LABEL = Message("collection.rejected_rows", "rejected rows")
Say = Callable[[Message], str]


def marked_workbook(upload: Upload, *, batch: Batch | None = None, say: Say = str) -> bytes:
    """The uploaded file as XLSX: a workbook keeps its form, its bad cells coloured and annotated.

    Judged as when it was looked at, or, if it was handed in as ``batch``, as the border judged
    it; then it names that batch, so that it is known when it comes again. Of other files it holds
    the rejected rows alone. ``say`` puts a message into the reader's language.
    """
    with tempfile.TemporaryDirectory(prefix="yitang-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content_of(upload))
        if batch is not None:
            return _as_judged(path, upload.file_name, batch, say)
        judged = judged_file(
            path, name=upload.file_name, actor=upload.owner, at=upload.uploaded_at,
            dataset=upload.judged_for,
        )  # fmt: skip
        if is_workbook(path):
            return _mark_original(path, upload.file_name, judged, say)
    return _rejected_only(judged.delivery.columns, judged.border.rejected, say)


def take_out_quarantine(*, batch: Batch, actor: User, at: datetime, say: Say = str) -> bytes:
    """The rejected rows of a batch as XLSX, to be mended and handed in again.

    They are personal data in clear, so only who may hand the dataset in takes them out, and
    the ledger says so.
    """
    _note_taken_out(batch, actor, at)
    return quarantine_workbook(batch, say=say)


def take_out_marked(
    *, batch: Batch, path: Path, actor: User, at: datetime, say: Say = str
) -> bytes:
    """The workbook that was handed in as ``batch``, whole, with its bad cells marked.

    Raises ``InvalidInput`` for another file; what ``take_out_quarantine`` says holds here too.
    """
    _note_taken_out(batch, actor, at)
    if file_digest(path) != batch.digest:
        problem = Message(
            "collection.other_file", "it is not the file that was handed in as batch {number}",
            {"number": batch.number},
        )  # fmt: skip
        raise InvalidInput(field=path.name, problem=problem)
    return _as_judged(path, path.name, batch, say)


def _note_taken_out(batch: Batch, actor: User, at: datetime) -> None:
    check_can_hand_in(actor, batch.dataset)
    record(
        actor=str(actor.public_id),
        organisation=batch.dataset.organisation.name,
        action="collection.take_out_quarantine",
        purpose="mend rejected rows",
        matter=Reference("collection.batch", batch.number),
        dataset=batch.dataset.code,
        details={"rows": str(batch.rejected)},
        at=at,
    )


def quarantine_workbook(batch: Batch, *, say: Say = str) -> bytes:
    """The rejected rows of a batch with their bad cells marked."""
    rows = rejected_rows(batch)
    columns = dict.fromkeys(column for row in rows for column in row.values if column)
    said_before = {other for tie in ties_of(list(columns)) for other in tie.others}
    kept = [column for column in columns if column not in said_before]
    return _rejected_only(kept, rows, say, number=batch.number)


def _as_judged(path: Path, name: str, batch: Batch, say: Say) -> bytes:
    """A workbook whole, with its bad cells marked; of any other file the rejected rows."""
    if not is_workbook(path):
        return quarantine_workbook(batch, say=say)
    expected = expected_labels(wanted_columns(batch.dataset))
    book = read_book(path, name, expected=expected, limits=UPLOAD)
    if _is_too_large(book):
        return quarantine_workbook(batch, say=say)
    rows = rejected_rows(batch)
    workbook = _marked(path, book, rows, say)
    _tie(workbook, book, rows, tie_heading(say(ROW_LABEL), batch.number, whole=True))
    return workbooks.bytes_of_book(workbook)


def _mark_original(path: Path, name: str, judged: Judged, say: Say) -> bytes:
    rows = judged.border.rejected
    book = read_book(path, name, expected=judged.expected, limits=UPLOAD)
    if _is_too_large(book):
        first = zip(book.sheets[0].columns, book.sheets[0].places, strict=True)
        return _rejected_only([column for column, at in first if at >= 0], rows, say)
    return workbooks.bytes_of_book(_marked(path, book, rows, say))


def _is_too_large(book: Book) -> bool:
    return max(facts.cells for facts in book.facts.sheets.values()) > MOST_MARKED


def _tie(workbook: Workbook, book: Book, rows: Iterable[RejectedRow], heading: str) -> None:
    """A column of ours behind the others, in which rejected rows have their number."""
    columns = {sheet.name: max(sheet.places) + 2 for sheet in book.sheets}
    for sheet in book.sheets:
        workbooks.write_cell(workbook[sheet.name], sheet.header + 1, columns[sheet.name], heading)
    for row in rows:
        place = place_text(row.sheet, row.row_number, several=len(columns) > 1)
        workbooks.write_cell(workbook[row.sheet], row.row_number, columns[row.sheet], place)


def _marked(path: Path, book: Book, rows: Iterable[RejectedRow], say: Say) -> Workbook:
    named = dict(zip(book.sheets[0].columns, book.sheets[0].places, strict=True))
    workbook = _opened(path)
    for row in rows:
        sheet = workbook[row.sheet]
        for fault in row.faults:
            if (at := named.get(fault.column, -1)) >= 0:
                workbooks.mark_cell(sheet, row.row_number, at + 1, say(fault.message))
    return workbook


def _opened(path: Path) -> Workbook:
    """The workbook to be marked; of an old one (XLS) the values alone, in a new one."""
    with path.open("rb") as file:
        if not is_old_workbook(file.read(8)):
            return workbooks.opened_book(path.read_bytes())
    workbook, old = workbooks.new_book(), CalamineWorkbook.from_path(str(path))
    for title in old.sheet_names:
        sheet = workbook.create_sheet(title)
        for row, cells in enumerate(
            old.get_sheet_by_name(title).to_python(skip_empty_area=False), start=1
        ):
            for column, cell in enumerate(cells, start=1):
                if cell not in {"", None}:
                    workbooks.write_cell(sheet, row, column, cell_text(cell))
    return workbook


def _rejected_only(
    columns: Iterable[str], rows: Iterable[RejectedRow], say: Say, *, number: str = ""
) -> bytes:
    """``number`` names the batch, so that the rows are known when they come again mended."""
    rows = list(rows)
    several = len({row.sheet for row in rows}) > 1
    own = [say(ROW_LABEL), say(PROBLEM_LABEL)]
    own = [tie_heading(word, number) for word in own] if number else own
    names = list(columns)
    workbook = workbooks.new_book()
    sheet = workbooks.add_sheet(workbook, say(SHEET_LABEL)[:31], [*names, *own])
    for line, row in enumerate(rows, start=2):
        for at, column in enumerate(names, start=1):
            workbooks.write_cell(sheet, line, at, row.values.get(column, ""))
        place = place_text(row.sheet, row.row_number, several=several)
        workbooks.write_cell(sheet, line, len(names) + 1, place)
        said = [
            f"{fault.label}: {say(fault.message)}" if fault.label else say(fault.message)
            for fault in row.faults
        ]
        workbooks.write_cell(
            sheet, line, len(names) + 2, "; ".join([*said, row.values.get("", "")]).strip("; ")
        )
        for fault in row.faults:
            if fault.column in names:
                workbooks.mark_cell(sheet, line, names.index(fault.column) + 1, say(fault.message))
    return workbooks.bytes_of_book(workbook)
