"""Writes: an entry is drafted, reviewed, published, retired; gathering reports what it brought."""

from .drafting import amend_entry, draft_entry, move_entry
from .entries import note_gathered, publish_dataset, register_dataset, retire_dataset
from .holding import answer_dump, forget_dumps, hold_dump
from .importing import Plan, Taken, import_catalogue, plan_import
from .indexing import reindex_entries
from .loading import Registered, load_datasets, register_datasets

__all__ = [
    "Plan",
    "Registered",
    "Taken",
    "amend_entry",
    "answer_dump",
    "draft_entry",
    "forget_dumps",
    "hold_dump",
    "import_catalogue",
    "load_datasets",
    "move_entry",
    "note_gathered",
    "plan_import",
    "publish_dataset",
    "register_dataset",
    "register_datasets",
    "reindex_entries",
    "retire_dataset",
]
