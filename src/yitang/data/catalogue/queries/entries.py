"""Reads of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Min, prefetch_related_objects

from yitang.data.catalogue.access import own_organisations, visible_datasets
from yitang.data.catalogue.errors import DatasetUnknown
from yitang.data.catalogue.models import CatalogueEvent, DataItem, Dataset
from yitang.ground.organisations.api import Organisation, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody who uses a dataset, and for which service: told by the rooms above."""

    organisation: str
    purpose: str
    since: str = ""
    url: str = ""


UseFinder = Callable[[Dataset], Sequence[Use]]
_use_finders: dict[str, UseFinder] = {}


def register_use_finder(name: str, finder: UseFinder) -> None:
    """Ask ``finder`` who uses a dataset; exchange and services register in their ``apps.py``."""
    _use_finders[name] = finder


def uses_of(dataset: Dataset) -> list[Use]:
    """Every known use of a dataset."""
    return [use for name in sorted(_use_finders) for use in _use_finders[name](dataset)]


def dataset(code: str) -> Dataset:
    """The entry with ``code``, whoever asks (code, not a page); raises ``DatasetUnknown``."""
    found = (
        Dataset.objects.filter(code=code)
        .select_related("organisation__division")
        .prefetch_related("items")
        .first()
    )
    if found is None:
        raise DatasetUnknown(code=code)
    return found


def dataset_for(user: User | AnonymousUser, code: str) -> Dataset:
    """The entry with ``code`` if ``user`` may see it; raises ``DatasetUnknown``."""
    found = visible_datasets(user).filter(code=code).prefetch_related("items").first()
    if found is None:
        raise DatasetUnknown(code=code)
    return found


def published_page(
    user: User | AnonymousUser, *, after: str = "", limit: int = 100
) -> tuple[list[Dataset], str]:
    """Published entries ``user`` may see, by code; and the code after which the next page is."""
    rows = visible_datasets(user).filter(state="published", code__gt=after).order_by("code")
    found = list(rows.prefetch_related("items")[: limit + 1])
    return found[:limit], found[limit - 1].code if len(found) > limit else ""


def own_entries(user: User) -> list[Dataset]:
    """The entries that ``user`` works on, drafts too, with their items, by code."""
    rows = visible_datasets(user).filter(organisation_id__in=own_organisations(user))
    return list(rows.prefetch_related("items").order_by("code"))


def open_codes() -> list[str]:
    """The codes of what everyone may see."""
    rows = Dataset.objects.filter(state="published", is_open=True)
    return list(rows.order_by("code").values_list("code", flat=True))


def open_entry(wanted: str) -> Dataset:
    """An open entry by its code or its public id; raises ``DatasetUnknown``."""
    rows = Dataset.objects.filter(state="published", is_open=True)
    rows = (
        rows.filter(public_id=wanted) if UUID_FORM.fullmatch(wanted) else rows.filter(code=wanted)
    )
    found = rows.select_related("organisation__division").prefetch_related("items").first()
    if found is None:
        raise DatasetUnknown(code=wanted)
    return found


def owners_of_open() -> list[tuple[Organisation, int]]:
    """Who has open entries, and how many, by name."""
    rows = Dataset.objects.filter(state="published", is_open=True).select_related("organisation")
    counts = dict(rows.values_list("organisation").annotate(Count("pk")).order_by())
    first = rows.filter(
        pk__in=rows.values("organisation").annotate(first=Min("pk")).values("first")
    )
    found = [(row.organisation, counts[row.organisation_id]) for row in first]
    return sorted(found, key=lambda pair: (pair[0].name, pair[0].pk))


def with_items(rows: list[Dataset]) -> list[Dataset]:
    """The same rows with their items loaded, in one query."""
    prefetch_related_objects(rows, "items")
    return rows


def items_of(dataset: Dataset) -> list[DataItem]:
    """The data items in their order."""
    return list(dataset.items.all())


def events_of(dataset: Dataset) -> list[CatalogueEvent]:
    """What happened to the entry, oldest first."""
    return list(dataset.events.select_related("actor"))


def datasets_about(subject: str) -> list[Dataset]:
    """Published entries whose rows are about ``subject`` (``person``, ``legal_entity``)."""
    rows = Dataset.objects.filter(subject=subject, state="published")
    return list(rows.select_related("organisation__division").prefetch_related("items"))


def all_datasets() -> list[Dataset]:
    """Every entry, whoever asks: for counts and for demonstrations."""
    return list(Dataset.objects.select_related("organisation__division"))


def entries_of_organisations(organisations: Iterable[int | None]) -> list[Dataset]:
    """Every entry of these departments, whoever asks, by code: of whoever answers for them."""
    rows = Dataset.objects.filter(organisation_id__in=[one for one in organisations if one])
    return list(rows.select_related("organisation__division").order_by("code"))
