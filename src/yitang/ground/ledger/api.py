"""The door of the room."""

from .actions import (
    accept_witness,
    alter_for_demonstration,
    anchor,
    drain_outbox,
    index_segments,
    is_altered,
    rebuild_index,
    record,
    record_at_once,
    restore_after_demonstration,
)
from .queries import (
    LedgerEntry,
    LedgerState,
    entries_about,
    entries_for,
    entries_of,
    entry,
    ledger_folder,
    ledger_state,
    verify,
    witnessed_nodes,
)
from .rules import Problem, ProblemKind, Verification

__all__ = [
    "LedgerEntry",
    "LedgerState",
    "Problem",
    "ProblemKind",
    "Verification",
    "accept_witness",
    "alter_for_demonstration",
    "anchor",
    "drain_outbox",
    "entries_about",
    "entries_for",
    "entries_of",
    "entry",
    "index_segments",
    "is_altered",
    "ledger_folder",
    "ledger_state",
    "rebuild_index",
    "record",
    "record_at_once",
    "restore_after_demonstration",
    "verify",
    "witnessed_nodes",
]
