"""One row an entity: each field from the source believed most, the latest among equals.

Beside each field stands where it comes from and how many other values were said.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from yitang.data.fusion.pipeline.expressions import Expression, ibis
from yitang.data.fusion.rules.specification import VERIFIED, Specification

from .forms import AS_OF, NUMBER, RECORD, SOURCE, written
from .merging import Ids

ENTITY = "entity"
MEMBERS = pa.schema([("member", pa.int64()), (ENTITY, pa.int64())])
_DAYS, _RECORDS = 10**8, 10**9  # above any yyyymmdd, above any number of records


def members_batch(entity: Ids) -> pa.RecordBatch:
    """Which entity (by its first record) each record belongs to."""
    arrays = [pa.array(range(len(entity)), pa.int64()), pa.array(entity, pa.int64())]
    return pa.RecordBatch.from_arrays(arrays, schema=MEMBERS)


def golden_rows(
    records: Expression, members: Expression, specification: Specification
) -> Expression:
    """The rows: ``entity``, ``records``, and for each field value, position of source, rivals."""
    joined = records.join(members, records[RECORD] == members.member)
    ranks = sorted({source.authority for source in specification.sources})
    cases = [
        (joined[SOURCE] == position, ranks.index(source.authority))
        for position, source in enumerate(specification.sources)
    ]
    rank = ibis.cases(*cases, else_=len(ranks)).cast("int64")
    age = _DAYS - joined[AS_OF].cast("int64").coalesce(0)
    joined = joined.mutate(order=(rank * _DAYS + age) * _RECORDS + joined[RECORD])
    found = {"records": joined.count()}
    for one in specification.fields:
        value = joined[NUMBER] if one.kind in VERIFIED else joined[written(one.name)]
        form = joined[NUMBER] if one.kind in VERIFIED else joined[one.name]
        said = value.notnull()
        found[one.name] = value.argmin(joined.order, where=said)
        found[f"{one.name}_from"] = joined[SOURCE].argmin(joined.order, where=said)
        found[f"{one.name}_rivals"] = form.nunique() - 1
    return joined.group_by(ENTITY).agg(**found)


def golden_frame(rows: pa.Table, ids: pl.DataFrame, specification: Specification) -> pl.DataFrame:
    """The rows with the entities' ids and the sources' names, in the order of the ids."""
    names = {position: source.name for position, source in enumerate(specification.sources)}
    fields = [one.name for one in specification.fields]
    frame = pl.DataFrame(rows).join(ids, on=ENTITY)
    return frame.select(
        "entity_id",
        pl.col("records").cast(pl.Int64),
        *(
            column
            for name in fields
            for column in (
                pl.col(name),
                pl.col(f"{name}_from").cast(pl.Int64).replace_strict(names, return_dtype=pl.String),
                pl.col(f"{name}_rivals").cast(pl.Int64).clip(lower_bound=0),
            )
        ),
    ).sort("entity_id")
