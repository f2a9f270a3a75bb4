"""The door of the room."""

from .actions import (
    accept_witness,
    anchor,
    drain_outbox,
    index_segments,
    rebuild_index,
    record,
)
from .queries import (
    LedgerEntry,
    entries_about,
    entries_for,
    entries_of,
    entry,
    ledger_folder,
    verify,
    witnessed_nodes,
)
from .rules import Problem, ProblemKind, Verification

__all__ = [
    "LedgerEntry",
    "Problem",
    "ProblemKind",
    "Verification",
    "accept_witness",
    "anchor",
    "drain_outbox",
    "entries_about",
    "entries_for",
    "entries_of",
    "entry",
    "index_segments",
    "ledger_folder",
    "rebuild_index",
    "record",
    "verify",
    "witnessed_nodes",
]
