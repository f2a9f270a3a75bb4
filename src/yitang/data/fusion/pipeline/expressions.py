"""The joins of a fusion as Ibis expressions: what each base is, whichever engine computes it.

For each field the first claim wins: by the source's authority, then the later date, then the
order of the sources, and at last the value itself, so that every engine chooses the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import Any

from yitang.data.fusion.rules import AGE_BANDS, DATE_FIELDS, Base, RecordSource

from .steps import compared_column, compared_fields, source_step

Expression = Any  # Ibis ships no types of use here


class _Ibis:
    """Ibis, imported with the first expression: it would cost every start of Yitang a second."""

    def __getattr__(self, name: str) -> Any:
        import ibis as library

        return getattr(library, name)


ibis = _Ibis()

LAST = 1_000_000  # the authority of what the number itself says: behind every source
NO_SOURCE = -1
_MALE, _FEMALE = ("1", "男", "男性", "M", "m", "male"), ("2", "女", "女性", "F", "f", "female")


def source_name(position: int) -> str:
    return f"source_{position}"


def chosen_name(field: str) -> str:
    return f"chosen_{field}"


def source_table(base: Base, position: int, source: RecordSource) -> Expression:
    kinds = {"int64": "int64", "date32[day]": "date", "bool": "boolean"}
    schema = source_step(base, source).schema
    columns = {item.name: kinds.get(str(item.type), "string") for item in schema}
    return ibis.table(columns, name=source_name(position))


def ids_table(base: Base) -> Expression:
    return ibis.table({"number": "string", base.id_column: "string"}, name="ids")


def chosen_table(field: str) -> Expression:
    columns = {"number": "string", "value": "string", "position": "int64", "day": "date"}
    return ibis.table(columns, name=chosen_name(field))


def entities_table(base: Base, fields: Sequence[str]) -> Expression:
    columns = {base.id_column: "string", base.key_role: "string"}
    for name in fields:
        columns[name] = "date" if name in DATE_FIELDS else "string"
        columns |= {f"{name}_from": "string", f"{name}_as_of": "date"}
    return ibis.table(columns, name="entities")


def conflicts_table(base: Base) -> Expression:
    columns = {base.id_column: "string", "field": "string", "values_found": "int64"}
    return ibis.table(columns, name="conflicts")


def counted_sources(base: Base, sources: Sequence[RecordSource]) -> Expression:
    """Per source: its records, those with a valid number, those with none."""
    return _union(
        table.agg(
            records=table.count(),
            matched=table.number.count(),
            missing=table.is_missing.sum().coalesce(0),
        ).mutate(position=ibis.literal(position, "int64"))
        for position, table in _tables(base, sources)
    )


def distinct_numbers(base: Base, sources: Sequence[RecordSource]) -> Expression:
    """Every valid number once."""
    return _union(
        table.filter(table.number.notnull()).select("number") for _, table in _tables(base, sources)
    ).distinct()


def chosen(
    base: Base, field: str, sources: Sequence[RecordSource], *, is_derived: bool
) -> Expression:
    """For each number the claim that wins, with the position of its source and its day."""
    claims = _claims(base, field, sources)
    if is_derived:
        # What the number itself says stands behind every source, and is no rival to them.
        ids = ids_table(base)
        own = _derived(field, ids.number)
        zero, never = ibis.literal(0, "int64"), ibis.null("date")
        claims.append(_claim(ids, own, LAST, NO_SOURCE, zero, never))
    rows = _union(claims)
    first = rows.group_by("number").agg(
        best=ibis.struct({name: rows[name] for name in rows.columns if name != "number"}).min()
    )
    return first.select(
        "number",
        value=first.best["value"],
        position=first.best["position"],
        day=first.best["day"],
    )


def disputed(base: Base, sources: Sequence[RecordSource]) -> Expression:
    """Fields of which a thing can have only one, and how many different values are claimed."""
    return _union(
        _disputed(base, field, sources)
        for field in base.single_valued
        if any(field in source.columns for source in sources)
    )


def _disputed(base: Base, field: str, sources: Sequence[RecordSource]) -> Expression:
    rows = _union(
        table.filter(table.number.notnull() & table[field].notnull()).select(
            number=table.number,
            value=table[compared_column(field)]
            if field in compared_fields(base, source)
            else _clean(field, table[field]),
        )
        for source, (_, table) in zip(sources, _tables(base, sources), strict=True)
        if field in source.columns
    )
    counted = rows.group_by("number").agg(values_found=rows.value.nunique())
    several = counted.filter(counted.values_found > 1)
    joined = several.inner_join(ids_table(base), "number")
    return joined.select(
        base.id_column, field=ibis.literal(field), values_found=joined.values_found
    )


def entities(base: Base, fields: Sequence[str], sources: Sequence[RecordSource]) -> Expression:
    """One row a number, each field with the dataset and the day it is from."""
    rows = ids_table(base)
    number = rows.number
    for field in fields:
        table = chosen_table(field)
        own = table.select(
            **{
                f"{field}_number": table.number,
                field: table.value.cast("date") if field in DATE_FIELDS else table.value,
                f"{field}_from": _dataset_at(table.position, sources),
                f"{field}_as_of": table.day,
            }
        )
        rows = rows.left_join(own, number == own[f"{field}_number"])
    columns = [name for field in fields for name in (field, f"{field}_from", f"{field}_as_of")]
    return rows.select(base.id_column, *columns, **{base.key_role: rows.number}).select(
        base.id_column, base.key_role, *columns
    )


def links(base: Base, sources: Sequence[RecordSource]) -> Expression:
    """Every record and the entity it belongs to, null where its number is missing or wrong."""
    parts = []
    for (_, table), source in zip(_tables(base, sources), sources, strict=True):
        joined = table.left_join(ids_table(base), "number")
        parts.append(
            joined.select(
                base.id_column,
                dataset=ibis.literal(source.dataset),
                party=ibis.literal(source.party),
                record=joined.record,
                batch=joined.batch,
            )
        )
    return _union(parts)


def conflict_counts(base: Base) -> Expression:
    table = conflicts_table(base)
    return table.group_by("field").agg(entities=table.count())


def filled(base: Base, fields: Sequence[str]) -> Expression:
    """How many entities there are, and how many have each field."""
    table = entities_table(base, fields)
    return table.agg(entities=table.count(), **{name: table[name].count() for name in fields})


def coverage(base: Base, fields: Sequence[str], on: date) -> Expression:
    """Living persons by county and age band, and how many have an address and a telephone."""
    table = entities_table(base, fields)
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


def _tables(base: Base, sources: Sequence[RecordSource]) -> list[tuple[int, Expression]]:
    return [(n, source_table(base, n, source)) for n, source in enumerate(sources)]


def _claims(base: Base, field: str, sources: Sequence[RecordSource]) -> list[Expression]:
    found = []
    for source, (position, table) in zip(sources, _tables(base, sources), strict=True):
        if field in source.columns:
            value = _clean(field, table[field])
            known = table.filter(table.number.notnull() & value.notnull())
            found.append(
                _claim(known, value, source.authority[field], position, -table.as_of, table.day)
            )
    return found


def _claim(
    rows: Expression, value: Expression, authority: int, position: int, age: Any, day: Expression
) -> Expression:
    """A number and, in the order in which they are compared, what makes one claim the first."""
    return rows.select(
        "number",
        authority=ibis.literal(authority, "int64"),
        age=age,
        position=ibis.literal(position, "int64"),
        day=day,
        value=value,
    )


def _clean(field: str, value: Expression) -> Expression:
    if field == "sex":
        return ibis.cases((value.isin(_MALE), "1"), (value.isin(_FEMALE), "2"), else_=value)
    if field == "phone":
        return value.re_replace("[^0-9+]", "").nullif("")
    return value


def _derived(field: str, number: Expression) -> Expression:
    if field == "sex":
        return number.substr(16, 1).isin(tuple("13579")).ifelse("1", "2")
    year, month, day = number.substr(6, 4), number.substr(10, 2), number.substr(12, 2)
    return year + "-" + month + "-" + day


def _dataset_at(position: Expression, sources: Sequence[RecordSource]) -> Expression:
    return ibis.cases(
        *((position == number, source.dataset) for number, source in enumerate(sources)),
        else_=None,
    )


def _union(parts: Any) -> Expression:
    return reduce(lambda left, right: left.union(right), parts)
