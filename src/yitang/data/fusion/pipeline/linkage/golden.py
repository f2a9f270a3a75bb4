"""One row an entity: each field from the source believed most, the latest among equals.

Beside each field stands where it comes from, and the rivals: what others say that is not the same
in the form in which values are compared. One field is worked on at a time, so that memory holds no
more than that.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.fusion.pipeline.expressions import named_table
from yitang.data.fusion.rules.specification import VERIFIED, Field, Specification
from yitang.data.lake.rules import Engine

from .borrowed import BORROWED
from .forms import AS_OF, NUMBER, RECORD, SOURCE, records_schema, written
from .merging import Ids

ENTITY, RIVALS = "_entity", " | "
_DAYS = 10**8  # above any yyyymmdd


def golden_rows(engine: Engine, specification: Specification, entity: Ids) -> pl.DataFrame:
    """``_entity``, ``records``, and for each field ``f``: ``f``, ``f_from``, ``f_rivals``.

    ``entity``: of each record by its number. The engine holds ``raw`` and ``borrowed``.
    """
    raw = named_table("raw", records_schema(specification))
    about = _in_order(engine.answer(raw.select(RECORD, SOURCE, AS_OF)))
    source, as_of = about[SOURCE].to_numpy(), about[AS_OF].fill_null(0).to_numpy()
    rank = np.array([one.authority for one in specification.sources])[source]
    order = np.lexsort((np.arange(len(entity)), _DAYS - as_of, rank, entity))
    place = source[order]
    of_entity, starts = np.unique(entity[order], return_index=True)
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    names = pl.Series([one.name for one in specification.sources], dtype=pl.String)
    columns = [pl.Series(ENTITY, of_entity), pl.Series("records", np.bincount(group))]
    borrowed = pl.DataFrame(engine.answer(named_table("borrowed", BORROWED)))["b_rid"].to_numpy()
    for one in specification.fields:
        said = _said(engine, specification, one, borrowed)[order]
        first, rivals = _chosen(said, group, len(starts))
        columns += [
            said["value"].gather(first).alias(one.name),
            names.gather(pl.Series(place).gather(first)).alias(f"{one.name}_from"),
            rivals.alias(f"{one.name}_rivals"),
        ]
    return pl.DataFrame(columns)


def _in_order(rows: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(rows).sort(RECORD)


def _said(engine: Engine, specification: Specification, one: Field, borrowed: Ids) -> pl.DataFrame:
    """What each record says of a field, and its form; a number only if it is the record's own."""
    raw = named_table("raw", records_schema(specification))
    value, form = (NUMBER, NUMBER) if one.kind in VERIFIED else (written(one.name), one.name)
    rows = raw.select(**{RECORD: raw[RECORD], "value": raw[value], "form": raw[form]})
    frame = _in_order(engine.answer(rows)).select(
        "value", pl.coalesce(pl.col("form").cast(pl.String), "value").alias("form")
    )
    if one.kind in VERIFIED and borrowed.size:
        frame = frame.with_columns(frame["value"].scatter(borrowed, None))
    return frame


def _chosen(said: pl.DataFrame, group: Ids, groups: int) -> tuple[pl.Series, pl.Series]:
    """For each group the row of its first value, and the values that are not the same.

    Rows stand group by group, each in the order of belief. Most groups say one thing, so only the
    rows that say another are looked at one by one.
    """
    rows = np.flatnonzero(said["value"].is_not_null().to_numpy())
    of_row, codes = group[rows], said["form"].hash().to_numpy()[rows]
    begins = np.flatnonzero(np.append(True, of_row[1:] != of_row[:-1])) if len(rows) else rows
    first, code = np.full(groups, -1), np.zeros(groups, dtype=np.uint64)
    first[of_row[begins]], code[of_row[begins]] = rows[begins], codes[begins]
    other = codes != code[of_row]
    rivals = _rivals(said, of_row[other], rows[other])
    found = pl.Series([None], dtype=pl.String).new_from_index(0, groups)
    if len(rivals):
        found = found.scatter(rivals["group"], rivals["value"])
    place = pl.Series(first)
    return place.set(place < 0, None), found


def _rivals(said: pl.DataFrame, group: Ids, rows: Ids) -> pl.DataFrame:
    """``group`` and ``value``: the different values of each group, in the order given."""
    frame = said[rows].with_columns(pl.Series("group", group))
    different = frame.unique(["group", "form"], keep="first", maintain_order=True)
    return different.group_by("group", maintain_order=True).agg(pl.col("value").str.join(RIVALS))
