"""Reading a delivered CSV: UTF-8 with or without a mark, or GBK; broken rows told apart."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yitang.ground.base.text import Message

from .errors import FileUnreadable
from .rules import RowProblem

LONGEST_CELL = 10 * 2**20
ZEROS = "it holds zero bytes, so it is no CSV"


@dataclass(frozen=True, slots=True)
class DeliveredRow:
    """One row by header; ``number`` as a spreadsheet counts, the headers being row 1."""

    number: int
    values: Mapping[str, str]
    problem: RowProblem | None = None


def read_delivery(path: Path) -> tuple[list[str], str, list[DeliveredRow]]:
    """The headers, the SHA-256 of the file, and its rows; raises ``FileUnreadable``.

    A row with too few or too many cells is kept with its problem: it counts as delivered.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = error.strerror or "it cannot be opened"
        raise FileUnreadable(field="file", file=path.name, problem=problem) from None
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(_decoded(path, content), newline=""))
    try:
        table = [row for row in reader if row]
    except csv.Error:
        too_long = _no_row(reader.line_num)
        raise FileUnreadable(field="file", file=path.name, problem=too_long) from None
    if not table:
        raise FileUnreadable(field="file", file=path.name, problem="it is empty")
    headers = [header.strip() for header in table[0]]
    return (
        headers,
        hashlib.sha256(content).hexdigest(),
        [_row(number, headers, cells) for number, cells in enumerate(table[1:], start=2)],
    )


def _row(number: int, headers: list[str], cells: list[str]) -> DeliveredRow:
    if len(cells) != len(headers):
        problem = RowProblem(
            "row",
            "it has {cells} cells under {headers} headers",
            cells=len(cells),
            headers=len(headers),
        )
        return DeliveredRow(number, {}, problem)
    return DeliveredRow(number, dict(zip(headers, cells, strict=True)))


def _no_row(line: int) -> Message:
    """All that Python's reader refuses: a cell beyond the limit."""
    return Message(
        "hotline.no_row",
        "line {line} is too long for a row; look for a quotation mark that is never closed",
        {"line": line},
    )


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise FileUnreadable(field="file", file=path.name, problem=ZEROS)
        return text
    raise FileUnreadable(field="file", file=path.name, problem="it is neither UTF-8 nor GBK text")
