"""The ledger without Django: its lines, segments, anchors and their verification.

The gateway, which serves no pages, writes entries through this door.
"""

from .anchors import (
    Anchor,
    Head,
    accept_anchors,
    anchor_lines,
    anchored_heads,
    continues_anchors,
    heads_of,
    merkle_root,
    parse_anchor,
    witness_path,
    write_anchor,
)
from .details import seal, unseal
from .entries import GENESIS, Draft, Line, LineUnreadable, Place, draft_of, line_of, parse_line
from .segments import (
    SegmentWriter,
    close_writers,
    is_held,
    mend_segments,
    read_line_at,
    segment_path,
    segment_paths,
    segment_writer,
    torn_tail,
    whole_lines,
)
from .verification import Known, Problem, ProblemKind, Verification, verify_folder

__all__ = [
    "GENESIS",
    "Anchor",
    "Draft",
    "Head",
    "Known",
    "Line",
    "LineUnreadable",
    "Place",
    "Problem",
    "ProblemKind",
    "SegmentWriter",
    "Verification",
    "accept_anchors",
    "anchor_lines",
    "anchored_heads",
    "close_writers",
    "continues_anchors",
    "draft_of",
    "heads_of",
    "is_held",
    "line_of",
    "mend_segments",
    "merkle_root",
    "parse_anchor",
    "parse_line",
    "read_line_at",
    "seal",
    "segment_path",
    "segment_paths",
    "segment_writer",
    "torn_tail",
    "unseal",
    "verify_folder",
    "whole_lines",
    "witness_path",
    "write_anchor",
]
