"""A chunk of rows against the rules of a dataset's items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.rules.border import ItemRule
from yitang.data.collection.rules.writings import Mask

from .arrays import no_value, of_integers, of_mask
from .careful import judged
from .faults import Faults
from .plain import plain_values
from .seen import Seen
from .texts import Texts

_TYPES: Mapping[str, pa.DataType] = {
    "I": pa.int64(),
    **dict.fromkeys("NBFY", pa.float64()),
    "D": pa.date32(),
    "T": pa.timestamp("us"),
    "L": pa.bool_(),
}


def target_schema(rules: Sequence[ItemRule]) -> pa.Schema:
    """The types under which accepted rows go into the lake."""
    return pa.schema([(rule.name, _TYPES.get(rule.type, pa.string())) for rule in rules])


def check_columns(
    rows: pa.RecordBatch,
    rules: Sequence[ItemRule],
    *,
    divisions: Set[str],
    seen: Seen,
    may_be_unreadable: bool = False,
) -> tuple[pa.RecordBatch, Faults]:
    """All rows with typed values (a wrong one may be any), and what is wrong with which of them.

    ``rows`` has one text column for each rule, by the item's name. The caller keeps the rows
    without faults.
    """
    faults = Faults(rows.num_rows)
    schema = target_schema(rules)
    columns = []
    for rule in rules:
        texts = Texts(rows.column(rule.name), may_be_unreadable=may_be_unreadable)
        values = _checked(texts, rule, divisions, faults, may_be_unreadable=may_be_unreadable)
        kind = schema.field(rule.name).type
        columns.append(values if values.type == kind else values.cast(kind))
    for rule, values in zip(rules, columns, strict=True):
        if rule.unique:
            repeated = seen.repeated(rule.name, values, ~faults.rejected)
            faults.add(rule.name, "unique", np.flatnonzero(repeated))
    return pa.RecordBatch.from_arrays(columns, schema=schema), faults


def _checked(
    texts: Texts, rule: ItemRule, divisions: Set[str], faults: Faults, *, may_be_unreadable: bool
) -> pa.Array:
    """The typed values of one column; where a rule is broken the fault is noted.

    Most values are known at once. The rest is judged with care, and only where care mended
    one (full width, another form of date) is the column put together anew.
    """
    values, known = plain_values(texts, rule, divisions)
    if rule.required:
        faults.add(rule.name, "required", np.flatnonzero(texts.empty))
    rest = np.flatnonzero(~(known | texts.empty))
    if not rest.size:
        return _nulled(values, texts.empty)
    odd = pl.Series(values=texts.array.take(of_integers(rest)))
    converted, problems = judged(odd, rule, divisions, may_be_unreadable=may_be_unreadable)
    mended = np.ones(rest.size, dtype=bool)
    for code, positions in problems:
        faults.add(rule.name, code, rest[positions])
        mended[positions] = False
    if not mended.any():
        return _nulled(values, texts.empty)
    values, places = _nulled(values, ~known), np.zeros(len(texts), dtype=bool)
    places[rest] = True
    found = converted.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(values.type)
    return pc.replace_with_mask(values, of_mask(places), found)


def _nulled(values: pa.Array, mask: Mask) -> pa.Array:
    if not mask.any():
        return values
    return pc.if_else(of_mask(mask), no_value(values.type), values)
