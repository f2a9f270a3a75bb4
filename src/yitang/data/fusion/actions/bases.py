"""Writes: a base is fused anew; a person's record is opened for a purpose."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from yitang.data.catalogue.api import Dataset, note_gathered, publish_dataset, register_dataset
from yitang.data.catalogue.api import dataset as dataset_by_code
from yitang.data.catalogue.errors import DatasetUnknown
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
from yitang.data.fusion.access import check_can_open, check_can_run
from yitang.data.fusion.errors import NotFusedYet, NothingToFuse, PurposeMissing, TruthUnreadable
from yitang.data.fusion.models import FusionRun
from yitang.data.fusion.pipeline.fusing import Fused, fused
from yitang.data.fusion.pipeline.scoring import score_links
from yitang.data.fusion.queries import (
    Person,
    base_named,
    conflicts_table,
    entity_key,
    last_report,
    links_table,
    person,
    person_id_of,
    record_sources,
)
from yitang.data.fusion.rules import (
    DATE_FIELDS,
    FIELD_LABELS,
    LEGAL_ENTITIES,
    POPULATION,
    SHORTEST_PURPOSE,
    Base,
    FusionReport,
    Score,
)
from yitang.data.lake.api import read_table, replace_table, table_exists
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import why_unread
from yitang.ground.base.identity import check_identity_number, normalise_identity_number
from yitang.ground.base.ids import uuid7
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User, office_name, system_actor
from yitang.ground.plumbing.api import blind_index, settings


def fuse_population(*, actor: User, at: datetime, engine: str | None = None) -> FusionReport:
    """Make the population base anew from every gathered dataset about persons.

    One row a valid identity number; each field from the source believed most. Raises
    ``NothingToFuse``, ``NotAllowed``.
    """
    return fuse_base(base=POPULATION, actor=actor, at=at, engine=engine)


def fuse_legal_entities(*, actor: User, at: datetime, engine: str | None = None) -> FusionReport:
    """The same for legal entities, by credit code."""
    return fuse_base(base=LEGAL_ENTITIES, actor=actor, at=at, engine=engine)


def fuse_base(*, base: Base, actor: User, at: datetime, engine: str | None = None) -> FusionReport:
    """Fuse, replace the base's tables in the lake, and remember what was counted.

    Three tables: the base (under its catalogue code), its links and its conflicts. Whoever
    reads an older version keeps it. ``engine``: ``duckdb`` or ``spark``, else as set
    (``YITANG_ENGINE``); the result is the same. Raises ``EngineUnknown``, ``EngineMissing``.
    """
    started = time.perf_counter()
    check_can_run(actor)
    sources = record_sources(base)
    if not sources:
        raise NothingToFuse(base=base.code, role=base.key_role)
    batch = f"{base.code}-{uuid7().hex}"
    with fused(
        base,
        sources,
        key=entity_key(base),
        on=civil_date(at),
        engine=engine or settings().engine,
    ) as made:
        for table, rows in (
            (links_table(base), made.links),
            (conflicts_table(base), made.conflicts),
            (base.code, made.entities),
        ):
            version = replace_table(dataset=table, table=rows, batch=batch, source="fusion", at=at)
    _remember(base, made, version, time.perf_counter() - started, batch, actor, at)
    return last_report(base)


@transaction.atomic
def _remember(
    base: Base,
    made: Fused,
    version: int,
    seconds: float,
    batch: str,
    actor: User,
    at: datetime,
) -> None:
    records = sum(source.records for source in made.sources)
    matched = sum(source.matched for source in made.sources)
    FusionRun.objects.create(
        base=base.code,
        at=at,
        actor=actor,
        version=version,
        seconds=seconds,
        entities=made.count,
        records=records,
        matched=matched,
        unmatched=records - matched,
        conflicts=made.conflict_counts,
        filled=made.filled,
        sources=[asdict(source) for source in made.sources],
        coverage=[asdict(row) for row in made.coverage],
    )
    entry = _ensure_entry(base, made, at)
    note_gathered(code=entry.code, batch=batch, rows=made.count, quality=None, at=at)


def _ensure_entry(base: Base, made: Fused, at: datetime) -> Dataset:
    """The base's catalogue entry; made if nobody wrote one, owned by the leading source's owner."""
    try:
        return dataset_by_code(base.code)
    except DatasetUnknown:
        leading = max(made.sources, key=lambda source: source.matched)
    owner = dataset_by_code(leading.dataset).organisation
    actor = system_actor()
    items = [
        ItemSpec(
            base.key_role, str(FIELD_LABELS[base.key_role]), length=18, is_key=True,
            sensitive=base is POPULATION, required=True, unique=True, rule=base.key_role,
        ),
        *(
            ItemSpec(
                name, str(FIELD_LABELS[name]), type="D" if name in DATE_FIELDS else "C",
                sensitive=base is POPULATION,
            )
            for name in made.filled
        ),
    ]  # fmt: skip
    spec = DatasetSpec(
        code=base.code,
        name={"population": "人口基础库", "companies-base": "法人基础库"}[base.code],
        organisation=owner.credit_code,
        classification="101" if base is POPULATION else "102",
        sharing_class=2 if base is POPULATION else 1,
        sharing_condition="限履行法定职责的政府部门按最小必要范围使用"
        if base is POPULATION
        else "",
        update_cycle="daily",
        format="interface",
        items=tuple(items),
    )
    register_dataset(spec=spec, organisation=owner, actor=actor, at=at)
    return publish_dataset(code=base.code, actor=actor, at=at)


def open_person(
    *, purpose: str, actor: User, at: datetime, identity_number: str = "", person_id: str = ""
) -> Person:
    """A person's record with every source's claims; the opening is written into the ledger.

    Found by number or by id. Raises ``IdentityNumberInvalid``, ``PersonUnknown``,
    ``PurposeMissing``, ``NotAllowed`` (another division's person).
    """
    check_can_open(actor)
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise PurposeMissing
    if identity_number:
        number = normalise_identity_number(identity_number)
        check_identity_number(number)
        person_id = person_id_of(number)
    found = person(person_id)
    check_can_open(actor, division_code=found.division_code or None)
    record(
        actor=str(actor.public_id),
        organisation=office_name(actor, on=civil_date(at), permission="fusion.open_person"),
        action="fusion.open_person",
        purpose=purpose.strip(),
        subject_index=blind_index(found.identity_number),
        dataset=POPULATION.code,
        details={"fields": ", ".join(field.name for field in found.fields)},
        at=at,
    )
    return found


def score_against_truth(path: Path, *, base: str = POPULATION.code) -> Score:
    """The last fusion against a CSV of the truth: dataset, record (``/party``), entity.

    The last column may be called ``person``, ``entity`` or anything else. Raises
    ``TruthUnreadable``, ``NotFusedYet``.
    """
    found = base_named(base)
    if not table_exists(links_table(found)):
        raise NotFusedYet(base=base)
    links = read_table(links_table(found), columns=["dataset", "party", "record", found.id_column])
    return score_links(links, read_truth(path), id_column=found.id_column)


def read_truth(path: Path) -> pa.Table:
    """The columns dataset, record and entity of a CSV; raises ``TruthUnreadable``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise TruthUnreadable(file=path.name, problem=why_unread(error)) from None
    if not rows or not {"dataset", "record"} <= set(rows[0]) or len(rows[0]) < 3:
        problem = "the columns dataset, record and a third for the entity are needed"
        raise TruthUnreadable(file=path.name, problem=problem)
    label = next(name for name in rows[0] if name not in {"dataset", "record"})
    return pa.table(
        {"dataset": _column(rows, "dataset"), "record": _column(rows, "record"),
         "entity": _column(rows, label)}
    )  # fmt: skip


def _column(rows: list[Mapping[str, str]] | list[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows]
