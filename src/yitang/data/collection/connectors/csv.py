"""Delimited text as departments write it: GBK or UTF-8, any delimiter, titles above the header."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from yitang.data.collection.errors import FileUnreadable, HeaderMissing
from yitang.data.collection.rules.columns import HEADER_WITHIN, header_row

from .delivery import BrokenRow, Chunk, Delivery, file_digest, unique_names
from .text_encoding import SAMPLE_BYTES, Reading, Utf8Stream, detect_encoding

if TYPE_CHECKING:
    from pyarrow.csv import InvalidRow

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
BLOCK_BYTES = 4 * 2**20
_LOOKED_AT = 200
# Python's own reader, which looks for the header, else gives up at 128 KB for one value.
csv.field_size_limit(SAMPLE_BYTES)


def csv_delivery(path: Path, *, expected: frozenset[str] = frozenset(), name: str = "") -> Delivery:
    """A delimited file; what is understood of it is told in ``understood``.

    Raises ``EncodingUnknown``, ``HeaderMissing``. A row with too few or too many columns is
    kept as a broken row, and so is what an unclosed quotation mark swallows.
    """
    name = name or path.name
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    encoding = detect_encoding(sample, file=name)
    with Utf8Stream(path, encoding, Reading(), name=name) as stream:
        text = stream.read(SAMPLE_BYTES).decode(errors="replace")
    lines = text.splitlines()[:_LOOKED_AT]
    delimiter = find_delimiter(lines)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    filled = [row for row in rows if row]  # a blank line is no row, here and below
    index = header_row(filled, expected=expected)
    if index is None:
        raise HeaderMissing(file=name)
    columns = unique_names(filled[index])
    reading = _Plan(path, name, encoding, delimiter, index, columns)
    understood = {
        "encoding": {"gb18030": "GBK / GB18030", "utf-8-sig": "UTF-8"}.get(
            encoding, encoding.upper()
        ),
        "delimiter": DELIMITERS[delimiter],
        "header_row": str(index + 1),
    }
    return Delivery(name, "csv", file_digest(path), columns, reading.chunks, understood)


def find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of parts, more parts preferred."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(
            len(row) for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        )
        width, count = max(widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]),
                           default=(1, 0))  # fmt: skip
        score = count / max(len(lines), 1) * (width > 1) + width / 10_000
        if score > best_score:
            best, best_score = delimiter, score
    return best


class _Plan:
    """How one file is read; reading it again gives the same rows."""

    def __init__(
        self, path: Path, name: str, encoding: str, delimiter: str, header: int,
        columns: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.path, self.name, self.encoding = path, name, encoding
        self.delimiter, self.header, self.columns = delimiter, header, columns

    def chunks(self) -> Iterator[Chunk]:
        reading, broken = Reading(), list[BrokenRow]()

        def keep(row: InvalidRow) -> str:
            broken.append(BrokenRow(row.number, row.actual_columns, row.expected_columns, row.text))
            return "skip"

        skipped = _skip_titles(self.path, self.encoding, self.header)
        number = self.header + 2  # of the next row; the header is row ``header + 1``
        with Utf8Stream(self.path, self.encoding, reading, name=self.name) as stream:
            stream.read(skipped)
            try:
                for batch in self._reader(stream, keep):
                    found = [_shifted(row, self.header) for row in broken]
                    broken.clear()
                    numbers = _numbers(number, batch.num_rows, found)
                    number += batch.num_rows + len(found)
                    yield Chunk(batch, numbers, tuple(found), may_be_unreadable=reading.replaced)
            except pa.ArrowInvalid as error:
                raise FileUnreadable(file=self.name, problem=_problem(error, number)) from None
        if broken:
            found = [_shifted(row, self.header) for row in broken]
            empty = pa.RecordBatch.from_pylist(
                [], pa.schema([(c, pa.string()) for c in self.columns])
            )
            yield Chunk(empty, np.empty(0, dtype=np.int64), tuple(found))

    def _reader(self, stream: Utf8Stream, keep: object) -> Iterator[pa.RecordBatch]:
        reader = arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK_BYTES,
                column_names=list(self.columns),
                skip_rows=1,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=keep
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(self.columns, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                check_utf8=False,  # the stream gives nothing else
            ),
        )
        yield from reader


def _skip_titles(path: Path, encoding: str, header: int) -> int:
    """The bytes (as UTF-8) of the title rows above the header."""
    if not header:
        return 0
    with Utf8Stream(path, encoding, Reading()) as stream:
        head = stream.read(SAMPLE_BYTES)
    position, passed = 0, 0
    for line in io.BytesIO(head).readlines()[: HEADER_WITHIN * 5]:
        if passed == header and line.strip():
            break
        passed += bool(line.strip())
        position += len(line)
    return position


def _shifted(row: BrokenRow, header: int) -> BrokenRow:
    return BrokenRow(row.number + header, row.found, row.expected, row.text)


def _numbers(first: int, count: int, broken: list[BrokenRow]) -> np.ndarray:
    """Row numbers of the good rows between the broken ones."""
    whole = np.arange(first, first + count + len(broken), dtype=np.int64)
    if not broken:
        return whole
    return whole[~np.isin(whole, [row.number for row in broken])][:count]


def _problem(error: Exception, number: int) -> str:
    """What Arrow says; a row without end most likely opens a quotation mark that nothing closes."""
    if "straddl" in str(error):
        megabytes = BLOCK_BYTES // 2**20
        return (
            f"a row at or after row {number} does not end within {megabytes} MB; "
            "look for a quotation mark that is never closed"
        )
    return str(error).splitlines()[0].removeprefix("CSV parse error: ")
