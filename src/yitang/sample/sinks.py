"""The forms in which departments hand over: text tables, workbooks, a database, pages of JSON."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.cell_range import CellRange

Row = Sequence[object]
BROKEN = "#broken"  # a row that begins with this is written as a line no reader can take
SHEET_ROWS = 1_000_000
PAGE_ROWS = 2000


class Sink(Protocol):
    """Takes rows, block after block."""

    def write(self, rows: Iterable[Row]) -> None:
        """Append ``rows``."""

    def close(self) -> None:
        """Finish the file."""


class CsvSink:
    """A text table; characters its encoding lacks become question marks, as they do in offices."""

    def __init__(self, path: Path, columns: Row, *, encoding: str = "utf-8-sig") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding=encoding, errors="replace", newline="")
        self._table = csv.writer(self._file)
        self._table.writerow(columns)

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if row[0] == BROKEN:
                self._file.write(f"{row[1]},导出中断\r\n")
            else:
                self._table.writerow(row)

    def close(self) -> None:
        self._file.close()


class ExcelSink:
    """A workbook as an office sends it: a merged title, a note, the header in row 3, a footer."""

    def __init__(self, path: Path, columns: Row, *, title: str, note: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._columns, self._title, self._note = path, columns, title, note
        self._book = Workbook(write_only=True)
        self._rows = 0
        self._start_sheet(1)

    def _start_sheet(self, number: int) -> None:
        self._sheet = self._book.create_sheet(f"第{number}页")
        last = chr(ord("A") + len(self._columns) - 1)
        self._sheet.merged_cells.ranges.add(CellRange(f"A1:{last}1"))
        title = WriteOnlyCell(self._sheet, value=self._title)
        title.font, title.alignment = Font(bold=True, size=16), Alignment(horizontal="center")
        self._sheet.append([title])
        self._sheet.append([self._note])
        self._sheet.append(self._columns)

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self._rows and self._rows % SHEET_ROWS == 0:
                self._start_sheet(self._rows // SHEET_ROWS + 1)
            self._rows += 1
            self._sheet.append([row[1], "导出中断"] if row[0] == BROKEN else row)

    def close(self) -> None:
        self._sheet.append([f"合计 {self._rows} 条", "", "制表：", "", "审核："])
        self._book.save(self._path)


class SqliteSink:
    """One table of a database file."""

    def __init__(self, path: Path, table: str, columns: Sequence[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        self._insert = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  (names of ours)

    def write(self, rows: Iterable[Row]) -> None:
        self._database.executemany(self._insert, rows)
        self._database.commit()

    def close(self) -> None:
        self._database.close()


class PagesSink:
    """Pages of JSON rows, one file each, for the server that stands for an interface."""

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for page in folder.glob("*.json"):
            page.unlink()
        self._folder, self._columns = folder, columns
        self._waiting: list[dict[str, object]] = []
        self._pages = self._rows = 0

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._waiting.append(dict(zip(self._columns, row, strict=True)))
            if len(self._waiting) == PAGE_ROWS:
                self._write_page()

    def close(self) -> None:
        if self._waiting or not self._pages:
            self._write_page()
        index = {"total": self._rows, "pages": self._pages, "page_rows": PAGE_ROWS}
        (self._folder / "index.json").write_text(json.dumps(index), encoding="utf-8")

    def _write_page(self) -> None:
        self._pages += 1
        self._rows += len(self._waiting)
        text = json.dumps(self._waiting, ensure_ascii=False)
        (self._folder / f"{self._pages:06}.json").write_text(text, encoding="utf-8")
        self._waiting = []
