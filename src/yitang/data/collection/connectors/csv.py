"""Delimited text as departments write it: GBK or UTF-8, any delimiter, titles above the header."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from yitang.data.collection.errors import FileUnreadable, HeaderMissing
from yitang.data.collection.rules.columns import HEADER_WITHIN, header_row
from yitang.ground.base.text import Message

from .delivery import BrokenRow, Chunk, Delivery, file_digest, unique_names
from .lending import lent
from .text_encoding import (
    SAMPLE_BYTES,
    Reading,
    Utf8Stream,
    detect_encoding,
    digest_of_lines,
    encoding_label,
)

if TYPE_CHECKING:
    from pyarrow.csv import InvalidRow

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
BLOCK_BYTES = (2**18, 4 * 2**20)  # a row fits into a block; the larger for the longest row
CHUNK_BYTES = 2 * 2**20
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
    # In UTF-16 a line's end is no byte of its own; there the stream alone looks for it.
    digest = file_digest(path) if encoding == "utf-16" else digest_of_lines(path, name=name)
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
        "encoding": encoding_label(encoding),
        "delimiter": DELIMITERS[delimiter],
        "header_row": str(index + 1),
    }
    return Delivery(name, "csv", digest, columns, reading.chunks, understood)


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
        """In small blocks, since Arrow holds dozens of them; a longer row takes larger ones."""
        given = self.header + 1  # the number of the last row that went out; first, the header's
        for block_bytes in BLOCK_BYTES:
            try:
                for chunk in self._chunks(block_bytes, after=given):
                    given = max(
                        [*chunk.numbers[-1:].tolist(), *(row.number for row in chunk.broken)]
                    )
                    yield chunk
            except pa.ArrowInvalid as error:
                is_last = block_bytes == BLOCK_BYTES[-1]
                if is_last and _has_header_only(error):
                    return
                if is_last or not _is_too_long(error):
                    raise FileUnreadable(file=self.name, problem=_problem(error, given)) from None
            else:
                return

    def _chunks(self, block_bytes: int, *, after: int) -> Iterator[Chunk]:
        reading, broken = Reading(), list[BrokenRow]()

        def keep(row: InvalidRow) -> str:
            number = row.number + self.header
            if number > after:
                broken.append(BrokenRow(number, row.actual_columns, row.expected_columns, row.text))
            else:
                passed.append(number)
            return "skip"

        passed: list[int] = []
        number = self.header + 2  # of the next row
        with Utf8Stream(self.path, self.encoding, reading, name=self.name) as stream:
            stream.read(_skip_titles(self.path, self.encoding, self.header))
            for batch in _joined(self._reader(stream, block_bytes, keep)):
                numbers = _numbers(number, batch.num_rows, [*passed, *(r.number for r in broken)])
                number = int(numbers[-1]) + 1
                known = int(np.searchsorted(numbers, after, side="right"))
                found = [row for row in broken if row.number < number]
                del broken[: len(found)]
                passed.clear()
                if known < batch.num_rows or found:
                    yield Chunk(
                        batch.slice(known), numbers[known:], tuple(found),
                        may_be_unreadable=reading.replaced,
                    )  # fmt: skip
        if broken:
            empty = pa.schema([(column, pa.string()) for column in self.columns]).empty_table()
            (nothing,) = empty.to_batches() or [pa.RecordBatch.from_pylist([], empty.schema)]
            yield Chunk(nothing, np.empty(0, dtype=np.int64), tuple(broken))

    def _reader(
        self, stream: Utf8Stream, block_bytes: int, keep: Callable[[InvalidRow], str]
    ) -> Iterator[pa.RecordBatch]:
        with lent(stream) as loan:  # no name for the reader: it has to go before the loan ends
            yield from arrow_csv.open_csv(
                loan.stream(),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=block_bytes,
                    column_names=list(self.columns),
                    skip_rows=1,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=loan.handler(keep),
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                    check_utf8=False,  # the stream gives nothing else
                ),
            )


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


def _joined(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Small batches joined to such as are worth the while of checking."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows:
            waiting.append(batch)
        if sum(part.nbytes for part in waiting) >= CHUNK_BYTES:
            yield pa.concat_batches(waiting)
            waiting.clear()
    if waiting:
        yield pa.concat_batches(waiting)


def _numbers(first: int, count: int, broken: list[int]) -> np.ndarray:
    """Row numbers of the good rows between the broken ones."""
    whole = np.arange(first, first + count + len(broken), dtype=np.int64)
    return whole[~np.isin(whole, broken)][:count] if broken else whole


def _has_header_only(error: Exception) -> bool:
    """Nothing ends the header; with the larger block it is no longer than that, as no line is."""
    return "Could not skip initial" in str(error)


def _is_too_long(error: Exception) -> bool:
    return "straddl" in str(error) or "larger than block size" in str(error)


def _problem(error: Exception, last: int) -> Message:
    """A row without end most likely opens a quotation mark that nothing closes."""
    if _is_too_long(error):
        return Message(
            "collection.why",
            "a row after row {row} does not end within {limit} MB;"
            " look for a quotation mark that is never closed",
            {"row": last, "limit": BLOCK_BYTES[-1] // 2**20},
        )
    return Message(
        "collection.why", "what stands after row {row} is no row of a table", {"row": last}
    )
