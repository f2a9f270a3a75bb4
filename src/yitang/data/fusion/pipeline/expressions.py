"""The joins of a fusion as Ibis expressions: what each base is, whichever engine computes it.

All sources stand in one table of records, so that each question is asked once and not once a
field and source; Ibis itself takes as long to write a long query as DuckDB to answer it.
For each field the first claim wins: by the source's authority, then the later date, then the
order of the sources, and at last the value itself, so that every engine chooses the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import pyarrow as pa

from yitang.data.fusion.rules import AGE_BANDS, Base, RecordSource

from .steps import compared_column, compared_fields, rank_text

Expression = Any  # Ibis ships no types of use here


class _Ibis:
    """Ibis, imported with the first expression: it would cost every start of Yitang a second."""

    def __getattr__(self, name: str) -> Any:
        import ibis as library

        return getattr(library, name)


ibis = _Ibis()

_KINDS = {
    "int8": "int8", "int32": "int32", "int64": "int64", "double": "float64",
    "date32[day]": "date", "bool": "boolean",
}  # fmt: skip


def named_table(name: str, schema: pa.Schema) -> Expression:
    """A table that an engine keeps."""
    columns = {item.name: _KINDS.get(str(item.type), "string") for item in schema}
    return ibis.table(columns, name=name)


def counted_sources(records: Expression) -> Expression:
    """Per source: its records, those with a valid number, those with none."""
    return records.group_by("source").agg(
        records=records.count(),
        matched=records.number.count(),
        missing=records.is_missing.sum().coalesce(0),
    )


def winners(
    records: Expression, fields: Sequence[str], sources: Sequence[RecordSource]
) -> Expression:
    """For each valid number the claim that wins, of every field."""
    best = {name: _claim(records, name, sources).min() for name in fields}
    return records.filter(records.number.notnull()).group_by("number").agg(**best)


def _claim(records: Expression, field: str, sources: Sequence[RecordSource]) -> Expression:
    """A text that is the smaller, the more it is believed; null where nothing is said."""
    positions: dict[int, list[int]] = defaultdict(list)
    for position, source in enumerate(sources):
        if field in source.columns:
            positions[source.authority[field]].append(position)
    if not positions:
        return records[field]  # nobody says anything
    *others, last = sorted(positions)
    rank = ibis.literal(rank_text(last))
    if others:
        cases = ((records.source.isin(positions[one]), rank_text(one)) for one in others)
        rank = ibis.cases(*cases, else_=rank)
    return rank + records.gathered + records[field]


def disputed(
    base: Base, records: Expression, fields: Sequence[str], entities: Expression
) -> Expression:
    """Fields of which a thing can have only one, and how many different values are claimed."""
    said = {
        name: records[compared_column(name)]
        if name in compared_fields(base, fields)
        else records[name]
        for name in base.single_valued
        if name in fields
    }
    # Few differ: their values are counted after the numbers that agree with themselves are gone.
    known = records.filter(records.number.notnull())
    differs = {name: value.min() != value.max() for name, value in said.items()}
    agreed = known.group_by("number").agg(**differs)
    several = agreed.filter(reduce(or_, (agreed[name] for name in said))).select("number")
    rows = records.semi_join(several, "number")
    counted = rows.group_by("number").agg(**{name: value.nunique() for name, value in said.items()})
    long = counted.pivot_longer(list(said), names_to="field", values_to="values_found")
    joined = long.filter(long.values_found > 1).inner_join(
        entities.select(base.id_column, number=entities[base.key_role]), "number"
    )
    return joined.select(base.id_column, "field", "values_found")


def links(
    base: Base, records: Expression, entities: Expression, sources: Sequence[RecordSource]
) -> Expression:
    """Every record and the entity it belongs to, null where its number is missing or wrong."""
    joined = records.left_join(
        entities.select(base.id_column, key=entities[base.key_role]),
        records.number == entities[base.key_role],
    )
    return joined.select(
        base.id_column,
        dataset=_of_source(joined.source, [source.dataset for source in sources]),
        party=_of_source(joined.source, [source.party for source in sources]),
        record=joined.record,
        batch=joined.batch,
    )


def _of_source(position: Expression, texts: Sequence[str]) -> Expression:
    return ibis.cases(*((position == number, text) for number, text in enumerate(texts)))


def conflict_counts(table: Expression) -> Expression:
    return table.group_by("field").agg(entities=table.count())


def filled(table: Expression, fields: Sequence[str]) -> Expression:
    """How many entities there are, and how many have each field."""
    return table.agg(entities=table.count(), **{name: table[name].count() for name in fields})


def coverage(table: Expression, fields: Sequence[str], on: date) -> Expression:
    """Living persons by county and age band, and how many have an address and a telephone."""
    if "death_date" in fields:
        table = table.filter(table.death_date.isnull())
    born = table.birth_date
    before_birthday = born.month() * 100 + born.day() > on.month * 100 + on.day
    age = on.year - born.year() - before_birthday.ifelse(1, 0)
    band = ibis.cases(
        *((age.between(*ages), number) for number, ages in enumerate(AGE_BANDS)), else_=None
    )
    county = table.division_code.substr(0, 6).coalesce("")
    rows = table.select(
        division=county,
        band=band,
        address=table.address if "address" in fields else ibis.null("string"),
        phone=table.phone if "phone" in fields else ibis.null("string"),
    )
    rows = rows.filter(rows.band.notnull())
    counted = rows.group_by(["division", "band"]).agg(
        persons=rows.count(), with_address=rows.address.count(), with_phone=rows.phone.count()
    )
    return counted.order_by(["division", "band"])
