"""Reads of the foundation databases: the last run, conflicts, one person field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yitang.data.catalogue.api import Dataset, Lineage, Neighbour, datasets_about, items_of
from yitang.data.lake.api import query, quoted, table_exists
from yitang.ground.base.identity import normalise_identity_number
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import derived_key

from .errors import BaseUnknown, NotFusedYet, PersonUnknown
from .models import FusionRun
from .rules import (
    BASES,
    POPULATION,
    Base,
    Claim,
    Coverage,
    FieldRecord,
    FusionReport,
    RecordSource,
    SourceReport,
    sources_of,
    stable_id,
)

SOURCE = Message("fusion.lineage.source", "fused into it")
FOUNDATION = Message("fusion.lineage.foundation", "foundation database")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person whose sources disagree on a field; the name to be masked by the page."""

    person_id: str
    name: str
    division_code: str
    field: str
    values_found: int


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the population base with all that its sources claim."""

    person_id: str
    identity_number: str
    division_code: str
    fields: tuple[FieldRecord, ...]

    @property
    def name(self) -> str:
        return next((field.value for field in self.fields if field.name == "name"), "")


def base_named(code: str) -> Base:
    """A foundation database by its code; raises ``BaseUnknown``."""
    if code not in BASES:
        raise BaseUnknown(kind="base", id=code, base=code, known=", ".join(BASES))
    return BASES[code]


def links_table(base: Base) -> str:
    """The lake's table of links: entity, dataset, party, record, batch."""
    return f"{base.code}-links"


def conflicts_table(base: Base) -> str:
    """The lake's table of conflicts: entity, field, number of different values."""
    return f"{base.code}-conflicts"


def entity_key(base: Base) -> bytes:
    """The key that makes this installation's ids of a base."""
    return derived_key(f"blind:{base.id_column}")


def entity_id(base: Base, number: str) -> str:
    """The stable id of an identity number or credit code; fusing again gives the same."""
    return stable_id(entity_key(base), number)


def record_sources(base: Base) -> list[RecordSource]:
    """Every published and gathered dataset that can be fused into ``base``, with its parties."""
    found: list[RecordSource] = []
    for dataset in datasets_about(base.subject):
        if dataset.code == base.code or not table_exists(dataset.code):
            continue
        items = [(item.name, item.role, item.authority, item.is_key) for item in items_of(dataset)]
        found += sources_of(base, dataset.code, items)
    return found


def lineage_of_dataset(dataset: Dataset) -> Lineage:
    """What a base is made of, or the bases that a dataset goes into."""
    if dataset.code in BASES:
        codes = {source.dataset for source in record_sources(BASES[dataset.code])}
        about = datasets_about(BASES[dataset.code].subject)
        return Lineage(
            up=[Neighbour(SOURCE, one.name, one.code) for one in about if one.code in codes]
        )
    items = [(item.name, item.role, item.authority, item.is_key) for item in items_of(dataset)]
    return Lineage(
        down=[
            Neighbour(FOUNDATION, base.label, base.code)
            for base in BASES.values()
            if dataset.subject == base.subject and sources_of(base, dataset.code, items)
        ]
    )


def last_run(base: Base) -> FusionRun | None:
    """The latest run, if there was one."""
    return FusionRun.objects.filter(base=base.code).first()


def last_report(base: Base) -> FusionReport:
    """What the latest run counted; raises ``NotFusedYet``."""
    run = last_run(base)
    if run is None:
        raise NotFusedYet(base=base.code)
    return FusionReport(
        base=run.base,
        entities=run.entities,
        records=run.records,
        matched=run.matched,
        unmatched=run.unmatched,
        conflicts=run.conflicts,
        filled=run.filled,
        sources=tuple(SourceReport(**entry) for entry in run.sources),
        coverage=tuple(Coverage(**entry) for entry in run.coverage),
        seconds=run.seconds,
        at=run.at,
        version=run.version,
    )


