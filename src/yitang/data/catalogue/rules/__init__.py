"""What a catalogue entry says, what it must state, and how it is read from a file."""

from .entries import CODE, DEFAULT_AUTHORITY, ITEM_NAME, DatasetSpec, ItemSpec, check_entry
from .files import read_entries
from .freshness import CYCLE_DAYS, Freshness, freshness
from .lists import (
    DELIVERIES,
    FORMATS,
    GRADES,
    ITEM_TYPES,
    SHARING_CLASSES,
    SUBJECTS,
    UPDATE_CYCLES,
    VALUE_RULES,
    SharingClass,
    State,
)
from .officers import OFFICERS
from .terms import check_sharing_terms

__all__ = [
    "CODE",
    "CYCLE_DAYS",
    "DEFAULT_AUTHORITY",
    "DELIVERIES",
    "FORMATS",
    "GRADES",
    "ITEM_NAME",
    "ITEM_TYPES",
    "OFFICERS",
    "SHARING_CLASSES",
    "SUBJECTS",
    "UPDATE_CYCLES",
    "VALUE_RULES",
    "DatasetSpec",
    "Freshness",
    "ItemSpec",
    "SharingClass",
    "State",
    "check_entry",
    "check_sharing_terms",
    "freshness",
    "read_entries",
]
