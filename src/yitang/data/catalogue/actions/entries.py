"""Writes: an entry is registered, published, retired; gathering reports what it brought."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.data.catalogue.access import check_can_edit, check_can_publish
from yitang.data.catalogue.errors import CatalogueFileInvalid, NotPublishable, OwnerUnknown
from yitang.data.catalogue.models import CatalogueEvent, DataItem, Dataset
from yitang.data.catalogue.queries import dataset as dataset_by_code
from yitang.data.catalogue.queries import search_text_of
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec, State, check_entry, read_entries
from yitang.ground.organisations.api import (
    Organisation,
    User,
    organisation_by_credit_code,
    organisations_in,
)
from yitang.ground.organisations.errors import OrganisationUnknown
from yitang.ground.organisations.rules import NATION


@transaction.atomic
def register_dataset(
    *, spec: DatasetSpec, organisation: Organisation, actor: User, at: datetime
) -> Dataset:
    """Make the entry ``spec.code``, or bring it to what ``spec`` says; the same again is a no-op.

    Raises ``EntryInvalid``, ``SharingTermsWrong`` or ``NotAllowed``. A published entry stays
    published.
    """
    check_entry(spec)
    check_can_edit(actor, organisation)
    found = Dataset.objects.select_for_update().filter(code=spec.code).first()
    entry = found or Dataset(code=spec.code)
    wanted = _values_of(spec) | {"organisation_id": organisation.pk}
    changed = [name for name, value in wanted.items() if getattr(entry, name, None) != value]
    items_change = found is None or _specs_of(entry) != list(spec.items)
    if found is not None and not changed and not items_change:
        return dataset_by_code(spec.code)
    if found is not None:
        check_can_edit(actor, entry.organisation)  # taking over another's entry needs both
    for name, value in wanted.items():
        setattr(entry, name, value)
    entry.changed_at = at
    entry.full_clean(exclude=["search_text"])
    entry.save()
    if items_change:
        _put_items(entry, spec.items)
    _refresh_search(entry)
    note = ", ".join(changed + ["items"] * items_change)[:500] if found else ""
    _note(entry, "changed" if found else "registered", actor, at, note)
    return dataset_by_code(spec.code)


@transaction.atomic
def publish_dataset(*, code: str, actor: User, at: datetime) -> Dataset:
    """Put a draft before everyone; a published entry stays as it is."""
    entry = _locked(code)
    check_can_publish(actor, entry.organisation)
    if entry.state == State.PUBLISHED:
        return entry
    if not entry.items.exists():
        raise NotPublishable(code=code, problem="it has no data items yet")
    entry.clean()
    entry.state = State.PUBLISHED
    entry.published_at = at
    entry.save(update_fields=["state", "published_at"])
    _note(entry, "published", actor, at)
    return entry


@transaction.atomic
def retire_dataset(*, code: str, actor: User, at: datetime, reason: str) -> Dataset:
    """Take an entry out of use; what was gathered stays readable."""
    entry = _locked(code)
    check_can_publish(actor, entry.organisation)
    if entry.state != State.RETIRED:
        entry.state = State.RETIRED
        entry.save(update_fields=["state"])
        _note(entry, "retired", actor, at, reason)
    return entry


def note_gathered(*, code: str, batch: str, rows: int, quality: float | None, at: datetime) -> None:
    """Remember what the latest batch brought; called by collection in its own transaction."""
    Dataset.objects.filter(code=code).update(
        gathered_batch=batch, row_count=rows, quality=quality, gathered_at=at
    )


def load_datasets(path: Path, *, actor: User, at: datetime) -> list[Dataset]:
    """Register every entry of a TOML file and publish those that say so; all or nothing.

    The owner is given by credit code or by its exact name. Raises ``CatalogueFileInvalid``,
    ``EntryInvalid``, ``OwnerUnknown``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueFileInvalid(file=path.name, problem=str(error)) from None
    specs = read_entries(text, file=path.name)
    owners = _owners(specs)
    with transaction.atomic():
        for spec in specs:
            register_dataset(spec=spec, organisation=owners[spec.code], actor=actor, at=at)
            if spec.published:
                publish_dataset(code=spec.code, actor=actor, at=at)
    return [dataset_by_code(spec.code) for spec in specs]


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


def _locked(code: str) -> Dataset:
    dataset_by_code(code)
    return (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("organisation__division")
        .get(code=code)
    )


def _values_of(spec: DatasetSpec) -> dict[str, object]:
    return {
        "resource_code": spec.resource_code,
        "name": spec.name,
        "abstract": spec.abstract,
        "classification": spec.classification,
        "format": spec.format,
        "sharing_class": spec.sharing_class,
        "sharing_condition": spec.sharing_condition,
        "legal_basis": spec.legal_basis,
        "is_open": spec.open,
        "opening_condition": spec.opening_condition,
        "update_cycle": spec.update_cycle,
        "grade": spec.grade,
        "delivery": spec.delivery,
        "subject": spec.subject,
    }


def _put_items(entry: Dataset, items: tuple[ItemSpec, ...]) -> None:
    entry.items.all().delete()
    DataItem.objects.bulk_create(
        DataItem(
            dataset=entry,
            position=position,
            name=item.name,
            label=item.label,
            aliases=list(item.aliases),
            type=item.type,
            length=item.length,
            is_key=item.is_key,
            is_sensitive=item.sensitive,
            is_required=item.required,
            is_unique=item.unique,
            rule=item.rule,
            codes=list(item.codes),
            role=item.role,
            authority=item.authority,
        )
        for position, item in enumerate(items, start=1)
    )


def _specs_of(entry: Dataset) -> list[ItemSpec]:
    return [
        ItemSpec(
            name=item.name,
            label=item.label,
            type=item.type,
            length=item.length,
            aliases=tuple(item.aliases),
            is_key=item.is_key,
            sensitive=item.is_sensitive,
            required=item.is_required,
            unique=item.is_unique,
            rule=item.rule,
            codes=tuple(item.codes),
            role=item.role,
            authority=item.authority,
        )
        for item in entry.items.all()
    ]


def _refresh_search(entry: Dataset) -> None:
    entry.search_text = search_text_of(entry, list(entry.items.all()))
    entry.save(update_fields=["search_text"])


def _note(entry: Dataset, verb: str, actor: User, at: datetime, note: str = "") -> None:
    CatalogueEvent.objects.create(dataset=entry, verb=verb, actor=actor, at=at, note=note)
