"""Tables of the catalogue."""

from .entries import ITEM_COLUMNS, SPEC_COLUMNS, CatalogueEvent, DataItem, Dataset
from .imports import OUTCOMES, CatalogueImport, HeldDump, ImportedRecord, kept_words
from .search import FacetBlock, IndexedEntry, Posting
from .systems import SPEC_OF_SYSTEM, InformationSystem, SystemEvent
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
    "OUTCOMES",
    "PUBLISHED",
    "SPEC_COLUMNS",
    "SPEC_OF_SYSTEM",
    "SUPERSEDED",
    "WITHDRAWN",
    "CatalogueEvent",
    "CatalogueImport",
    "DataItem",
    "Dataset",
    "EntryVersion",
    "FacetBlock",
    "HeldDump",
    "ImportedRecord",
    "IndexedEntry",
    "InformationSystem",
    "Posting",
    "PublishedChange",
    "Series",
    "SystemEvent",
    "kept_words",
]
