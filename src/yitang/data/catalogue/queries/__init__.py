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
from .imports import (
    content_of,
    held_dump_for,
    import_for,
    imports_of,
    portal_details,
    reasons_of,
    records_of,
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
    "content_of",
    "dataset",
    "dataset_for",
    "datasets_about",
    "differences_between",
    "draft_of",
    "events_of",
    "facets",
    "held_dump_for",
    "import_for",
    "imports_of",
    "items_of",
    "last_sequence",
    "portal_details",
    "reasons_of",
    "records_of",
    "register_use_finder",
    "search_datasets",
    "search_text_of",
    "uses_of",
    "version_for",
    "versions_of",
]
