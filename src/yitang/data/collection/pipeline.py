"""The border rules over columns: the same answers as ``rules.border``, a million rows at a time.

Polars expressions; only values in an unusual writing (full width, 15 digits) take the plain
rules. Dates and numbers with a check digit: ``rules.writings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from .rules.border import BLANKS, INTEGER_TYPES, NO, NUMBER_TYPES, YES, ItemRule
from .rules.writings import Mask, credit_problems, dates, identity_numbers

POLARS_TYPES: Mapping[str, pl.DataType] = {
    "I": pl.Int64(),
    "N": pl.Float64(),
    "B": pl.Float64(),
    "F": pl.Float64(),
    "Y": pl.Float64(),
    "D": pl.Date(),
    "T": pl.Datetime("us"),
    "L": pl.Boolean(),
}
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_INTEGER = r"^[+-]?[0-9]{1,18}$"


@dataclass(slots=True)
class Faults:
    """What is wrong in one chunk: for each (item, problem) the positions of the rows."""

    rows: int
    found: list[tuple[str, str, np.ndarray]] = field(default_factory=list)

    def add(self, item: str, code: str, mask: pl.Series | Mask) -> None:
        positions = np.flatnonzero(np.asarray(mask))
        if positions.size:
            self.found.append((item, code, positions))

    @property
    def rejected(self) -> Mask:
        """True for each row with at least one fault."""
        mask = np.zeros(self.rows, dtype=bool)
        for _, _, positions in self.found:
            mask[positions] = True
        return mask


class Seen:
    """Values of unique items in the chunks before, as 64-bit hashes.

    Two different values share a hash once in 10^19 pairs; among ten million values the chance
    of one false repetition is about 3 in a million, and it would only be sent back to be
    looked at.
    """

    def __init__(self) -> None:
        self._hashes: dict[str, list[pl.Series]] = {}

    def repeated(self, name: str, values: pl.Series, wanted: Mask) -> Mask:
        """Which of the ``wanted`` values stood before, here or in an earlier chunk."""
        hashes = values.hash(seed=0)
        again: Mask = ~hashes.is_first_distinct().to_numpy()
        for earlier in self._hashes.setdefault(name, []):
            again |= hashes.is_in(earlier.implode()).to_numpy()
        result: Mask = again & values.is_not_null().to_numpy()
        self._hashes[name].append(hashes.filter(pl.Series(wanted)))
        return result


def target_schema(rules: Sequence[ItemRule]) -> dict[str, pl.DataType]:
    """The types under which accepted rows go into the lake."""
    return {rule.name: POLARS_TYPES.get(rule.type, pl.String()) for rule in rules}


def check_frame(
    frame: pl.DataFrame,
    rules: Sequence[ItemRule],
    *,
    divisions: pl.Series,
    seen: Seen,
    may_be_unreadable: bool = False,
) -> tuple[pl.DataFrame, Faults]:
    """All rows with typed values (a wrong one is null), and what is wrong with which of them.

    ``frame`` has one text column for each rule, by the item's name. The caller keeps the rows
    without faults.
    """
    faults = Faults(frame.height)
    typed: dict[str, pl.Series] = {}
    stripped = frame.select(
        pl.col(rule.name).str.strip_chars(BLANKS).replace("", None) for rule in rules
    )
    for rule in rules:
        values = stripped[rule.name]
        if rule.required:
            faults.add(rule.name, "required", values.is_null())
        if may_be_unreadable:
            broken = values.str.contains("\ufffd", literal=True).fill_null(value=False)
            faults.add(rule.name, "unreadable", broken)
            values = values.set(broken, None)
        typed[rule.name] = _checked(values, rule, divisions, faults)
    for rule in rules:
        if rule.unique:
            fine = ~faults.rejected
            repeated = seen.repeated(rule.name, typed[rule.name], fine)
            faults.add(rule.name, "unique", repeated)
    return pl.DataFrame(typed), faults


def _checked(values: pl.Series, rule: ItemRule, divisions: pl.Series, faults: Faults) -> pl.Series:
    """The typed values of one column; where a rule is broken the fault is noted."""
    converted, wrong = _converted(values, rule.type)
    if wrong is not None:
        faults.add(rule.name, _type_problem(rule.type), wrong)
    good = values.is_not_null() if wrong is None else values.is_not_null() & ~wrong
    if rule.rule == "identity_number":
        converted, problems = identity_numbers(values)
        for code, mask in problems.items():
            faults.add(rule.name, code, mask)
            good &= pl.Series(~mask)
    elif rule.rule == "credit_code":
        converted = values.str.to_uppercase()
        for code, mask in credit_problems(converted).items():
            faults.add(rule.name, code, mask)
            good &= pl.Series(~mask)
    elif rule.rule in {"division", "mobile"}:
        kept = (
            values.is_in(divisions.implode())
            if rule.rule == "division"
            else values.str.contains(r"^1[0-9]{10}$")
        )
        wrong = good & ~kept.fill_null(value=False)
        faults.add(rule.name, rule.rule, wrong)
        good &= ~wrong
    if rule.codes:
        wrong = good & ~values.is_in(list(rule.codes)).fill_null(value=False)
        faults.add(rule.name, "codes", wrong)
        good &= ~wrong
    if rule.length is not None:
        text = converted if converted.dtype == pl.String else values
        faults.add(
            rule.name, "length", good & (text.str.len_chars() > rule.length).fill_null(value=False)
        )
    return converted


def _type_problem(kind: str) -> str:
    if kind in INTEGER_TYPES:
        return "integer"
    if kind in NUMBER_TYPES:
        return "number"
    return {"D": "date", "T": "moment", "L": "boolean"}[kind]


def _converted(values: pl.Series, kind: str) -> tuple[pl.Series, pl.Series | None]:
    """The column in its type, and which values do not have it (``None``: any text will do)."""
    if kind in INTEGER_TYPES | NUMBER_TYPES:
        plain = values.str.replace_all(",", "", literal=True)
        form = _INTEGER if kind in INTEGER_TYPES else _NUMBER
        fits = plain.str.contains(form).fill_null(value=False)
        converted = plain.set(~fits, None).cast(POLARS_TYPES[kind], strict=False)
    elif kind == "D":
        converted = dates(values)
        fits = converted.is_not_null()
    elif kind == "T":
        converted = moments(values)
        fits = converted.is_not_null()
    elif kind == "L":
        lower = values.str.to_lowercase()
        yes, no = lower.is_in(list(YES)), lower.is_in(list(NO))
        fits = (yes | no).fill_null(value=False)
        converted = yes.set(~fits, None)
    else:
        return values, None
    return converted, values.is_not_null() & ~fits


def moments(values: pl.Series) -> pl.Series:
    """Dates with a time of day, to the second; a bare date is its midnight."""
    timed = values.set(~values.str.contains(_MOMENT).fill_null(value=False), None)
    timed = timed.str.replace("T", " ", literal=True)
    seconds = timed.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    minutes = timed.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us")
    rest = dates(values.set(timed.is_not_null(), None)).cast(pl.Datetime("us"))
    whole = pl.DataFrame({"s": seconds, "m": minutes, "r": rest})
    found = whole.select(pl.coalesce("s", "m", "r").alias(values.name))[values.name]
    first = pl.Series([date(1, 1, 1)]).cast(pl.Datetime("us"))[0]
    return found.set((found < first).fill_null(value=False), None)


def rows_with_faults(faults: Faults) -> dict[int, list[tuple[str, str]]]:
    """Position of each rejected row to its (item, problem) pairs, in the order of the rules."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for item, code, positions in faults.found:
        for position in positions.tolist():
            rows.setdefault(position, []).append((item, code))
    return rows


def text_frame(rows: Iterable[Sequence[str | None]], columns: Sequence[str]) -> pl.DataFrame:
    """Rows of texts as a frame whose columns are all text."""
    return pl.DataFrame(
        list(rows), schema=dict.fromkeys(columns, pl.String), orient="row", strict=False
    )
