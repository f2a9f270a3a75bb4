"""Rows that stay in a table whose items have other types by now: each value is read anew.

A text is read as the border reads it, anything else must come back the same from its new type.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.errors import ValuesUnfit
from yitang.data.collection.pipeline import Seen, check_columns, of_mask
from yitang.data.collection.rules import ItemRule, shape_of

_EXAMPLE_LENGTH = 40


def read_anew(
    rows: pa.Table, schema: pa.Schema, rules: Mapping[str, ItemRule], dataset: str
) -> pa.Table:
    """The rows with the columns of ``schema``; one that is new has no value.

    Raises ``ValuesUnfit`` where a value would be another, or none.
    """
    columns = []
    for field in schema:
        if field.name not in rows.schema.names:
            columns.append(pa.nulls(rows.num_rows, field.type))
            continue
        before = rows[field.name].combine_chunks()
        if before.type == field.type:
            columns.append(before)
            continue
        now = _retyped(before, field.type, rules[field.name])
        lost = before.filter(pc.and_(before.is_valid(), now.is_null()))
        if len(lost):
            raise _unfit(lost, rules[field.name], dataset)
        columns.append(now)
    return pa.Table.from_arrays(columns, schema=schema)


def _unfit(lost: pa.Array, rule: ItemRule, dataset: str) -> ValuesUnfit:
    example = str(lost[0].as_py())[:_EXAMPLE_LENGTH]
    return ValuesUnfit(
        dataset=dataset, label=rule.label, values=len(lost),
        example=shape_of(example) if rule.sensitive else example,
    )  # fmt: skip


def _retyped(before: pa.Array, kind: pa.DataType, rule: ItemRule) -> pa.Array:
    """The values in their new type, and none where that would not be the value."""
    if before.type == pa.string():
        return _read(before, rule)
    if kind == pa.string():
        return _written(before)
    try:
        now = before.cast(kind, safe=False)
        same = pc.equal(now.cast(before.type, safe=False), before)
    except pa.ArrowNotImplementedError:  # a date is no number
        return pa.nulls(len(before), kind)
    return pc.if_else(same, now, pa.nulls(len(before), kind))


def _read(texts: pa.StringArray, rule: ItemRule) -> pa.Array:
    typed, faults = check_columns(
        pa.record_batch([texts], names=[rule.name]),
        [ItemRule(rule.name, rule.label, rule.type)],
        divisions=frozenset(),
        seen=Seen(),
    )
    values = typed.column(0)
    return pc.if_else(of_mask(faults.rejected), pa.nulls(len(values), values.type), values)


def _written(values: pa.Array) -> pa.StringArray:
    """As a delivery would write them."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("s"), safe=False)
    return values.cast(pa.string())
