"""Fusion over columns: every source normalised, joined on its verified number, field by field.

DuckDB does the grouping and spills to disk beyond its memory; one source at a time is held as
Arrow. For each field the value with the lowest rank wins: first the source's authority, then
the later date, then the order of the sources.
"""

# ruff: noqa: S608  (names come from ``Base`` and from the catalogue's checked item names)

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.api import credit_problems, identity_numbers
from yitang.data.lake.api import engine, quoted, read_table

from .rules import (
    AGE_BANDS,
    DATE_FIELDS,
    Base,
    Coverage,
    RecordSource,
    Score,
    SourceReport,
    age_band,
)

BLANKS = " \t\r\n\u3000\u00a0\ufeff"
# rank = authority, then age, then the source's position: one number, so one comparison.
_SOURCES = 1_000
_AGES = 10**10  # seconds since 1970 stay below it until the year 2286

_CLEAN = {
    "sex": (
        "CASE WHEN {v} IN ('1', '男', '男性', 'M', 'm', 'male') THEN '1'"
        " WHEN {v} IN ('2', '女', '女性', 'F', 'f', 'female') THEN '2' ELSE {v} END"
    ),
    "phone": "nullif(regexp_replace({v}, '[^0-9+]', '', 'g'), '')",
}
# What is compared to count a conflict: 阿卜杜·热合曼 and 阿卜杜热合曼 are one name.
_COMPARED = {
    "name": r"regexp_replace(upper({v}), '[\s·•・．.（）()]', '', 'g')",
    "nation": "regexp_replace({v}, '族$', '')",
    "legal_representative": r"regexp_replace(upper({v}), '[\s·•・．.]', '', 'g')",
}


@dataclass(frozen=True, slots=True)
class Fused:
    """The tables of a base, and what was counted on the way."""

    entities: pa.Table
    links: pa.Table
    conflicts: pa.Table
    conflict_counts: dict[str, int]
    filled: dict[str, int]
    sources: tuple[SourceReport, ...]
    coverage: tuple[Coverage, ...]


def fuse_records(
    base: Base,
    sources: Sequence[RecordSource],
    *,
    id_of: Callable[[str], str],
    on: date,
) -> Fused:
    """One row an entity, one link a record; ``id_of`` makes the stable id of a number."""
    reports: list[SourceReport] = []
    with engine() as connection:
        for position, source in enumerate(sources):
            table, report = normalised(base, source)
            connection.register("incoming", table)
            connection.execute(f"CREATE TABLE s{position} AS SELECT * FROM incoming")
            connection.unregister("incoming")
            reports.append(report)
        _make_ids(connection, base, len(sources), id_of)
        fields = [name for name in base.fields if any(name in s.columns for s in sources)]
        derived = {"birth_date", "sex"} & set(base.fields) if base.subject == "person" else set()
        for name in base.fields:
            if name in fields or name in derived:
                _choose(connection, base, name, sources, is_derived=name in derived)
                fields = fields if name in fields else [*fields, name]
        _join(connection, base, [name for name in base.fields if name in fields], sources)
        return Fused(
            entities=_table(
                connection, "SELECT * FROM entities ORDER BY number_ DESC"
            ).drop_columns(["number_"]),
            links=_links(connection, base, sources),
            conflicts=_table(
                connection,
                f"SELECT * FROM conflicts ORDER BY {base.id_column}, field",
            ),
            conflict_counts=_counted(connection, base),
            filled=_filled(connection, [name for name in base.fields if name in fields]),
            sources=tuple(reports),
            coverage=tuple(_coverage(connection, base, set(fields), on)),
        )


def normalised(base: Base, source: RecordSource) -> tuple[pa.Table, SourceReport]:
    """A source's records with their verified number (else null), fields as text, and rank."""
    columns = list(dict.fromkeys([source.key, *source.columns.values(), "_batch", "_gathered_at"]))
    frame = pl.from_arrow(read_table(source.dataset, columns=columns))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table makes a frame")
    raw = frame[source.columns[base.key_role]].cast(pl.String).str.strip_chars(BLANKS)
    raw = raw.replace("", None)
    number, wrong = verified_numbers(base.key_role, raw)
    made = frame.select(
        pl.col(source.key).cast(pl.String).alias("record"),
        pl.col("_batch").alias("batch"),
        pl.col("_gathered_at").dt.epoch("s").alias("as_of"),
        *(
            pl.col(column).cast(pl.String).str.strip_chars(BLANKS).replace("", None).alias(name)
            for name, column in source.columns.items()
            if name != base.key_role
        ),
    ).with_columns(number.alias("number"))
    missing = int(raw.null_count())
    report = SourceReport(
        dataset=source.dataset,
        party=source.party,
        records=frame.height,
        matched=frame.height - missing - int(wrong.sum()),
        missing=missing,
        invalid=int(wrong.sum()),
    )
    return made.to_arrow(compat_level=pl.CompatLevel.oldest()), report


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


