"""Writes: bases are made, files of any kind fused, a person's record opened for a purpose."""

from .bases import (
    fuse_base,
    fuse_legal_entities,
    fuse_population,
    open_person,
    score_against_truth,
)
from .files import fuse_files

__all__ = [
    "fuse_base",
    "fuse_files",
    "fuse_legal_entities",
    "fuse_population",
    "open_person",
    "score_against_truth",
]
