"""A workbook comes back with its bad cells marked, each with what is wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from yitang.data.collection.access import check_can_hand_in
from yitang.data.collection.connectors import file_delivery
from yitang.data.collection.connectors.excel import (
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
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import workbooks

from .uploads import passed_border

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

    Judged by the guessed rules, or, if it was handed in as ``batch``, as the border judged it.
    Of other files it holds the rejected rows alone. ``say`` puts a message into the reader's
    language.
    """
    with tempfile.TemporaryDirectory(prefix="yitang-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content_of(upload))
        if batch is not None:
            if not is_workbook(path):
                return quarantine_workbook(batch, say=say)
            expected = expected_labels(wanted_columns(batch.dataset))
            rows = rejected_rows(batch)
            return _mark_original(path, upload.file_name, rows, say, expected=expected)
        delivery = file_delivery(path, name=upload.file_name, limits=UPLOAD)
        border, _ = passed_border(delivery)
        if is_workbook(path):
            return _mark_original(path, upload.file_name, border.rejected, say)
    return _rejected_only(delivery.columns, border.rejected, say)


def take_out_quarantine(*, batch: Batch, actor: User, at: datetime, say: Say = str) -> bytes:
    """The rejected rows of a batch as XLSX, to be mended and handed in again.

    They are personal data in clear, so only who may hand the dataset in takes them out, and
    the ledger says so.
    """
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
    return quarantine_workbook(batch, say=say)


def quarantine_workbook(batch: Batch, *, say: Say = str) -> bytes:
    """The rejected rows of a batch with their bad cells marked."""
    rows = rejected_rows(batch)
    columns = dict.fromkeys(column for row in rows for column in row.values if column)
    said_before = {other for tie in ties_of(list(columns)) for other in tie.others}
    kept = [column for column in columns if column not in said_before]
    return _rejected_only(kept, rows, say, number=batch.number)


def _mark_original(
    path: Path,
    name: str,
    rows: Iterable[RejectedRow],
    say: Say,
    *,
    expected: frozenset[str] = frozenset(),
) -> bytes:
    book = read_book(path, name, expected=expected, limits=UPLOAD)
    named = dict(zip(book.sheets[0].columns, book.sheets[0].places, strict=True))
    if max(facts.cells for facts in book.facts.sheets.values()) > MOST_MARKED:
        return _rejected_only([column for column, at in named.items() if at >= 0], rows, say)
    workbook = _opened(path)
    for row in rows:
        sheet = workbook[row.sheet]
        for fault in row.faults:
            if (at := named.get(fault.column, -1)) >= 0:
                workbooks.mark_cell(sheet, row.row_number, at + 1, say(fault.message))
    return workbooks.bytes_of_book(workbook)


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