def _make_ids(
    connection: duckdb.DuckDBPyConnection,
    base: Base,
    count: int,
    id_of: Callable[[str], str],
) -> None:
    union = " UNION ".join(
        f"SELECT number FROM s{n} WHERE number IS NOT NULL" for n in range(count)
    )
    numbers = _table(connection, union)["number"].to_pylist()
    ids = pa.table({"number": numbers, base.id_column: [id_of(number) for number in numbers]})
    connection.register("made_ids", ids)
    connection.execute("CREATE TABLE ids AS SELECT * FROM made_ids")
    connection.unregister("made_ids")
    connection.execute(
        f"CREATE TABLE conflicts ({base.id_column} VARCHAR, field VARCHAR, values_found BIGINT)"
    )


def _choose(
    connection: duckdb.DuckDBPyConnection,
    base: Base,
    name: str,
    sources: Sequence[RecordSource],
    *,
    is_derived: bool,
) -> None:
    """Table ``f_<name>``: number, value, rank; and the conflicts of a single-valued field."""
    clean = _CLEAN.get(name, "{v}").format(v=name)
    claims = [
        f"SELECT number, {clean} AS value, {source.authority[name]} * {_AGES * _SOURCES}::HUGEINT"
        f" + ({_AGES} - as_of) * {_SOURCES} + {position} AS rank"
        f" FROM s{position} WHERE number IS NOT NULL AND {name} IS NOT NULL"
        for position, source in enumerate(sources)
        if name in source.columns
    ]
    if is_derived:
        # What the number itself says stands behind every source, and is no rival to them.
        claims.append(
            f"SELECT number, {_derived(name)} AS value, {_AGES}::HUGEINT * {_AGES} AS rank FROM ids"
        )
    connection.execute(
        f"CREATE TABLE f_{name} AS SELECT number, min_by(value, rank) AS value,"
        f" min(rank) AS rank FROM ({' UNION ALL '.join(claims)}) GROUP BY number"
    )
    if name in base.single_valued and len(claims) > is_derived:
        compared = _COMPARED.get(name, "{v}").format(v="value")
        own = " UNION ALL ".join(claims[:-1] if is_derived else claims)
        connection.execute(
            f"INSERT INTO conflicts SELECT {base.id_column}, '{name}', values_found FROM ("
            f"SELECT number, count(DISTINCT {compared}) AS values_found FROM ({own})"
            " GROUP BY number HAVING values_found > 1) JOIN ids USING (number)"
        )


def _derived(name: str) -> str:
    if name == "sex":
        return "CASE WHEN substr(number, 17, 1)::INTEGER % 2 = 1 THEN '1' ELSE '2' END"
    return "substr(number, 7, 4) || '-' || substr(number, 11, 2) || '-' || substr(number, 13, 2)"


def _join(
    connection: duckdb.DuckDBPyConnection,
    base: Base,
    fields: Sequence[str],
    sources: Sequence[RecordSource],
) -> None:
    """Table ``entities``: the base, with the source and the date of every field."""
    names = pa.table(
        {
            "position": pa.array(range(len(sources)), pa.int64()),
            "dataset": pa.array([source.dataset for source in sources], pa.string()),
        }
    )
    connection.register("made_names", names)
    connection.execute("CREATE TABLE names AS SELECT * FROM made_names")
    connection.unregister("made_names")
    columns, joins = list[str](), list[str]()
    derived = _AGES * _AGES
    for name in fields:
        value = f"f_{name}.value"
        kind = f"TRY_CAST({value} AS DATE)" if name in DATE_FIELDS else value
        position = f"(f_{name}.rank % {_SOURCES})::BIGINT"
        age = f"({_AGES} - (f_{name}.rank // {_SOURCES}) % {_AGES})::BIGINT"
        from_source = f"CASE WHEN f_{name}.rank < {derived} THEN n_{name}.dataset END"
        as_of = f"CASE WHEN f_{name}.rank < {derived} THEN CAST(to_timestamp({age}) AS DATE) END"
        columns += [
            f"{kind} AS {quoted(name)}",
            f"{from_source} AS {quoted(name + '_from')}",
            f"{as_of} AS {quoted(name + '_as_of')}",
        ]
        joins.append(
            f"LEFT JOIN f_{name} USING (number) LEFT JOIN names n_{name}"
            f" ON n_{name}.position = {position} AND f_{name}.rank < {derived}"
        )
    connection.execute(
        f"CREATE TABLE entities AS SELECT {base.id_column}, number AS {base.key_role},"
        f" {', '.join([*columns, 'hash(number) AS number_'])} FROM ids {' '.join(joins)}"
    )


