"""Reads of the catalogue."""

from .entries import (
    Use,
    all_datasets,
    dataset,
    dataset_for,
    datasets_about,
    events_of,
    items_of,
    register_use_finder,
    uses_of,
)
from .search import facets, search_datasets, search_text_of
from .versions import (
    Change,
    changes_in,
    changes_since,
    differences_between,
    draft_of,
    last_sequence,
    version_for,
    versions_of,
)

__all__ = [
    "Change",
    "Use",
    "all_datasets",
    "changes_in",
    "changes_since",
    "dataset",
    "dataset_for",
    "datasets_about",
    "differences_between",
    "draft_of",
    "events_of",
    "facets",
    "items_of",
    "last_sequence",
    "register_use_finder",
    "search_datasets",
    "search_text_of",
    "uses_of",
    "version_for",
    "versions_of",
]
