"""The door of the room."""

from .access import can_edit, can_publish, check_can_edit, check_can_publish
from .actions import (
    load_datasets,
    note_gathered,
    publish_dataset,
    register_dataset,
    retire_dataset,
)
from .models import CatalogueEvent, DataItem, Dataset
from .queries import (
    Use,
    all_datasets,
    dataset,
    dataset_for,
    datasets_about,
    events_of,
    facets,
    items_of,
    register_use_finder,
    search_datasets,
    uses_of,
)

__all__ = [
    "CatalogueEvent",
    "DataItem",
    "Dataset",
    "Use",
    "all_datasets",
    "can_edit",
    "can_publish",
    "check_can_edit",
    "check_can_publish",
    "dataset",
    "dataset_for",
    "datasets_about",
    "events_of",
    "facets",
    "items_of",
    "load_datasets",
    "note_gathered",
    "publish_dataset",
    "register_dataset",
    "register_use_finder",
    "retire_dataset",
    "search_datasets",
    "uses_of",
]
