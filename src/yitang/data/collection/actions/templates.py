"""An empty workbook made from a catalogue entry, in which a department fills in its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from yitang.data.catalogue.api import DataItem, Dataset, items_of
from yitang.data.catalogue.rules import ITEM_TYPES, VALUE_RULES
from yitang.data.collection.errors import DatasetNotReady
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import workbooks

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Say = Callable[[Message], str]
ROWS = 200  # that are formatted
REQUIRED, OPTIONAL = "FCE4D6", "E7EEF7"
_FORMATS = {"D": "yyyy-mm-dd", "T": "yyyy-mm-dd hh:mm:ss", "I": "0"}
_NUMBERS = frozenset("NBFY")
NOTES = Message("collection.template_notes", "how to fill in")
HEADINGS = (
    Message("collection.template_item", "column name"),
    Message("collection.template_required", "must be filled in"),
    Message("collection.template_type", "kind of value"),
    Message("collection.template_length", "longest"),
    Message("collection.template_codes", "allowed values"),
)
YES = Message("collection.template_yes", "required")
NO = Message("collection.template_no", "may stay empty")
SEX = Message("collection.template_sex", "0 unknown, 1 male, 2 female, 9 not stated")  # GB/T 2261.1
LONGEST_NOTE = 80  # characters; a longer list stands on the second sheet
SEX_CODES = frozenset({"0", "1", "2", "9"})


def template_workbook(dataset: Dataset, *, say: Say = str) -> bytes:
    """The template of a dataset as XLSX: column names, kinds, lists to choose from, notes.

    What it holds is the catalogue's, so whoever sees the entry may have it. Raises
    ``DatasetNotReady`` while no items are described.
    """
    items = list(items_of(dataset))
    if not items:
        raise DatasetNotReady(code=dataset.code, problem="its data items are not described yet")
    workbook = workbooks.new_book()
    sheet = workbook.create_sheet(_title(dataset.name))
    notes = workbook.create_sheet(_title(say(NOTES)))
    _write_notes(notes, items, say)
    for column, item in enumerate(items, start=1):
        _write_column(sheet, notes, column, item, say)
    sheet.freeze_panes = "A2"
    return workbooks.bytes_of_book(workbook)


def _title(name: str) -> str:
    """A sheet's name has 31 characters and none of these."""
    return "".join("_" if sign in "[]:*?/\\" else sign for sign in name)[:31] or "1"


def _write_column(
    sheet: Worksheet, notes: Worksheet, column: int, item: DataItem, say: Say
) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    letter = workbooks.letter_of(column)
    head = sheet.cell(1, column, item.label)
    head.font = Font(bold=True, color="9C0006" if item.is_required else "1F3864")
    head.fill = PatternFill("solid", fgColor=REQUIRED if item.is_required else OPTIONAL)
    head.alignment = Alignment(wrap_text=True, vertical="top")
    head.comment = Comment(_note(item, say), "Yitang", width=280, height=90)
    sheet.column_dimensions[letter].width = max(12, min(40, len(item.label) * 2 + 4))
    # As text unless it is a number or a date: a long code stored as a number loses its end.
    default = "General" if item.type in _NUMBERS else "@"
    sheet.column_dimensions[letter].number_format = _FORMATS.get(item.type, default)
    for row in range(2, ROWS + 2):
        sheet.cell(row, column).number_format = _FORMATS.get(item.type, default)
    if item.codes:
        workbooks.offer(sheet, column, _listed(item, notes, column), is_strict=item.is_required)


def _listed(item: DataItem, notes: Worksheet, column: int) -> str:
    """Allowed values as a range of the notes, right of what people read: there is no limit."""
    from openpyxl.utils import quote_sheetname

    at = len(HEADINGS) + 1 + column
    for row, code in enumerate(item.codes, start=1):
        cell = notes.cell(row, at, str(code))
        cell.number_format = "@"
    letter = workbooks.letter_of(at)
    notes.column_dimensions[letter].hidden = True
    return f"{quote_sheetname(notes.title)}!${letter}$1:${letter}${len(item.codes)}"


def _write_notes(notes: Worksheet, items: Sequence[DataItem], say: Say) -> None:
    from openpyxl.styles import Font

    for column, heading in enumerate(HEADINGS, start=1):
        notes.cell(1, column, say(heading)).font = Font(bold=True)
        notes.column_dimensions[workbooks.letter_of(column)].width = 24
    for row, item in enumerate(items, start=2):
        values = (
            item.label,
            say(YES if item.is_required else NO),
            say(_kind(item)),
            str(item.length or ""),
            _codes(item, say),
        )
        for column, value in enumerate(values, start=1):
            cell = notes.cell(row, column, value)
            cell.number_format = "@"


def _codes(item: DataItem, say: Say) -> str:
    """The allowed values; what the numbers of the sexes mean is said with them."""
    codes = [str(code) for code in item.codes]
    if "性别" in item.label and set(codes) == SEX_CODES:
        return say(SEX)
    return ", ".join(codes)


def _kind(item: DataItem) -> Message:
    return VALUE_RULES.get(item.rule) or ITEM_TYPES[item.type]


def _note(item: DataItem, say: Say) -> str:
    parts = [say(YES if item.is_required else NO), say(_kind(item))]
    if item.length:
        parts.append(f"≤ {item.length}")
    if item.codes and len(listed := _codes(item, say)) <= LONGEST_NOTE:
        parts.append(listed)
    return "\n".join(parts)
