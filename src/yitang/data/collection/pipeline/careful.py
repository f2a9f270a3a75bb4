"""Values in any writing that the rules take, and what is wrong with the others.

Polars expressions; only values in an unusual writing (full width, 15 digits) take the plain
rules. Dates and numbers with a check digit: ``rules.writings``.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

import numpy as np
import polars as pl

from yitang.data.collection.rules.border import (
    BLANKS,
    INTEGER_TYPES,
    NO,
    NUMBER_TYPES,
    YES,
    ItemRule,
)
from yitang.data.collection.rules.writings import (
    Mask,
    credit_problems,
    dates,
    identity_numbers,
)

from .faults import Faults, Positions

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


def judged(
    texts: pl.Series, rule: ItemRule, divisions: Set[str], *, may_be_unreadable: bool
) -> tuple[pl.Series, list[tuple[str, Positions]]]:
    """The typed values, and for each problem the places that have it."""
    faults = Faults(len(texts))
    values = texts.str.strip_chars(BLANKS).replace("", None)
    if rule.words:
        values = values.replace(dict(rule.words))
    if rule.required:
        _note(faults, "required", values.is_null())
    if may_be_unreadable:
        broken = values.str.contains("\ufffd", literal=True).fill_null(value=False)
        _note(faults, "unreadable", broken)
        values = values.set(broken, None)
    converted = _checked(values, rule, divisions, faults)
    return converted, [(code, positions) for _, code, positions in faults.found]


def _note(faults: Faults, code: str, mask: pl.Series | Mask) -> None:
    faults.add("", code, np.flatnonzero(np.asarray(mask)))


def _checked(values: pl.Series, rule: ItemRule, divisions: Set[str], faults: Faults) -> pl.Series:
    """The typed values of one column; where a rule is broken the fault is noted."""
    converted, wrong = _converted(values, rule.type)
    if wrong is not None:
        _note(faults, _type_problem(rule.type), wrong)
    good = values.is_not_null() if wrong is None else values.is_not_null() & ~wrong
    if rule.rule == "identity_number":
        converted, problems = identity_numbers(values)
        for code, mask in problems.items():
            _note(faults, code, mask)
            good &= pl.Series(~mask)
    elif rule.rule == "credit_code":
        converted = values.str.to_uppercase()
        for code, mask in credit_problems(converted).items():
            _note(faults, code, mask)
            good &= pl.Series(~mask)
    elif rule.rule in {"division", "mobile"}:
        kept = (
            pl.Series([value in divisions for value in values], dtype=pl.Boolean)
            if rule.rule == "division"
            else values.str.contains(r"^1[0-9]{10}$")
        )
        wrong = good & ~kept.fill_null(value=False)
        _note(faults, rule.rule, wrong)
        good &= ~wrong
    if rule.codes:
        wrong = good & ~values.is_in(list(rule.codes)).fill_null(value=False)
        _note(faults, "codes", wrong)
        good &= ~wrong
    if rule.length is not None:
        text = converted if converted.dtype == pl.String else values
        too_long = (text.str.len_chars() > rule.length).fill_null(value=False)
        _note(faults, "length", good & too_long)
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
