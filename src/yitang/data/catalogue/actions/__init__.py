"""Writes: an entry is drafted, reviewed, published, retired; gathering reports what it brought."""

from .drafting import amend_entry, draft_entry, move_entry
from .entries import load_datasets, note_gathered, publish_dataset, register_dataset, retire_dataset

__all__ = [
    "amend_entry",
    "draft_entry",
    "load_datasets",
    "move_entry",
    "note_gathered",
    "publish_dataset",
    "register_dataset",
    "retire_dataset",
]
