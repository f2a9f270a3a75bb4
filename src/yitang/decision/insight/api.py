"""The door of the room."""

from .access import can_note_measure, check_can_note_measure
from .actions import Refreshed, locate, note_measure, refresh_hot_issues
from .connectors import ReadMessages, read_messages
from .models import HotIssue, HotIssueAppeal, Measure
from .queries import JudgedMeasure, hot_issue, hot_issues, issue_evidence, measures_of
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
    "check_can_note_measure",
    "find_issues",
    "hot_issue",
    "hot_issues",
    "issue_evidence",
    "locate",
    "measures_of",
    "note_measure",
    "read_messages",
    "refresh_hot_issues",
]
