"""Writes: an entry is drafted, reviewed, published, retired; gathering reports what it brought."""

from .drafting import amend_entry, draft_entry, move_entry
from .entries import note_gathered, publish_dataset, register_dataset, retire_dataset
from .holding import answer_dump, forget_dumps, hold_dump
from .importing import Taken, import_catalogue
from .indexing import reindex_entries
from .loading import Registered, load_datasets, register_datasets
from .moving import MOVES, Moved, move_imported
from .planning import Plan, plan_import
from .system_files import LoadedSystems, SystemOutcome, hold_systems, load_systems
from .systems import amend_system, decide_system, register_system

__all__ = [
    "MOVES",
    "LoadedSystems",
    "Moved",
    "Plan",
    "Registered",
    "SystemOutcome",
    "Taken",
    "amend_entry",
    "amend_system",
    "answer_dump",
    "decide_system",
    "draft_entry",
    "forget_dumps",
    "hold_dump",
    "hold_systems",
    "import_catalogue",
    "load_datasets",
    "load_systems",
    "move_entry",
    "move_imported",
    "note_gathered",
    "plan_import",
    "publish_dataset",
    "register_dataset",
    "register_datasets",
    "register_system",
    "reindex_entries",
    "retire_dataset",
]
