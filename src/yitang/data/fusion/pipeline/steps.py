"""What happens to each batch of records before they are joined: one form for every value.

Text is put into form here and not in SQL, because engines differ on letters (upper case,
white space, what counts as a date). No Django: workers of a distributed engine import this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
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


# A claim is one text whose order is the order of belief: authority, how long before the end of
# time it was gathered, position of its source, and then the value itself.
_RANK, _AGE, _DAY, _POSITION = 7, 11, 10, 4
_END = 10 ** (_AGE - 1)  # seconds since 1970, far ahead
_DAY_AT = _RANK + _AGE
_POSITION_AT = _DAY_AT + _DAY
_VALUE_AT = _POSITION_AT + _POSITION
_MALE, _FEMALE = ("1", "男", "男性", "M", "m", "male"), ("2", "女", "女性", "F", "f", "female")


def compared_column(name: str) -> str:
    """The column beside ``name`` with the form in which its values are compared."""
    return f"{name}_compared"


def rank_text(authority: int) -> str:
    """The beginning of a claim."""
    return f"{authority:0{_RANK}d}"


def source_columns(source: RecordSource) -> list[str]:
    """The lake's columns that a source needs, each once."""
    wanted = [source.key, *source.columns.values(), BATCH_COLUMN, GATHERED_COLUMN]
    return list(dict.fromkeys(wanted))


def records_schema(base: Base, fields: Sequence[str]) -> pa.Schema:
    """The records of all sources in one table."""
    return pa.schema(
        [
            ("source", pa.int64()),
            ("record", pa.string()),
            ("batch", pa.string()),
            ("number", pa.string()),
            ("is_missing", pa.bool_()),
            ("gathered", pa.string()),  # the middle of a claim: age, day and position
            *((name, pa.string()) for name in fields),
            *((compared_column(name), pa.string()) for name in compared_fields(base, fields)),
        ]
    )


def compared_fields(base: Base, fields: Sequence[str]) -> list[str]:
    """The fields that have a form of their own to be compared in."""
    return [name for name in fields if name in COMPARED and name in base.single_valued]


def source_step(base: Base, position: int, source: RecordSource, fields: Sequence[str]) -> Step:
    """Records with their verified number (else null) and every value in one form."""
    schema = records_schema(base, fields)
    work = partial(normalised, base=base, position=position, source=source, schema=schema)
    return Step(schema, work)


def normalised(
    batch: pa.RecordBatch, *, base: Base, position: int, source: RecordSource, schema: pa.Schema
) -> pa.RecordBatch:
    """One batch of a source's records, in the columns of ``schema``."""
    frame = pl.DataFrame(pa.Table.from_batches([batch]))
    raw = _text(frame[source.columns[base.key_role]])
    number, _ = verified_numbers(base.key_role, raw)
    own = [name for name in source.columns if name != base.key_role]
    made = frame.select(
        pl.lit(position, pl.Int64).alias("source"),
        pl.col(source.key).cast(pl.String).alias("record"),
        pl.col(BATCH_COLUMN).alias("batch"),
        _gathered(pl.col(GATHERED_COLUMN), position).alias("gathered"),
        number.alias("number"),
        raw.is_null().alias("is_missing"),
        *(_value(frame[source.columns[name]], name).alias(name) for name in own),
    ).with_columns(
        COMPARED[name](pl.col(name)).alias(compared_column(name))
        for name in compared_fields(base, own)
    )
    absent = (pl.lit(None, pl.String).alias(n) for n in schema.names if n not in made.columns)
    return _batch(made.with_columns(absent), schema)


def entity_step(
    base: Base, schema: pa.Schema, *, derived: Set[str], datasets: Sequence[str], key: bytes
) -> Step:
    """Numbers and the claim that wins for each field, as rows of the base.

    ``derived`` are fields that the number itself tells where nobody else does; ``datasets``
    those of the sources, ``key`` makes the stable id of a number.
    """
    work = partial(
        as_entities, base=base, schema=schema, derived=derived, datasets=datasets, key=key
    )
    return Step(schema, work)


def as_entities(
    batch: pa.RecordBatch,
    *,
    base: Base,
    schema: pa.Schema,
    derived: Set[str],
    datasets: Sequence[str],
    key: bytes,
) -> pa.RecordBatch:
    claims = pl.DataFrame(pa.Table.from_batches([batch]))
    numbers = claims["number"]
    ids = [stable_id(key, number) for number in numbers]
    columns = [pl.Series(base.id_column, ids, pl.String), numbers.alias(base.key_role)]
    names = {str(position): dataset for position, dataset in enumerate(datasets)}
    for name in claims.columns[1:]:
        claim = pl.col(name)
        value = claim.str.slice(_VALUE_AT)
        if name in derived:
            value = value.fill_null(_derived(name, pl.col("number")))
        position = claim.str.slice(_POSITION_AT, _POSITION).str.strip_chars()
        taken = claims.select(
            (value.str.to_date("%Y-%m-%d") if name in DATE_FIELDS else value).alias(name),
            position.replace_strict(names, return_dtype=pl.String).alias(f"{name}_from"),
            claim.str.slice(_DAY_AT, _DAY).str.to_date("%Y-%m-%d").alias(f"{name}_as_of"),
        )
        columns += taken.get_columns()
    return _batch(pl.DataFrame(columns), schema)


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
    if name in DATE_FIELDS:
        found = values if values.dtype == pl.Date else dates(_text(values))
        return found.cast(pl.String)
    text = _text(values)
    if name == "sex":
        return text.replace(dict.fromkeys(_MALE, "1") | dict.fromkeys(_FEMALE, "2"))
    if name == "phone":
        return text.str.replace_all("[^0-9+]", "").replace("", None)
    return text


def _gathered(moment: pl.Expr, position: int) -> pl.Expr:
    """What every claim of a record has between its authority and its value."""
    age = (_END - moment.dt.epoch("s")).cast(pl.String).str.zfill(_AGE)
    day = moment.dt.date().cast(pl.String)
    return pl.concat_str(age, day, pl.lit(f"{position:{_POSITION}d}"))


def _derived(name: str, number: pl.Expr) -> pl.Expr:
    """What an identity number itself says."""
    if name == "sex":
        is_male = number.str.slice(16, 1).is_in(list("13579"))
        return pl.when(is_male).then(pl.lit("1")).otherwise(pl.lit("2"))
    parts = [number.str.slice(*part) for part in ((6, 4), (10, 2), (12, 2))]
    return pl.concat_str(parts, separator="-")


def _batch(frame: pl.DataFrame, schema: pa.Schema) -> pa.RecordBatch:
    table = frame.select(schema.names).to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.cast(schema).combine_chunks().to_batches()[0]
