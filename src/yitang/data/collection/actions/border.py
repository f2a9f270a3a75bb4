"""The border: rows go through chunk by chunk, the good ones on, the others into quarantine.

Memory stays flat however long the delivery is, but for the rejected rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.connectors import Chunk, Delivery
from yitang.data.collection.pipeline import (
    Faults,
    Seen,
    check_frame,
    rows_with_faults,
    target_schema,
)
from yitang.data.collection.rules import ItemRule, Problem, RejectedRow, RowFault

ROW_COLUMN = "_row"


class Border:
    """One passage of a delivery; after ``accepted_batches`` is exhausted the counts stand."""

    def __init__(
        self,
        delivery: Delivery,
        rules: Sequence[ItemRule],
        columns: Mapping[str, str],
        divisions: frozenset[str],
    ) -> None:
        self._delivery, self._rules, self._columns = delivery, rules, columns
        self._divisions = pl.Series(sorted(divisions) or [""], dtype=pl.String)
        self._by_name = {rule.name: rule for rule in rules}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._params: dict[tuple[str, str], Mapping[str, object]] = {}
        self.delivered = self.accepted = 0
        self.rejected: list[RejectedRow] = []
        self.schema = _arrow_schema(rules)

    @property
    def problems(self) -> list[Problem]:
        """Each fault with the number of rows that have it, the most frequent first."""
        return [
            Problem(label, code, rows, self._params[label, code])
            for (label, code), rows in self._counts.most_common()
        ]

    def accepted_batches(self) -> Iterator[pa.RecordBatch]:
        """The accepted rows in the lake's types, with the row number of the source."""
        seen = Seen()
        for chunk in self._delivery.chunks():
            before = len(self.rejected)
            for row in chunk.broken:
                self._reject_broken(row.number, row.found, row.expected, row.text, chunk.sheet)
            if not chunk.frame.height:
                continue
            wanted = chunk.frame.select(
                pl.col(column).alias(name) for name, column in self._columns.items()
            )
            typed, faults = check_frame(
                wanted,
                self._rules,
                divisions=self._divisions,
                seen=seen,
                may_be_unreadable=chunk.may_be_unreadable,
            )
            self._apply_marks(chunk, faults)
            rejected = faults.rejected
            self._reject(chunk, faults, rejected)
            self.rejected[before:] = sorted(self.rejected[before:], key=lambda row: row.row_number)
            self.delivered += chunk.frame.height
            self.accepted += int((~rejected).sum())
            kept = typed.with_columns(pl.Series(ROW_COLUMN, chunk.numbers)).filter(
                pl.Series(~rejected)
            )
            yield from _record_batches(kept, self.schema)

    def _apply_marks(self, chunk: Chunk, faults: Faults) -> None:
        """What only the reader saw outweighs what the value then looks like."""
        by_column = {column: name for name, column in self._columns.items()}
        marked: dict[tuple[str, str], list[int]] = {}
        for mark in chunk.marks:
            if mark.column in by_column:
                marked.setdefault((by_column[mark.column], mark.code), []).append(mark.position)
        for (name, code), positions in marked.items():
            where = np.array(positions)
            faults.found = [
                (item, found, rows[~np.isin(rows, where)] if item == name else rows)
                for item, found, rows in faults.found
            ]
            faults.found.append((name, code, where))

    def _reject(self, chunk: Chunk, faults: Faults, rejected: np.ndarray) -> None:
        positions = np.flatnonzero(rejected)
        if not positions.size:
            return
        by_position = rows_with_faults(faults)
        values = chunk.frame[positions.tolist()].to_dicts()
        for position, row in zip(positions.tolist(), values, strict=True):
            found = tuple(self._fault(item, code) for item, code in by_position[position])
            self._count(found)
            text = {column: value or "" for column, value in row.items()}
            self.rejected.append(
                RejectedRow(int(chunk.numbers[position]), found, text, chunk.sheet)
            )

    def _reject_broken(self, number: int, found: int, expected: int, text: str, sheet: str) -> None:
        fault = RowFault("", "fields", {"found": found, "expected": expected})
        self._count((fault,))
        self.delivered += 1
        self.rejected.append(RejectedRow(number, (fault,), {"": text}, sheet))

    def _fault(self, item: str, code: str) -> RowFault:
        rule = self._by_name[item]
        params: dict[str, object] = {}
        if code == "length":
            params["length"] = rule.length
        elif code == "codes":
            params["codes"] = ", ".join(rule.codes)
        return RowFault(rule.label, code, params, self._columns[item])

    def _count(self, faults: Sequence[RowFault]) -> None:
        for fault in faults:
            self._counts[fault.label, fault.code] += 1
            self._params.setdefault((fault.label, fault.code), fault.params)


_ARROW_TYPES: Mapping[pl.DataType, pa.DataType] = {
    pl.String(): pa.string(),
    pl.Int64(): pa.int64(),
    pl.Float64(): pa.float64(),
    pl.Date(): pa.date32(),
    pl.Datetime("us"): pa.timestamp("us"),
    pl.Boolean(): pa.bool_(),
}


def _arrow_schema(rules: Sequence[ItemRule]) -> pa.Schema:
    fields = [pa.field(name, _ARROW_TYPES[kind]) for name, kind in target_schema(rules).items()]
    return pa.schema([*fields, pa.field(ROW_COLUMN, pa.int64())])


def _record_batches(frame: pl.DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if frame.height:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        yield from table.cast(schema).to_batches()
