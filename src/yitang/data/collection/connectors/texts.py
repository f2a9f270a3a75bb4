"""Values of any type as the text the border judges, the same from every kind of source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from .delivery import CellMark

LOCAL = ZoneInfo("Asia/Shanghai")
Text = str | None


def value_text(value: object) -> Text:
    """One value: whole numbers without a point, moments in local time to the second."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    if isinstance(value, datetime):
        local = value.astimezone(LOCAL) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, int | timedelta):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def is_nested(value: object) -> bool:
    """Whether a value is several: no column can hold it."""
    return isinstance(value, list | tuple | dict | set)


def flattened(record: Mapping[str, object], *, depth: int = 3) -> dict[str, object]:
    """Records inside a record as columns of their own: ``address.city``."""
    found: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and depth:
            inner = flattened(value, depth=depth - 1)
            found |= {f"{key}.{name}": part for name, part in inner.items()}
        else:
            found[key] = value
    return found


def records_frame(
    records: Sequence[Mapping[str, object]], columns: Sequence[str]
) -> tuple[pl.DataFrame, list[CellMark]]:
    """Flat records as text columns; cells that hold a list are marked."""
    marks = [
        CellMark(position, column, "nested")
        for position, record in enumerate(records)
        for column, value in record.items()
        if is_nested(value)
    ]
    texts = [[value_text(record.get(column)) for column in columns] for record in records]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame, marks


def flat_table(table: pa.Table) -> pa.Table:
    """Structs taken apart into columns of their own."""
    for _ in range(4):
        if not any(pa.types.is_struct(field.type) for field in table.schema):
            break
        table = table.flatten()
    return table


def arrow_frame(table: pa.Table) -> tuple[pl.DataFrame, list[CellMark]]:
    """Arrow columns as text columns, the nested ones marked where they hold something."""
    texts, marks = dict[str, pl.Series](), list[CellMark]()
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_nested(field.type):
            values = column.to_pylist()
            marks += [
                CellMark(at, field.name, "nested")
                for at, value in enumerate(values)
                if value is not None
            ]
            texts[field.name] = pl.Series(field.name, map(value_text, values), dtype=pl.String)
        else:
            texts[field.name] = _column(field.name, column, field.type)
    return pl.DataFrame(texts), marks


def _column(name: str, column: pa.ChunkedArray, kind: pa.DataType) -> pl.Series:
    """Common types at the speed of columns, rare ones value by value."""
    if pa.types.is_dictionary(kind):
        return _column(name, column.cast(kind.value_type), kind.value_type)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        column = column.cast(pa.large_string())
    elif pa.types.is_boolean(kind):
        column = pc.if_else(column, "1", "0")
    elif pa.types.is_date(kind):
        column = pc.strftime(column.cast(pa.date32()), format="%Y-%m-%d")
    elif pa.types.is_timestamp(kind) and kind.tz is None:
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    else:
        return pl.Series(name, map(value_text, column.to_pylist()), dtype=pl.String)
    series = pl.from_arrow(column)
    if not isinstance(series, pl.Series):
        raise TypeError("a column makes a series")
    return series.cast(pl.String).alias(name)
