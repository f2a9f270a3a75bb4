"""What happens to each batch of records before they are joined: one form for every value.

Text is put into form here and not in SQL, because engines differ on letters (upper case,
white space, what counts as a date). No Django: workers of a distributed engine import this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.rules.border import BLANKS
from yitang.data.collection.rules.writings import credit_problems, dates, identity_numbers
from yitang.data.fusion.rules import DATE_FIELDS, Base, RecordSource, stable_id
from yitang.data.lake.rules import BATCH_COLUMN, GATHERED_COLUMN, Step

# What is compared to count a conflict: 阿卜杜·热合曼 and 阿卜杜热合曼 are one name.
COMPARED: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "name": lambda value: value.str.to_uppercase().str.replace_all(r"[\s·•・．.（）()]", ""),
    "nation": lambda value: value.str.strip_suffix("族"),
    "legal_representative": lambda value: value.str.to_uppercase().str.replace_all(
        r"[\s·•・．.]", ""
    ),
}


def compared_column(name: str) -> str:
    """The column beside ``name`` with the form in which its values are compared."""
    return f"{name}_compared"


def compared_fields(base: Base, source: RecordSource) -> list[str]:
    """The fields of a source that have a form of their own to be compared in."""
    return [name for name in source.columns if name in COMPARED and name in base.single_valued]


def source_columns(source: RecordSource) -> list[str]:
    """The lake's columns that a source needs, each once."""
    wanted = [source.key, *source.columns.values(), BATCH_COLUMN, GATHERED_COLUMN]
    return list(dict.fromkeys(wanted))


def source_step(base: Base, source: RecordSource) -> Step:
    """Records with their verified number (else null) and every value in one form."""
    schema = pa.schema(
        [
            ("record", pa.string()),
            ("batch", pa.string()),
            ("as_of", pa.int64()),  # seconds since 1970
            ("day", pa.date32()),
            ("number", pa.string()),
            ("is_missing", pa.bool_()),
            *((name, pa.string()) for name in source.columns if name != base.key_role),
            *((compared_column(name), pa.string()) for name in compared_fields(base, source)),
        ]
    )
    return Step(schema, partial(normalised, base=base, source=source, schema=schema))


def normalised(
    batch: pa.RecordBatch, *, base: Base, source: RecordSource, schema: pa.Schema
) -> pa.RecordBatch:
    """One batch of a source's records, in the columns of ``schema``."""
    frame = pl.DataFrame(pa.Table.from_batches([batch]))
    raw = _text(frame[source.columns[base.key_role]])
    number, _ = verified_numbers(base.key_role, raw)
    gathered = pl.col(GATHERED_COLUMN)
    made = frame.select(
        pl.col(source.key).cast(pl.String).alias("record"),
        pl.col(BATCH_COLUMN).alias("batch"),
        gathered.dt.epoch("s").alias("as_of"),
        gathered.dt.date().alias("day"),
    ).with_columns(number.alias("number"), raw.is_null().alias("is_missing"))
    made = made.with_columns(
        _value(frame[column], name).alias(name)
        for name, column in source.columns.items()
        if name != base.key_role
    ).with_columns(
        COMPARED[name](pl.col(name)).alias(compared_column(name))
        for name in compared_fields(base, source)
    )
    return _batch(made, schema)


def id_step(base: Base, key: bytes) -> Step:
    """Numbers with the stable id that ``key`` makes of each."""
    schema = pa.schema([("number", pa.string()), (base.id_column, pa.string())])
    return Step(schema, partial(with_ids, key=key, schema=schema))


def with_ids(batch: pa.RecordBatch, *, key: bytes, schema: pa.Schema) -> pa.RecordBatch:
    numbers = batch["number"].to_pylist()
    ids = [stable_id(key, number) for number in numbers]
    return pa.record_batch([pa.array(numbers, pa.string()), pa.array(ids, pa.string())], schema)


def verified_numbers(role: str, values: pl.Series) -> tuple[pl.Series, np.ndarray]:
    """Numbers in one form, null unless they fit their check; and which were wrong."""
    if role == "identity_number":
        numbers, problems = identity_numbers(values)
    else:
        numbers = values.str.to_uppercase()
        problems = credit_problems(numbers)
    wrong = np.zeros(len(values), dtype=bool)
    for mask in problems.values():
        wrong |= mask
    return numbers.set(pl.Series(wrong), None), wrong


def _text(values: pl.Series) -> pl.Series:
    return values.cast(pl.String).str.strip_chars(BLANKS).replace("", None)


def _value(values: pl.Series, name: str) -> pl.Series:
    """Text without blanks around it; dates as ISO text, null where there is none."""
    if name not in DATE_FIELDS:
        return _text(values)
    found = values if values.dtype == pl.Date else dates(_text(values))
    return found.cast(pl.String)


def _batch(frame: pl.DataFrame, schema: pa.Schema) -> pa.RecordBatch:
    table = frame.select(schema.names).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(schema).combine_chunks().to_batches()[0]