def conflicts(*, limit: int = 50) -> list[Conflict]:
    """Persons with the most disagreeing sources first."""
    if not table_exists(conflicts_table(POPULATION)):
        return []
    rows = query(
        "SELECT person_id, name, coalesce(division_code, '') AS division_code, field, values_found"
        " FROM conflicts JOIN people USING (person_id)"
        " ORDER BY values_found DESC, person_id, field LIMIT ?",
        [limit],
        conflicts=conflicts_table(POPULATION),
        people=_with_columns(POPULATION, ("name", "division_code")),
    )
    return [
        Conflict(
            row["person_id"], row["name"] or "", row["division_code"], row["field"],
            row["values_found"],
        )
        for row in rows.to_pylist()
    ]  # fmt: skip


def person_id_of(identity_number: str) -> str:
    """The id under which a person stands in the base, whether or not they do."""
    return entity_id(POPULATION, normalise_identity_number(identity_number))


def person(person_id: str) -> Person:
    """One person, whoever asks: callers check and write the ledger first. ``PersonUnknown``."""
    if not table_exists(POPULATION.code):
        raise NotFusedYet(base=POPULATION.code)
    rows = query(
        "SELECT * FROM people WHERE person_id = ?", [person_id], people=POPULATION.code
    ).to_pylist()
    if not rows:
        raise PersonUnknown(kind="person", id=person_id)
    row = rows[0]
    claims = _claims(person_id, row)
    fields = tuple(
        FieldRecord(name, _text(row.get(name)), tuple(claims.get(name, ())))
        for name in POPULATION.fields
        if row.get(name) is not None or claims.get(name)
    )
    return Person(person_id, row["identity_number"], row.get("division_code") or "", fields)


def _claims(person_id: str, row: Mapping[str, object]) -> dict[str, list[Claim]]:
    """What each department's own record says, read from its table by the record number."""
    links = query(
        "SELECT DISTINCT dataset, party, record FROM links WHERE person_id = ?",
        [person_id],
        links=links_table(POPULATION),
    ).to_pylist()
    by_source = {(source.dataset, source.party): source for source in record_sources(POPULATION)}
    names = {dataset.code: dataset for dataset in datasets_about(POPULATION.subject)}
    found: dict[str, list[Claim]] = {}
    for link in links:
        source = by_source.get((link["dataset"], link["party"]))
        if source is None:  # retired since
            continue
        dataset = names[source.dataset]
        for record in _records(source, link["record"]):
            for name, column in source.columns.items():
                value = _text(record[column])
                if name == POPULATION.key_role or not value:
                    continue
                chosen = row.get(f"{name}_from") == source.dataset and _text(row[name]) == value
                found.setdefault(name, []).append(
                    Claim(
                        dataset.code, dataset.name, dataset.organisation.name, value,
                        str(record["_batch"]), _day(record["_gathered_at"]), chosen,
                    )
                )  # fmt: skip
    return {
        name: sorted(dict.fromkeys(claims), key=lambda claim: (not claim.is_chosen, claim.dataset))
        for name, claims in found.items()
    }


def _records(source: RecordSource, record: str) -> list[dict[str, object]]:
    wanted = dict.fromkeys([*source.columns.values(), "_batch", "_gathered_at"])
    columns = ", ".join(quoted(column) for column in wanted)
    key = quoted(source.key)
    sql = f"SELECT {columns} FROM records WHERE CAST({key} AS VARCHAR) = ?"  # noqa: S608  (names quoted)
    rows: list[dict[str, object]] = query(sql, [record], records=source.dataset).to_pylist()
    return rows


def _with_columns(base: Base, columns: tuple[str, ...]) -> str:
    """The base's table; raises ``NotFusedYet`` when no source had these columns."""
    run = last_run(base)
    if run is None or not set(columns) <= set(run.filled):
        raise NotFusedYet(base=base.code)
    return base.code


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else None
