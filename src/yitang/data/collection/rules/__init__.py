"""What the border asks of a value, how a header is recognised, what a receipt says."""

from .border import PROBLEMS, ItemRule, check_value, parsed_date, problem_message
from .columns import Matching, expected_labels, folded, guess_rule, header_row, match_columns
from .receipt import Problem, Receipt, RejectedRow, RowFault, canonical, masked
from .sources import SourceEntry, read_sources

__all__ = [
    "PROBLEMS",
    "ItemRule",
    "Matching",
    "Problem",
    "Receipt",
    "RejectedRow",
    "RowFault",
    "SourceEntry",
    "canonical",
    "check_value",
    "expected_labels",
    "folded",
    "guess_rule",
    "header_row",
    "masked",
    "match_columns",
    "parsed_date",
    "problem_message",
    "read_sources",
]
