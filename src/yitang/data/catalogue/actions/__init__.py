"""Writes: an entry is registered, published, retired; gathering reports what it brought."""

from .entries import load_datasets, note_gathered, publish_dataset, register_dataset, retire_dataset

__all__ = [
    "load_datasets",
    "note_gathered",
    "publish_dataset",
    "register_dataset",
    "retire_dataset",
]
