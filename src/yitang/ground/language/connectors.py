"""Rows of a CSV that somebody else wrote: UTF-8 with or without a mark, or GB 18030."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from yitang.ground.base.text import Message

from .errors import ColumnsMissing, FileUnreadable

# A message of a hotline may be long, a whole file pasted into one cell is not a message.
LONGEST_CELL = 10 * 2**20


def read_rows(path: Path, *, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows under the first line's headers; short rows are filled with empty text.

    Raises ``FileUnreadable`` for a file that is missing, in another encoding or no CSV, and
    ``ColumnsMissing`` when one of ``columns`` is not among the headers.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path=path, problem=error.strerror or "it cannot be opened") from None
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.DictReader(io.StringIO(_decoded(path, content), newline=""), restval="")
    try:
        headers = [header.strip() for header in reader.fieldnames or []]
        reader.fieldnames = headers
        rows = [{header: row[header] for header in headers} for row in reader]
    except csv.Error:
        problem = Message(
            "language.no_row",
            "line {line} is too long for a row; look for a quotation mark that is never closed",
            {"line": reader.line_num},
        )
        raise FileUnreadable(path=path, problem=problem) from None
    if not headers:
        raise FileUnreadable(path=path, problem="it is empty")
    if missing := [column for column in columns if column not in headers]:
        raise ColumnsMissing(path=path, columns=", ".join(missing), found=", ".join(headers))
    return rows


def _decoded(path: Path, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(path=path, problem="it is neither UTF-8 nor GB 18030 text")