def _links(
    connection: duckdb.DuckDBPyConnection, base: Base, sources: Sequence[RecordSource]
) -> pa.Table:
    """Every record and the entity it belongs to, null where its number is missing or wrong."""
    parts = [
        f"SELECT {base.id_column}, '{source.dataset}' AS dataset, '{source.party}' AS party,"
        f" record, batch FROM s{position} LEFT JOIN ids USING (number)"
        for position, source in enumerate(sources)
    ]
    return _table(connection, " UNION ALL ".join(parts))


def _counted(connection: duckdb.DuckDBPyConnection, base: Base) -> dict[str, int]:
    found = _table(connection, "SELECT field, count(*) AS n FROM conflicts GROUP BY field")
    counts = dict(zip(found["field"].to_pylist(), found["n"].to_pylist(), strict=True))
    return {name: int(counts.get(name, 0)) for name in base.single_valued}


def _filled(connection: duckdb.DuckDBPyConnection, fields: Iterable[str]) -> dict[str, int]:
    names = list(fields)
    counts = ", ".join(f"count({quoted(name)}) AS {quoted(name)}" for name in names)
    row = _table(connection, f"SELECT {counts} FROM entities").to_pylist()[0]
    return {name: int(row[name]) for name in names}


def _coverage(
    connection: duckdb.DuckDBPyConnection, base: Base, fields: set[str], on: date
) -> Iterable[Coverage]:
    if not {"birth_date", "division_code"} <= fields:
        return
    address = "count(address)" if "address" in fields else "0"
    phone = "count(phone)" if "phone" in fields else "0"
    bands = " ".join(
        f"WHEN age BETWEEN {first} AND {last} THEN {number}"
        for number, (first, last) in enumerate(AGE_BANDS)
    )
    alive = "WHERE death_date IS NULL" if "death_date" in fields else ""
    found = _table(
        connection,
        f"SELECT division, CASE {bands} END AS band, count(*) AS persons,"
        f" {address} AS with_address, {phone} AS with_phone FROM ("
        f"SELECT *, coalesce(substr(division_code, 1, 6), '') AS division,"
        f" datesub('year', birth_date, DATE '{on.isoformat()}') AS age FROM entities {alive})"
        " WHERE age >= 0 GROUP BY ALL ORDER BY division, band",
    )
    for row in found.to_pylist():
        if row["band"] is not None:
            yield Coverage(
                row["division"],
                age_band(AGE_BANDS[row["band"]][0]),
                row["persons"],
                row["with_address"],
                row["with_phone"],
            )


def _table(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    return connection.sql(sql).to_arrow_table()


def score_links(links: pa.Table, truth: pa.Table, *, id_column: str) -> Score:
    """Pairs found against pairs that are true, over the records of the truth alone.

    A true record that was rejected at the border or has no number stands alone, so it costs
    recall. ``truth``: dataset, record (with ``/party``), entity.
    """
    sql = f"""
        WITH found AS (
            SELECT dataset, CASE WHEN party = '' THEN record ELSE record || '/' || party END
                AS record, {id_column} AS cluster FROM links WHERE {id_column} IS NOT NULL
        ), joined AS (
            SELECT t.entity, f.cluster FROM truth t LEFT JOIN found f USING (dataset, record)
        ), pairs AS (
            SELECT 'true' AS kind, count(*) AS n FROM joined GROUP BY entity
            UNION ALL SELECT 'found', count(*) FROM joined WHERE cluster IS NOT NULL
                GROUP BY cluster
            UNION ALL SELECT 'right', count(*) FROM joined WHERE cluster IS NOT NULL
                GROUP BY entity, cluster
        )
        SELECT kind, sum(n * (n - 1) / 2)::BIGINT AS pairs FROM pairs GROUP BY kind
    """
    with engine(links=links, truth=truth) as connection:
        rows = _table(connection, sql).to_pylist()
    pairs = {row["kind"]: int(row["pairs"]) for row in rows}
    return Score(truth.num_rows, pairs.get("true", 0), pairs.get("found", 0), pairs.get("right", 0))
