"""Verified numbers that are not the record's own: a relative's, written in its place.

A number says when its holder was born. Where a record says another day, by more than one slip, and
other records with the number agree with it but have no name like this one, the number is not
believed. The record is compared by everything else, and is shown to people beside the holder.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from yitang.data.fusion.pipeline.expressions import Expression
from yitang.data.fusion.rules.specification import Field, Specification
from yitang.data.lake.rules import Engine

from .forms import NUMBER, RECORD, sound

BORROWED = pa.schema([("b_rid", pa.int64()), ("holder", pa.int64())])


def borrowed_numbers(
    specification: Specification, records: Expression, engine: Engine
) -> pa.RecordBatch:
    """The records (``b_rid``) whose number is another's, and a record of its ``holder``."""
    verified = specification.verified
    birth = _first(specification, "date", "birth_date")
    name = _first(specification, "name", "name")
    nobody = pa.RecordBatch.from_pylist([], BORROWED)
    if verified is None or verified.kind != "identity_number" or birth is None or name is None:
        return nobody
    born = records[NUMBER].substr(6, 8).cast("int32")
    holders = records.select(
        rid=records[RECORD], number=records[NUMBER], born=born, said=records[birth.name],
        heard=records[sound(name.name)],
    ).filter(records[NUMBER].notnull())  # fmt: skip
    strange = holders.filter(holders.born != holders.said)
    suspects = pl.DataFrame(engine.answer(strange))
    if suspects.is_empty():
        return nobody
    right = holders.filter(holders.born == holders.said).semi_join(strange, "number")
    known = right.group_by(["number", "heard"]).agg(holder=right.rid.min())
    found = _strangers(suspects, pl.DataFrame(engine.answer(known)))
    arrays = [pa.array(found[name].to_list(), pa.int64()) for name in ("rid", "holder")]
    return pa.RecordBatch.from_arrays(arrays, schema=BORROWED)


def _first(specification: Specification, kind: str, name: str) -> Field | None:
    return next((one for one in specification.fields if (one.kind, one.name) == (kind, name)), None)


def _strangers(suspects: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The ``rid`` of each suspect that is no holder, and the first ``holder``."""
    holders = known.group_by("number").agg(pl.col("holder").min())
    same = known.drop_nulls().select("number", "heard", pl.lit(value=True).alias("is_holder"))
    found = suspects.join(holders, on="number").join(same, on=["number", "heard"], how="left")
    is_other = pl.col("is_holder").is_null() & pl.col("heard").is_not_null()
    strangers = found.filter(is_other & ~_one_slip(pl.col("born"), pl.col("said")))
    return strangers.select("rid", "holder").sort("rid")


def _one_slip(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """One digit other, or day and month exchanged."""
    slips = pl.sum_horizontal(
        (left // 10**at % 10 != right // 10**at % 10).cast(pl.Int32) for at in range(8)
    )
    swapped = (left // 10_000 == right // 10_000) & (
        (left // 100 % 100 == right % 100) & (left % 100 == right // 100 % 100)
    )
    return (slips == 1) | swapped
