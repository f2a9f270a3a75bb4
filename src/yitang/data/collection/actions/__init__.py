"""Writes: batches are gathered, files looked at, sources registered."""

from .drift import decide_drift, move_stop, said_of
from .fetching import claim_source, due_sources, gather_source, move_fetch, note_failure
from .folders import gather_folder
from .gathering import gather, gather_file, gather_url, hand_over
from .overlaps import FoundOverlaps, decide_overlap, refresh_overlaps
from .quality import set_quality_rules
from .samples import sample_rows
from .shrinking import Fewer, Shrinking, shrinking_of
from .sorting import SortedFile, gather_sorted, sort_folder
from .sources import register_source
from .suggestions import accept_suggestions, suggested_rules
from .templates import template_workbook
from .trying import Trial, try_source
from .uploads import forget_uploads, inspect_upload
from .workbooks import marked_workbook, take_out_marked, take_out_quarantine

__all__ = [
    "Fewer",
    "FoundOverlaps",
    "Shrinking",
    "SortedFile",
    "Trial",
    "accept_suggestions",
    "claim_source",
    "decide_drift",
    "decide_overlap",
    "due_sources",
    "forget_uploads",
    "gather",
    "gather_file",
    "gather_folder",
    "gather_sorted",
    "gather_source",
    "gather_url",
    "hand_over",
    "inspect_upload",
    "marked_workbook",
    "move_fetch",
    "move_stop",
    "note_failure",
    "refresh_overlaps",
    "register_source",
    "said_of",
    "sample_rows",
    "set_quality_rules",
    "shrinking_of",
    "sort_folder",
    "suggested_rules",
    "take_out_marked",
    "take_out_quarantine",
    "template_workbook",
    "try_source",
]
