"""What every way into the catalogue does in the end: rows, items, versions, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import F

from yitang.data.catalogue.models import (
    ITEM_COLUMNS,
    PUBLISHED,
    SPEC_COLUMNS,
    SUPERSEDED,
    CatalogueEvent,
    DataItem,
    Dataset,
    EntryVersion,
    PublishedChange,
    Series,
)
from yitang.data.catalogue.queries import dataset as dataset_by_code
from yitang.data.catalogue.rules import (
    DatasetSpec,
    ItemSpec,
    State,
    document_of,
    resource_code,
)
from yitang.ground.organisations.api import Organisation, User

from .indexing import index_entries, index_facets

CHANGES = "changes"


def locked_entry(code: str) -> Dataset:
    """The entry, locked to the end of the transaction; raises ``DatasetUnknown``."""
    dataset_by_code(code)
    return (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("organisation__division")
        .get(code=code)
    )


def take_numbers(series: str, count: int = 1) -> int:
    """The first of ``count`` numbers of a series; the next taker waits for our commit."""
    rows = Series.objects.filter(name=series)
    if not rows.update(last=F("last") + count):
        Series.objects.bulk_create([Series(name=series)], ignore_conflicts=True)
        rows.update(last=F("last") + count)
    return rows.get().last - count + 1


def with_resource_code(spec: DatasetSpec, known: str = "") -> DatasetSpec:
    """``spec`` with its resource code: as written, as known, or the next of its class."""
    if spec.resource_code:
        return spec
    code = known or resource_code(
        spec.classification, take_numbers(f"resource {spec.classification}"[:40])
    )
    return replace(spec, resource_code=code)


def values_of(spec: DatasetSpec) -> dict[str, object]:
    """Columns of the entry's row and what ``spec`` puts into them."""
    return {column: getattr(spec, name) for name, column in SPEC_COLUMNS.items()} | {
        "related_codes": list(spec.related_codes)
    }


def write_entry(
    entry: Dataset, spec: DatasetSpec, organisation: Organisation, at: datetime
) -> list[str]:
    """Bring the row and its items to ``spec``; the names of what changed, none if nothing did."""
    wanted = values_of(spec) | {"organisation_id": organisation.pk}
    is_new = entry.pk is None
    changed = [name for name, value in wanted.items() if getattr(entry, name, None) != value]
    items_change = is_new or [item.spec for item in entry.items.all()] != list(spec.items)
    if not changed and not items_change:
        return []
    for name, value in wanted.items():
        setattr(entry, name, value)
    entry.organisation = organisation
    entry.changed_at = at
    entry.full_clean()
    entry.save()
    if items_change:
        entry.items.all().delete()
        DataItem.objects.bulk_create(item_rows(entry, spec.items))
    index_entries([dataset_by_code(entry.code)])
    return changed + ["items"] * items_change


def item_rows(entry: Dataset, items: tuple[ItemSpec, ...]) -> list[DataItem]:
    """The rows of the data items, in their order, not saved."""
    return [
        DataItem(
            dataset=entry,
            position=position,
            aliases=list(item.aliases),
            codes=list(item.codes),
            **{column: getattr(item, name) for name, column in ITEM_COLUMNS.items()},
        )
        for position, item in enumerate(items, start=1)
    ]


def publish_version(
    entry: Dataset,
    *,
    spec: DatasetSpec,
    actor: User,
    at: datetime,
    version: EntryVersion | None = None,
    was_open: bool = False,
) -> EntryVersion:
    """Make ``version``, or a new one without a case, the published one of its entry."""
    entry.versions.filter(state=PUBLISHED).update(state=SUPERSEDED)
    made = version or EntryVersion(
        dataset=entry,
        base=entry.version,
        organisation=entry.organisation,
        made_by=actor,
        made_at=at,
        is_direct=True,
    )
    kind = "changed" if entry.state == State.PUBLISHED else "published"
    entry.version += 1
    entry.state, entry.published_at = State.PUBLISHED, entry.published_at or at
    entry.save(update_fields=["version", "state", "published_at"])
    index_facets([entry])
    made.number, made.state = entry.version, PUBLISHED
    made.document = document_of(spec)
    made.published_by, made.published_at = actor, at
    made.save()
    note_change(entry, kind=kind, at=at, was_open=was_open)
    return made


def note_change(entry: Dataset, *, kind: str, at: datetime, was_open: bool) -> None:
    """A line of the feed; taken in the order of commits."""
    PublishedChange.objects.create(
        sequence=take_numbers(CHANGES),
        dataset=entry,
        kind=kind,
        version=entry.version,
        at=at,
        was_open=was_open,
        is_open=entry.is_open and entry.state == State.PUBLISHED,
    )


def note_event(entry: Dataset, verb: str, actor: User, at: datetime, note: str = "") -> None:
    """A line of the entry's history."""
    CatalogueEvent.objects.create(dataset=entry, verb=verb, actor=actor, at=at, note=note[:500])


def is_public(entry: Dataset) -> bool:
    return entry.is_open and entry.state == State.PUBLISHED
