"""What a workbook says beside its values, read before its cells are: how far each sheet
reaches, what is hidden, which formulas have no value.

The scan is also the guard: a sheet of two cells in opposite corners takes a table of
seventeen thousand million, so the corners are looked at here first.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from yitang.data.collection.connectors.limits import Limits, member_blocks, open_archive
from yitang.data.collection.errors import FileUnreadable, TooManyCells
from yitang.ground.base.text import Message

_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_NS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(slots=True)
class SheetFacts:
    """Of one sheet, rows and columns counted from 0."""

    cells: int = 0  # that are written down, empty formatted ones included
    rows: int = 0  # one beyond the last
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    valueless: set[tuple[int, int]] = field(default_factory=set)  # formulas never computed
    failed: set[tuple[int, int]] = field(default_factory=set)  # cells such as #REF!


@dataclass(slots=True)
class BookFacts:
    """Of one workbook: its sheets by title, and whether its days count from 1904."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    from_1904: bool = False
    hidden_sheets: list[str] = field(default_factory=list)


def scan_xlsx(path: Path, *, name: str, limits: Limits) -> BookFacts:
    """Unpack and read every part once; raises ``ArchiveRefused``, ``TooManyCells``."""
    with open_archive(path, name=name, limits=limits) as archive:
        members = {member.filename: member for member in archive.infolist()}
        try:
            facts, parts = _book(path, members, name)
            read = set()
            for title, part in parts.items():
                if part in members:
                    blocks = member_blocks(path, members[part], name=name)
                    facts.sheets[title] = _scan_sheet(blocks, name, title, limits)
                    read.add(part)
        except expat.ExpatError as error:
            raise FileUnreadable(
                file=name,
                problem=Message(
                    "collection.why",
                    "the workbook is damaged or incomplete ({why})",
                    {"why": str(error)},
                ),
            ) from None
        for part, member in members.items():
            if part not in read:
                for _ in member_blocks(path, member, name=name):
                    pass
    return facts


def check_reach(facts: SheetFacts, *, name: str, where: str, limits: Limits) -> None:
    """Raises ``TooManyCells`` when the corners of a sheet are too far apart."""
    cells = facts.rows * facts.columns
    if cells > limits.cells or facts.cells > limits.cells:
        raise TooManyCells(
            file=name, where=where, cells=max(cells, facts.cells), limit=limits.cells
        )


def _parse(blocks: Iterator[bytes], parser: expat.XMLParserType, name: str) -> None:
    def refuse(*_: object) -> None:
        raise FileUnreadable(
            file=name,
            problem=Message("collection.why", "a part of the workbook declares a document type"),
        )

    parser.StartDoctypeDeclHandler = refuse
    for block in blocks:
        parser.Parse(block, False)
    parser.Parse(b"", True)


def _book(
    path: Path, members: dict[str, zipfile.ZipInfo], name: str
) -> tuple[BookFacts, dict[str, str]]:
    """The workbook's facts, and the part that holds each sheet, by title."""
    facts, ids, targets = BookFacts(), dict[str, str](), dict[str, str]()

    def start(tag: str, values: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "sheet":
            identifier = values.get(f"{_NS} id") or values.get(f"{_STRICT_NS} id", "")
            ids[values.get("name", "")] = identifier
            if values.get("state", "visible") != "visible":
                facts.hidden_sheets.append(values.get("name", ""))
        elif tag == "workbookPr":
            facts.from_1904 = values.get("date1904", "0") in {"1", "true"}
        elif tag == "Relationship":
            targets[values.get("Id", "")] = values.get("Target", "")

    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if part not in members:
            raise FileUnreadable(
                file=name,
                problem=Message(
                    "collection.why", "the workbook is damaged or incomplete ({why})", {"why": part}
                ),
            )
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = start
        _parse(member_blocks(path, members[part], name=name), parser, name)
    parts = {
        title: posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
        for title, identifier in ids.items()
        if (target := targets.get(identifier))
    }
    return facts, parts


class _SheetHandler:
    """Follows the rows and cells of one sheet; positions may be left out, then they count on."""

    def __init__(self, name: str, title: str, limits: Limits, parser: expat.XMLParserType) -> None:
        self.facts, self._parser = SheetFacts(), parser
        self._name, self._title, self._limits = name, title, limits
        self._row = self._column = -1
        self._formula = self._value = self._failed = False
        self._corner = 0

    def start(self, tag: str, values: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        if tag == "c":
            self._cell(values)
        elif tag == "row":
            self._row = int(values["r"]) - 1 if "r" in values else self._row + 1
            self._column = -1
            if values.get("hidden") in {"1", "true"}:
                self.facts.hidden_rows.add(self._row)
        elif tag == "f":
            self._formula = True
        elif tag in {"v", "is"}:
            self._value = self._value or not self._formula
            if self._formula:  # it may be kept empty, so look inside
                self._parser.CharacterDataHandler = self._see_value
        elif tag == "col" and values.get("hidden") in {"1", "true"}:
            first, last = int(values["min"]) - 1, min(int(values["max"]), 16_384)
            self.facts.hidden_columns.update(range(first, last))

    def _cell(self, values: dict[str, str]) -> None:
        facts = self.facts
        if "r" in values:
            row, self._column = _position(values["r"])
            self._row = row if row >= 0 else self._row
        else:
            self._column += 1
        facts.cells += 1
        self._formula, self._value = False, values.get("t") == "str"
        self._failed = values.get("t") == "e"
        if self._row >= facts.rows or self._column >= facts.columns:
            facts.rows = max(facts.rows, self._row + 1)
            facts.columns = max(facts.columns, self._column + 1)

    def _see_value(self, text: str) -> None:
        self._value = True

    def end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] != "c":
            return
        if self._formula:
            self._parser.CharacterDataHandler = None
        if self._formula and not self._value:
            self.facts.valueless.add((self._row, self._column))
        elif self._failed:
            self.facts.failed.add((self._row, self._column))
        if not self.facts.cells % 4096:
            check_reach(self.facts, name=self._name, where=self._title, limits=self._limits)


def _scan_sheet(blocks: Iterator[bytes], name: str, title: str, limits: Limits) -> SheetFacts:
    parser = expat.ParserCreate(namespace_separator=" ")
    handler = _SheetHandler(name, title, limits, parser)
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    try:
        _parse(blocks, parser, name)
    except (ValueError, KeyError) as error:
        problem = Message(
            "collection.why",
            "the sheet {title} is damaged ({why})",
            {"title": title, "why": str(error)},
        )
        raise FileUnreadable(file=name, problem=problem) from None
    check_reach(handler.facts, name=name, where=title, limits=limits)
    return handler.facts


def _position(reference: str) -> tuple[int, int]:
    """``B3`` is row 2 and column 1."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    digits = reference[len(letters) :]
    return (int(digits) - 1 if digits else -1), column - 1
