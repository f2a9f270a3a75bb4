"""A fusion on an engine: sources put into form, ids made, fields chosen, everything counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from yitang.data.fusion.rules import (
    AGE_BANDS,
    DATE_FIELDS,
    Base,
    Coverage,
    RecordSource,
    SourceReport,
    age_band,
)
from yitang.data.lake.api import opened_engine, table_version
from yitang.data.lake.rules import Engine

from . import expressions
from .expressions import Expression, named_table
from .steps import entity_step, records_schema, source_columns, source_step


@dataclass(frozen=True, slots=True)
class Fused:
    """The tables of a base as streams, each to be read once, and what was counted on the way."""

    entities: pa.RecordBatchReader
    links: pa.RecordBatchReader
    conflicts: pa.RecordBatchReader
    count: int  # of entities
    conflict_counts: dict[str, int]
    filled: dict[str, int]
    sources: tuple[SourceReport, ...]
    coverage: tuple[Coverage, ...]


@contextmanager
def fused(
    base: Base, sources: Sequence[RecordSource], *, key: bytes, on: date, engine: str
) -> Iterator[Fused]:
    """One row an entity, one link a record; ``key`` makes the stable id of a number.

    The streams end with this context. Each dataset is read at the version it has now, even
    where two parties of it are read one after the other.
    """
    fields, derived = fields_of(base, sources)
    schema = entity_schema(base, fields)
    records = named_table("records", records_schema(base, fields))
    entities = named_table("entities", schema)
    conflicts = named_table("conflicts", conflict_schema(base))
    with opened_engine(engine) as tables:
        _load(tables, base, sources, fields)
        datasets = [source.dataset for source in sources]
        tables.keep(
            "entities",
            expressions.winners(records, fields, sources),
            step=entity_step(base, schema, derived=derived, datasets=datasets, key=key),
        )
        tables.keep("conflicts", expressions.disputed(base, records, fields, entities))
        counts = tables.answer(expressions.filled(entities, fields)).to_pylist()[0]
        links = expressions.links(base, records, entities, sources)
        ordered = conflicts.order_by([base.id_column, "field"])
        yield Fused(
            entities=_stream(tables, entities.order_by(base.id_column), schema),
            links=_stream(tables, links, link_schema(base)),
            conflicts=_stream(tables, ordered, conflict_schema(base)),
            count=int(counts["entities"]),
            conflict_counts=_conflict_counts(tables, base, conflicts),
            filled={name: int(counts[name]) for name in fields},
            sources=tuple(_reports(tables, records, sources)),
            coverage=tuple(_coverage(tables, entities, fields, on)),
        )


def fields_of(base: Base, sources: Sequence[RecordSource]) -> tuple[list[str], set[str]]:
    """The fields that the base will have, and those that a number itself tells."""
    derived = {"birth_date", "sex"} & set(base.fields) if base.subject == "person" else set[str]()
    claimed = {name for source in sources for name in source.columns}
    return [name for name in base.fields if name in claimed | derived], derived


def entity_schema(base: Base, fields: Sequence[str]) -> pa.Schema:
    columns = [(base.id_column, pa.string()), (base.key_role, pa.string())]
    for name in fields:
        kind = pa.date32() if name in DATE_FIELDS else pa.string()
        columns += [(name, kind), (f"{name}_from", pa.string()), (f"{name}_as_of", pa.date32())]
    return pa.schema(columns)


def link_schema(base: Base) -> pa.Schema:
    names = (base.id_column, "dataset", "party", "record", "batch")
    return pa.schema([(name, pa.string()) for name in names])


def conflict_schema(base: Base) -> pa.Schema:
    return pa.schema(
        [(base.id_column, pa.string()), ("field", pa.string()), ("values_found", pa.int64())]
    )


def _load(
    tables: Engine, base: Base, sources: Sequence[RecordSource], fields: Sequence[str]
) -> None:
    versions = {source.dataset: table_version(source.dataset) for source in sources}
    for position, source in enumerate(sources):
        tables.load(
            "records",
            source.dataset,
            version=versions[source.dataset],
            columns=source_columns(source),
            step=source_step(base, position, source, fields),
        )


def _stream(tables: Engine, expression: object, schema: pa.Schema) -> pa.RecordBatchReader:
    """The rows in exactly these columns and types, whatever the engine calls them."""
    rows = tables.stream(expression)
    batches = (batch.select(schema.names).cast(schema) for batch in rows)
    return pa.RecordBatchReader.from_batches(schema, batches)


def _reports(
    tables: Engine, records: Expression, sources: Sequence[RecordSource]
) -> Iterator[SourceReport]:
    found = tables.answer(expressions.counted_sources(records)).to_pylist()
    counted = {row["source"]: row for row in found}
    for position, source in enumerate(sources):
        row = counted.get(position, dict.fromkeys(("records", "matched", "missing"), 0))
        count, matched, missing = (int(row[name]) for name in ("records", "matched", "missing"))
        yield SourceReport(
            source.dataset, source.party, count, matched, missing, count - matched - missing
        )


def _conflict_counts(tables: Engine, base: Base, conflicts: Expression) -> dict[str, int]:
    rows = tables.answer(expressions.conflict_counts(conflicts)).to_pylist()
    counts = {row["field"]: int(row["entities"]) for row in rows}
    return {name: counts.get(name, 0) for name in base.single_valued}


def _coverage(
    tables: Engine, entities: Expression, fields: Sequence[str], on: date
) -> Iterator[Coverage]:
    if not {"birth_date", "division_code"} <= set(fields):
        return
    for row in tables.answer(expressions.coverage(entities, fields, on)).to_pylist():
        yield Coverage(
            row["division"],
            age_band(AGE_BANDS[row["band"]][0]),
            row["persons"],
            row["with_address"],
            row["with_phone"],
        )
