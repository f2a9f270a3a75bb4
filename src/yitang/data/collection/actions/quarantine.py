"""Rejected rows on their way into quarantine: packed at once and put aside on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice

import polars as pl
import pyarrow as pa

from yitang.data.collection.models import Batch, RejectedBlock
from yitang.data.collection.pipeline import aside
from yitang.data.collection.queries import read_block
from yitang.data.collection.rules import RejectedRow, RowFault

BLOCK_ROWS = 500
_BLOCKS_AT_ONCE = 10


class Quarantine:
    """Rejected rows in their order, as blocks of the JSON under which they are stored."""

    def __init__(self) -> None:
        self._packed: list[tuple[int, int, int]] = []  # rows, length of the text, end in the file
        self._file = aside(self)
        self._open: list[str] = []

    def add(self, rows: Sequence[str]) -> None:
        """Put in what ``row_texts`` or ``row_text`` made."""
        self._open.extend(rows)
        while len(self._open) >= BLOCK_ROWS:
            self._pack(self._open[:BLOCK_ROWS])
            del self._open[:BLOCK_ROWS]

    def __len__(self) -> int:
        return sum(rows for rows, _, _ in self._packed) + len(self._open)

    def __iter__(self) -> Iterator[RejectedRow]:
        for _, text in self.blocks():
            yield from read_block(text)

    def blocks(self) -> Iterator[tuple[int, str]]:
        """For each block the number of its rows and its text."""
        begin = 0
        for rows, length, end in self._packed:
            yield rows, self._unpacked(begin, end, length)
            begin = end
        if self._open:
            yield len(self._open), _block(self._open)

    def _pack(self, rows: Sequence[str]) -> None:
        text = _block(rows).encode()
        packed = pa.compress(text, codec="zstd", asbytes=True)
        begin = self._packed[-1][-1] if self._packed else 0
        self._file.seek(begin)
        self._file.write(packed)
        self._packed.append((len(rows), len(text), begin + len(packed)))

    def _unpacked(self, begin: int, end: int, length: int) -> str:
        self._file.seek(begin)
        packed = self._file.read(end - begin)
        return bytes(pa.decompress(packed, length, codec="zstd", asbytes=True)).decode()


def store_rejected(batch: Batch, quarantine: Quarantine) -> None:
    """Keep a batch's rejected rows; what an earlier attempt left is replaced."""
    batch.blocks.all().delete()
    blocks = enumerate(quarantine.blocks())
    while few := list(islice(blocks, _BLOCKS_AT_ONCE)):
        RejectedBlock.objects.bulk_create(
            RejectedBlock(batch=batch, position=position, rows=rows, content=text)
            for position, (rows, text) in few
        )


def _block(rows: Sequence[str]) -> str:
    return f"[{', '.join(rows)}]"


def fault_text(fault: RowFault) -> str:
    """A fault as it is stored with its row."""
    return json.dumps(asdict(fault), ensure_ascii=False)


def row_text(number: int, sheet: str, faults: Sequence[str], values: str) -> str:
    """A row as it is stored; all but the number are JSON already."""
    found = ", ".join(faults)
    return f'{{"row": {number}, "sheet": {sheet}, "faults": [{found}], "values": {values}}}'


def value_texts(rows: pa.RecordBatch) -> list[str]:
    """The values of each row as a JSON object."""
    frame = pl.DataFrame(rows).with_columns(pl.all().fill_null(""))
    return frame.write_ndjson().split("\n")[:-1]


def broken_values(text: str) -> str:
    """The text of a row that has other columns than the header."""
    return json.dumps({"": text}, ensure_ascii=False)
