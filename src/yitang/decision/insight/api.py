"""The door of the room."""

from .access import can_note_measure, can_refresh, check_can_note_measure
from .actions import (
    Refreshed,
    locate,
    note_measure,
    queue_refresh,
    refresh_from_hotline,
    refresh_hot_issues,
)
from .connectors import ReadMessages, read_messages
from .models import HotIssue, HotIssueAppeal, Measure
from .queries import (
    JudgedMeasure,
    hot_issue,
    hot_issues,
    issue_evidence,
    measures_of,
    owner_candidates,
    place_names,
)
from .rules import FoundIssue, Message, Trend, find_issues

__all__ = [
    "FoundIssue",
    "HotIssue",
    "HotIssueAppeal",
    "JudgedMeasure",
    "Measure",
    "Message",
    "ReadMessages",
    "Refreshed",
    "Trend",
    "can_note_measure",
    "can_refresh",
    "check_can_note_measure",
    "find_issues",
    "hot_issue",
    "hot_issues",
    "issue_evidence",
    "locate",
    "measures_of",
    "note_measure",
    "owner_candidates",
    "place_names",
    "queue_refresh",
    "read_messages",
    "refresh_from_hotline",
    "refresh_hot_issues",
]
