"""What the border asks of a value, how a header is recognised, what a receipt says."""

from .border import PROBLEMS, ItemRule, check_value, parsed_date, problem_message
from .columns import Matching, expected_labels, folded, guess_rule, header_row, match_columns
from .drift import (
    ADDED,
    ADDED_MOVES,
    CHANGED,
    DRIFT,
    DRIFT_KINDS,
    DRIFT_PREFIX,
    DRIFT_STATES,
    DRIFT_WORKFLOW,
    LOST,
    RENAMED,
    Difference,
    changed_columns,
    differences_of,
    failing_shares,
)
from .overlaps import (
    OVERLAP_MOVES,
    OVERLAP_STATES,
    REASONS,
    Agreement,
    Held,
    HeldItem,
    find_overlaps,
    kind_of,
    next_state,
)
from .overlaps import Overlap as FoundOverlap
from .paging import Paging, paging_of, shown_address
from .receipt import Problem, Receipt, RejectedRow, RowFault, canonical, masked
from .sketches import TableSketch, sketch_table
from .sketches import packed as packed_sketch
from .sketches import unpacked as unpacked_sketch
from .sources import ADDRESS_KINDS, SourceEntry, read_sources

__all__ = [
    "ADDED",
    "ADDED_MOVES",
    "ADDRESS_KINDS",
    "CHANGED",
    "DRIFT",
    "DRIFT_KINDS",
    "DRIFT_PREFIX",
    "DRIFT_STATES",
    "DRIFT_WORKFLOW",
    "LOST",
    "OVERLAP_MOVES",
    "OVERLAP_STATES",
    "PROBLEMS",
    "REASONS",
    "RENAMED",
    "Agreement",
    "Difference",
    "FoundOverlap",
    "Held",
    "HeldItem",
    "ItemRule",
    "Matching",
    "Paging",
    "Problem",
    "Receipt",
    "RejectedRow",
    "RowFault",
    "SourceEntry",
    "TableSketch",
    "canonical",
    "changed_columns",
    "check_value",
    "differences_of",
    "expected_labels",
    "failing_shares",
    "find_overlaps",
    "folded",
    "guess_rule",
    "header_row",
    "kind_of",
    "masked",
    "match_columns",
    "next_state",
    "packed_sketch",
    "paging_of",
    "parsed_date",
    "problem_message",
    "read_sources",
    "shown_address",
    "sketch_table",
    "unpacked_sketch",
]
