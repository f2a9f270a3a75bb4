"""The border: rows go through chunk by chunk, the good ones on, the others into quarantine.

Memory stays flat however long the delivery is: rejected rows and the keys of unique items are put
aside on disk; only keys that come in no order are held, eight bytes each.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.connectors import BrokenRow, Chunk, Delivery
from yitang.data.collection.pipeline import (
    Faults,
    Positions,
    Seen,
    Tallying,
    check_columns,
    judge_rows,
    of_integers,
    of_mask,
    rows_with_faults,
    target_schema,
)
from yitang.data.collection.rules import (
    BLANKS,
    UNIQUENESS,
    ItemRule,
    Problem,
    QualityRule,
    RowFault,
    Tally,
    dimension_of,
    guess_rule,
)

from .ahead import ahead
from .quality import QualityRules
from .quarantine import Quarantine, broken_values, fault_text, row_text, value_texts

ROW_COLUMN = "_row"
RULE_MARK = "rule:"  # before the name of a quality rule, where else an item's name stands
GUESSED_BY = 200  # rows


class Border:
    """One passage of a delivery; after ``accepted_batches`` is exhausted the counts stand."""

    def __init__(
        self,
        delivery: Delivery,
        rules: Sequence[ItemRule],
        columns: Mapping[str, str],
        divisions: frozenset[str],
        *,
        unknown: Sequence[str] = (),
        quality: QualityRules | None = None,
        keys: Sequence[str] = (),
        tied: Sequence[str] = (),
    ) -> None:
        self._delivery, self._rules, self._columns = delivery, rules, columns
        self._divisions = divisions
        self._by_name = {rule.name: rule for rule in rules}
        self._kinds = {rule.name: rule.type for rule in rules}
        self._quality = quality or QualityRules()
        self._rules_by_name = {rule.name: rule for rule in self._quality.rules}
        self._warned: set[tuple[str, str]] = set()
        self._unknown = unknown
        self.guesses: dict[str, ItemRule] = {}  # what columns without an item seem to hold
        self._counts: Counter[tuple[str, str]] = Counter()
        self._params: dict[tuple[str, str], Mapping[str, object]] = {}
        self._tallying = Tallying()
        self._worded: dict[str, Counter[tuple[str, str]]] = {}
        self._keys = tuple(keys)
        self.tied: dict[str, list[str | None]] = {column: [] for column in tied}
        self._there: Mapping[str, pa.ChunkedArray] = {}
        self._sent_back: list[pa.RecordBatch] = []
        self.unreadable_keys = 0  # rejected rows of which nobody can say which row they are
        self.delivered = self.accepted = 0
        self.rejected = Quarantine()
        self.schema = target_schema(rules).append(pa.field(ROW_COLUMN, pa.int64()))

    @property
    def problems(self) -> list[Problem]:
        """Each fault with the number of rows that have it, the most frequent first."""
        return [
            Problem(
                label,
                code,
                rows,
                self._params[label, code],
                "warn" if (label, code) in self._warned else "reject",
            )
            for (label, code), rows in self._counts.most_common()
        ]

    @property
    def tally(self) -> Tally:
        """What the batch's score is made of."""
        return self._tallying.tally

    @property
    def asked(self) -> frozenset[str]:
        """The dimensions of quality that the rules ask for."""
        asked = {dimension_of(rule.code) for rule in self._quality.rules}
        unique = any(rule.unique for rule in self._rules)
        return frozenset(asked | {UNIQUENESS} if unique else asked)

    @property
    def understood(self) -> dict[str, str]:
        """What the reader understood, and which words were taken for codes, how often."""
        understood = dict(self._delivery.understood)
        if self._worded:
            understood["code_words"] = "; ".join(
                f"{label}: " + ", ".join(f"{word} → {code} ({n:,})" for (word, code), n in counts)
                for label, counts in (
                    (label, counted.most_common()) for label, counted in self._worded.items()
                )
            )
        return understood

    def know(self, there: Mapping[str, pa.ChunkedArray]) -> None:
        """Values of unique items that stand in the table already; before anything passes."""
        self._there = there

    def accepted_batches(self) -> Generator[pa.RecordBatch]:
        """The accepted rows in the lake's types, with the row number of the source."""
        seen = Seen()
        for name, values in self._there.items():
            array = values.combine_chunks()
            seen.repeated(name, array, np.ones(len(array), dtype=bool))
        with ahead(self._delivery.chunks()) as chunks:
            for chunk in chunks:
                if not self.guesses:
                    self._guess(chunk)
                accepted = self._passed(chunk, seen)
                if accepted.num_rows:
                    yield accepted

    def _guess(self, chunk: Chunk) -> None:
        """By the first rows; no value is kept."""
        head = chunk.arrow.slice(0, GUESSED_BY)
        for column in self._unknown:
            values = [value or "" for value in head.column(column).to_pylist()]
            rule, _ = guess_rule(column, column, values, divisions=self._divisions)
            self.guesses[column] = rule

    def _passed(self, chunk: Chunk, seen: Seen) -> pa.RecordBatch:
        rows = chunk.arrow
        typed, faults = check_columns(
            pa.RecordBatch.from_arrays(
                [rows.column(column) for column in self._columns.values()], list(self._columns)
            ),
            self._rules,
            divisions=self._divisions,
            seen=seen,
            may_be_unreadable=chunk.may_be_unreadable,
        )
        self._apply_marks(chunk, faults)
        self._note_words(rows)
        warned = self._judge_together(typed, faults, seen)
        rejected = faults.rejected
        self._reject(chunk, faults, np.flatnonzero(rejected))
        for column, taken in self.tied.items():
            taken.extend(rows.column(column).filter(of_mask(~rejected)).to_pylist())
        if self._keys:
            self._note_keys(typed, faults, broken=len(chunk.broken))
        numbered = pa.RecordBatch.from_arrays(
            [*typed.columns, of_integers(chunk.numbers)], schema=self.schema
        )
        accepted = numbered.filter(of_mask(~rejected)) if rejected.any() else numbered
        self._tallying.add(
            accepted.select(list(self._by_name)), faults, warned, broken=len(chunk.broken)
        )
        self.delivered += chunk.height + len(chunk.broken)
        self.accepted += accepted.num_rows
        return accepted

    def _note_words(self, rows: pa.RecordBatch) -> None:
        """Count what is written in words where the item holds codes."""
        for rule in self._rules:
            if not rule.words or rule.name not in self._columns:
                continue
            codes = dict(rule.words)
            written = pc.utf8_trim(rows.column(self._columns[rule.name]), BLANKS)
            worded = written.filter(pc.is_in(written, pa.array(codes, written.type)))
            for found in pc.value_counts(worded).to_pylist():
                counted = self._worded.setdefault(rule.label, Counter())
                counted[found["values"], codes[found["values"]]] += found["counts"]

    def _note_keys(self, typed: pa.RecordBatch, faults: Faults, *, broken: int) -> None:
        """Which rows were sent back: the ones there are stay until they come right.

        A key that is wrong in itself may have been read as any, and says nothing.
        """
        readable = np.ones(typed.num_rows, dtype=bool)
        for item, code, positions in faults.found:
            if item in self._keys and code != "unique":
                readable[positions] = False
        rejected = faults.rejected
        keys = typed.select(list(self._keys)).filter(of_mask(rejected))
        whole = keys.filter(of_mask(readable[rejected])).drop_null()
        self.unreadable_keys += broken + keys.num_rows - whole.num_rows
        if whole.num_rows:
            self._sent_back.append(whole)

    def spared_keys(self) -> pa.Table | None:
        """The keys of rejected rows; ``None`` where one of them has no key that can be read."""
        if self.unreadable_keys:
            return None
        schema = pa.schema([self.schema.field(name) for name in self._keys])
        return pa.Table.from_batches(self._sent_back, schema)

    def _judge_together(
        self, typed: pa.RecordBatch, faults: Faults, seen: Seen
    ) -> list[tuple[str, Positions]]:
        """The quality rules, for rows in which every value for itself is right.

        Faults are noted; what comes back is what was only warned of, by code.
        """
        if not self._quality.rules:
            return []
        found = judge_rows(
            typed,
            self._quality.rules,
            self._kinds,
            wanted=~faults.rejected,
            seen=seen,
            references=self._quality.references,
        )
        for rule, positions in found:
            if rule.severity == "reject":
                faults.add(f"{RULE_MARK}{rule.name}", rule.code, positions)
        rejected = faults.rejected
        for rule, positions in found:
            if rule.severity == "warn" and (rows := int((~rejected[positions]).sum())):
                fault = self._together(rule)
                self._count(fault, rows)
                self._warned.add((fault.label, fault.code))
        return [(rule.code, positions) for rule, positions in found if rule.severity == "warn"]

    def _together(self, rule: QualityRule) -> RowFault:
        labels = ", ".join(self._by_name[name].label for name in rule.items)
        params = {
            "range": {"low": rule.low or "…", "high": rule.high or "…"},
            "pattern": {"pattern": rule.pattern},
            "reference": {"dataset": rule.dataset},
        }.get(rule.kind, {})
        column = self._columns[rule.items[0]] if len(rule.items) == 1 else ""
        return RowFault(labels, rule.code, {**params, "rule": rule.name}, column)

    def _apply_marks(self, chunk: Chunk, faults: Faults) -> None:
        """What only the reader saw outweighs what the value then looks like."""
        by_column = {column: name for name, column in self._columns.items()}
        marked: dict[tuple[str, str], list[int]] = {}
        for mark in chunk.marks:
            if mark.column in by_column:
                marked.setdefault((by_column[mark.column], mark.code), []).append(mark.position)
        for (name, code), positions in marked.items():
            where = np.array(positions)
            found, faults.found = faults.found, []
            for item, problem, rows in found:
                faults.add(item, problem, rows[~np.isin(rows, where)] if item == name else rows)
            faults.add(name, code, where)

    def _reject(self, chunk: Chunk, faults: Faults, positions: np.ndarray) -> None:
        """Broken rows and rows with faults, in the order of the source."""
        sheet = json.dumps(chunk.sheet)
        rows = [(row.number, self._broken(row, sheet)) for row in chunk.broken]
        if positions.size:
            entries = {
                (item, code): self._noted(item, code, len(places))
                for item, code, places in faults.found
            }
            found = rows_with_faults(faults)
            numbers = chunk.numbers[positions].tolist()
            values = value_texts(chunk.arrow.take(of_integers(positions)))
            for position, number, text in zip(positions.tolist(), numbers, values, strict=True):
                wrong = [entries[kind] for kind in found[position]]
                rows.append((number, row_text(number, sheet, wrong, text)))
        rows.sort(key=lambda row: row[0])
        self.rejected.add([text for _, text in rows])

    def _broken(self, row: BrokenRow, sheet: str) -> str:
        fault = RowFault("", "fields", {"found": row.found, "expected": row.expected})
        self._count(fault, 1)
        return row_text(row.number, sheet, [fault_text(fault)], broken_values(row.text))

    def _noted(self, item: str, code: str, rows: int) -> str:
        """Count a fault of ``rows`` rows; how each of them keeps it."""
        if item.startswith(RULE_MARK):
            fault = self._together(self._rules_by_name[item.removeprefix(RULE_MARK)])
            self._count(fault, rows)
            return fault_text(fault)
        rule = self._by_name[item]
        params: dict[str, object] = {}
        if code == "length":
            params["length"] = rule.length
        elif code == "codes":
            params["codes"] = ", ".join(rule.codes)
        fault = RowFault(rule.label, code, params, self._columns[item])
        self._count(fault, rows)
        return fault_text(fault)

    def _count(self, fault: RowFault, rows: int) -> None:
        self._counts[fault.label, fault.code] += rows
        self._params.setdefault((fault.label, fault.code), fault.params)
