"""Which datasets of different departments hold the same, who should hold it, what is decided."""

from .deciding import OVERLAP_MOVES, OVERLAP_STATES, next_state
from .finding import find_overlaps
from .found import Agreement, Overlap
from .held import Held, HeldItem, is_fact, kind_of
from .sourcing import REASONS

__all__ = [
    "OVERLAP_MOVES",
    "OVERLAP_STATES",
    "REASONS",
    "Agreement",
    "Held",
    "HeldItem",
    "Overlap",
    "find_overlaps",
    "is_fact",
    "kind_of",
    "next_state",
]
