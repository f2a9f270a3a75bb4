"""Many new entries at once: the platform's own way, in few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.data.catalogue.access import can_publish_directly, check_can_edit
from yitang.data.catalogue.connectors import read_workbook
from yitang.data.catalogue.errors import CatalogueFileInvalid, NotPublishable, OwnerUnknown
from yitang.data.catalogue.models import (
    PUBLISHED,
    CatalogueEvent,
    DataItem,
    Dataset,
    EntryVersion,
    PublishedChange,
)
from yitang.data.catalogue.queries import dataset as dataset_by_code
from yitang.data.catalogue.rules import (
    DatasetSpec,
    State,
    check_entry,
    document_of,
    missing_in_entry,
    read_entries,
    resource_code,
)
from yitang.ground.base.errors import why_unread
from yitang.ground.organisations.api import (
    Organisation,
    User,
    organisation_by_credit_code,
    organisations_in,
)
from yitang.ground.organisations.errors import OrganisationUnknown
from yitang.ground.organisations.rules import NATION
from yitang.ground.plumbing.api import insert_rows

from .entries import publish_dataset, register_dataset
from .indexing import index_entries
from .writing import CHANGES, item_rows, take_numbers, values_of

CHUNK = 4_000


@dataclass(frozen=True, slots=True)
class Registered:
    """How many entries were new, and how many were there before."""

    new: int
    known: int


def register_datasets(
    entries: Sequence[tuple[DatasetSpec, Organisation]], *, actor: User, at: datetime
) -> Registered:
    """``register_dataset`` for many, publishing those that say so; all or nothing.

    Entries that are new and come from the platform itself are written in bulk; every other
    one goes the way of a single entry.
    """
    known = set(Dataset.objects.values_list("code", flat=True))
    is_direct = can_publish_directly(actor)
    new: dict[str, tuple[DatasetSpec, Organisation]] = {}
    rest: list[tuple[DatasetSpec, Organisation]] = []
    for spec, organisation in entries:
        check_entry(spec)
        if not is_direct or spec.code in known or spec.code in new:
            rest.append((spec, organisation))
        else:
            new[spec.code] = (spec, organisation)
    for organisation in {row.pk: row for _, row in new.values()}.values():
        check_can_edit(actor, organisation)
    with transaction.atomic():
        coming = list(new.values())
        for start in range(0, len(coming), CHUNK):
            _insert(coming[start : start + CHUNK], actor, at)
        for spec, organisation in rest:
            register_dataset(spec=spec, organisation=organisation, actor=actor, at=at)
            if spec.published:
                publish_dataset(code=spec.code, actor=actor, at=at)
    return Registered(new=len(new), known=len(rest))


def _insert(entries: Sequence[tuple[DatasetSpec, Organisation]], actor: User, at: datetime) -> None:
    specs = {spec.code: spec for spec in _numbered([spec for spec, _ in entries])}
    owners = {spec.code: organisation for spec, organisation in entries}
    insert_rows(Dataset, (_row(spec, owners[spec.code], at) for spec in specs.values()))
    rows = {row.code: row for row in Dataset.objects.filter(code__in=list(specs))}
    for row in rows.values():
        row.organisation = owners[row.code]
    insert_rows(
        DataItem, (item for code, row in rows.items() for item in item_rows(row, specs[code].items))
    )
    published = [row for code, row in rows.items() if specs[code].published]
    insert_rows(CatalogueEvent, _events(rows, specs, actor, at))
    insert_rows(EntryVersion, (_version(row, specs[row.code], actor, at) for row in published))
    first = take_numbers(CHANGES, len(published)) if published else 0
    insert_rows(
        PublishedChange,
        (
            PublishedChange(
                sequence=first + number, dataset=row, kind="published", version=1, at=at,
                was_open=False, is_open=row.is_open,
            )
            for number, row in enumerate(published)
        ),
    )  # fmt: skip
    index_entries(
        Dataset.objects.filter(pk__in=[row.pk for row in rows.values()])
        .select_related("organisation")
        .prefetch_related("items")
    )


def _numbered(specs: Sequence[DatasetSpec]) -> Iterator[DatasetSpec]:
    """Those without a resource code get the next ones of their class."""
    lacking: dict[str, int] = {}
    for spec in specs:
        if not spec.resource_code:
            lacking[spec.classification] = lacking.get(spec.classification, 0) + 1
    following = {
        classification: take_numbers(f"resource {classification}"[:40], count)
        for classification, count in sorted(lacking.items())
    }
    for spec in specs:
        if spec.resource_code:
            yield spec
        else:
            number = following[spec.classification]
            following[spec.classification] += 1
            yield replace(spec, resource_code=resource_code(spec.classification, number))


def _row(spec: DatasetSpec, organisation: Organisation, at: datetime) -> Dataset:
    if spec.published and not spec.items:
        raise NotPublishable(code=spec.code, problem="it has no data items yet")
    state = State.PUBLISHED if spec.published else State.DRAFT
    return Dataset(
        organisation=organisation,
        changed_at=at,
        state=state,
        version=1 if spec.published else 0,
        published_at=at if spec.published else None,
        **values_of(spec),
    )


def _events(
    rows: dict[str, Dataset], specs: dict[str, DatasetSpec], actor: User, at: datetime
) -> Iterator[CatalogueEvent]:
    for code, row in rows.items():
        yield CatalogueEvent(dataset=row, verb="registered", actor=actor, at=at)
        if specs[code].published:
            lacking = "; ".join(str(part) for part in missing_in_entry(specs[code]))[:500]
            yield CatalogueEvent(
                dataset=row, verb="published directly", actor=actor, at=at, note=lacking
            )


def _version(row: Dataset, spec: DatasetSpec, actor: User, at: datetime) -> EntryVersion:
    return EntryVersion(
        dataset=row,
        number=1,
        state=PUBLISHED,
        organisation=row.organisation,
        document=document_of(replace(spec, organisation=row.organisation.credit_code)),
        made_by=actor,
        made_at=at,
        published_by=actor,
        published_at=at,
        is_direct=True,
    )


def load_datasets(path: Path, *, actor: User, at: datetime) -> list[Dataset]:
    """Register every entry of a TOML file or of a workbook, publishing those that say so.

    All or nothing.
    The owner is given by credit code or by its exact name. Raises ``CatalogueFileInvalid``,
    ``EntryInvalid``, ``OwnerUnknown``.
    """
    specs = _read(path)
    owners = _owners(specs)
    register_datasets([(spec, owners[spec.code]) for spec in specs], actor=actor, at=at)
    return [dataset_by_code(spec.code) for spec in specs]


def _read(path: Path) -> list[DatasetSpec]:
    if path.suffix.lower() == ".xlsx":
        return read_workbook(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueFileInvalid(file=path.name, problem=why_unread(error)) from None
    return read_entries(text, file=path.name)


def _owners(specs: list[DatasetSpec]) -> dict[str, Organisation]:
    by_name: dict[str, list[Organisation]] = {}
    for row in organisations_in(NATION):
        by_name.setdefault(row.name, []).append(row)
    return {spec.code: _owner(spec, by_name) for spec in specs}


def _owner(spec: DatasetSpec, by_name: dict[str, list[Organisation]]) -> Organisation:
    try:
        return organisation_by_credit_code(spec.organisation)
    except OrganisationUnknown:
        named = by_name.get(spec.organisation, [])
    if len(named) != 1:
        raise OwnerUnknown(code=spec.code, organisation=spec.organisation)
    return named[0]
