"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yitang.data.catalogue.access import visible_datasets
from yitang.data.catalogue.errors import DatasetUnknown
from yitang.data.catalogue.models import CatalogueEvent, DataItem, Dataset
from yitang.ground.organisations.api import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

PAGE_LENGTH = 30


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
