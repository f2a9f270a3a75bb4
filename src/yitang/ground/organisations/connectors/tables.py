"""CSV files as a user hands them over: UTF-8 or GBK, with a first row that names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yitang.ground.organisations.errors import ColumnsMissing, FileUnreadable, RowInvalid

DIVISION_COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "successors")
ORGANISATION_COLUMNS = ("name", "short_name", "credit_code", "division", "kind", "duties")
OFFICER_COLUMNS = ("username", "display_name", "role", "organisation")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file; it knows where it stands, so that an error can say so."""

    file: str
    number: int
    values: dict[str, str]

    def text(self, column: str) -> str:
        return self.values.get(column, "")

    def needed(self, column: str) -> str:
        """The value; raises ``RowInvalid`` when it is empty."""
        value = self.text(column)
        if not value:
            raise self.wrong(column, "it is empty")
        return value

    def words(self, column: str) -> tuple[str, ...]:
        """A list inside one cell, divided by spaces, semicolons or 、."""
        text = self.text(column)
        for mark in ";；、,":
            text = text.replace(mark, " ")
        return tuple(text.split())

    def day(self, column: str) -> date | None:
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.wrong(column, f"{value} is not a date like 2026-11-23") from None

    def wrong(self, column: str, problem: str) -> RowInvalid:
        return RowInvalid(file=self.file, row=self.number, field=column, problem=problem)


def read_table(path: Path, *, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV file that has at least ``columns``; row 1 is the first after the names.

    Raises ``FileUnreadable`` or ``ColumnsMissing``. Empty lines are left out but counted.
    """
    reader = csv.reader(io.StringIO(_text_of(path), newline=""))
    names = [name.strip() for name in next(reader, [])]
    missing = [column for column in columns if column not in names]
    if missing:
        raise ColumnsMissing(file=path.name, columns=", ".join(missing))
    return [
        Row(path.name, number, dict(zip(names, (cell.strip() for cell in cells), strict=False)))
        for number, cells in enumerate(reader, start=1)
        if any(cells)
    ]


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path.name, problem=error.strerror or "no such file") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileUnreadable(file=path.name, problem="it is neither UTF-8 nor GBK text")
