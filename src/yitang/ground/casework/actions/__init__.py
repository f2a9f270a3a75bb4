"""Writes: every change to a case with its history line, in one transaction."""

from .managing import assign_case, extend_case, note_case, pause_case, resume_case
from .moving import advance_case, check_move
from .opening import NewCase, open_case, open_cases
from .supervising import Supervised, recompute_provisional, supervise_cases

__all__ = [
    "NewCase",
    "Supervised",
    "advance_case",
    "assign_case",
    "check_move",
    "extend_case",
    "note_case",
    "open_case",
    "open_cases",
    "pause_case",
    "recompute_provisional",
    "resume_case",
    "supervise_cases",
]
