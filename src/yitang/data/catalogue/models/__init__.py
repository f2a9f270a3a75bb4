"""Tables of the catalogue."""

from .entries import ITEM_COLUMNS, SPEC_COLUMNS, CatalogueEvent, DataItem, Dataset
from .versions import (
    DRAFT,
    PUBLISHED,
    SUPERSEDED,
    WITHDRAWN,
    EntryVersion,
    PublishedChange,
    Series,
)

__all__ = [
    "DRAFT",
    "ITEM_COLUMNS",
    "PUBLISHED",
    "SPEC_COLUMNS",
    "SUPERSEDED",
    "WITHDRAWN",
    "CatalogueEvent",
    "DataItem",
    "Dataset",
    "EntryVersion",
    "PublishedChange",
    "Series",
]
