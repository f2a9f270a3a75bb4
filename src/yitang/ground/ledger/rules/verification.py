"""Verification: every line by itself, every place by its neighbours, every length by anchors.

What the database's index knows (hash and id of each entry) makes the answer exact where the
files alone can only say "somewhere up to here"; it is no evidence of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from yitang.ground.base.text import Message

from .anchors import Anchor, Head, anchor_lines, parse_anchor, root_of
from .entries import GENESIS, Line, LineUnreadable, parse_line
from .segments import is_held, segment_path, segment_paths, torn_tail, whole_lines

# Missing entries of one gap that are named one by one; the rest is counted.
NAMED_IN_A_GAP = 50


# How each kind of damage shows.
SPOILT = Message("ledger.spoilt", "its bytes do not fit its hash")
GONE = Message("ledger.gone", "its line is gone")
SPOILT_AND_MORE = Message(
    "ledger.spoilt_and_more", "its bytes do not fit its hash, and {more} more after it"
)
GONE_AND_MORE = Message("ledger.gone_and_more", "its line is gone, and {more} more after it")
MOVED = Message("ledger.moved", "it was moved")
TWICE = Message("ledger.twice", "it stands twice")
NOW_AT = Message("ledger.now_at", "it now stands at position {position}")
NOT_FIRST = Message("ledger.not_first", "it claims an entry before the first")
DISOWNED = Message("ledger.disowned", "the entry after it names another hash")
OTHER = Message("ledger.other", "it is not the entry that was confirmed")
UNANCHORED = Message(
    "ledger.unanchored", "positions {first} to {last} are not those that were anchored"
)
TORN = Message(
    "ledger.torn", "the last line was cut off before it was confirmed; the next start sets it aside"
)
ANCHOR_SPOILT = Message("ledger.anchor_spoilt", "it cannot be read")
ANCHOR_UNSIGNED = Message(
    "ledger.anchor_unsigned", "it is not signed by the key of this installation"
)
ANCHOR_ROOT = Message("ledger.anchor_root", "its root does not fit the segments it names")
ANCHOR_LINK = Message("ledger.anchor_link", "an anchor before it is gone or was changed")
WITNESSED = Message("ledger.witnessed", "a witness keeps another one")


class ProblemKind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    REPEATED = "repeated"
    TORN = "torn"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken entry: in which segment, at which position (from 0), its id if known."""

    kind: ProblemKind
    segment: str
    position: int
    entry_id: str
    detail: Message = OTHER


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and every problem found."""

    entries: int
    segments: int
    anchors: int
    problems: list[Problem] = field(default_factory=list[Problem])

    @property
    def ok(self) -> bool:
        return not self.problems


# Position to (entry id, hash), as the database's index holds them.
Known = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Segment:
    """The lines of one segment as they stand in the file, and what is wrong among them."""

    name: str
    lines: dict[int, Line]
    problems: list[Problem]


def verify_folder(
    folder: Path,
    *,
    key: bytes,
    known: Callable[[str], Known] | None = None,
    known_segments: frozenset[str] = frozenset(),
    witnessed: list[bytes] | None = None,
) -> Verification:
    """Check every segment and anchor under ``folder``; ``key`` is the trusted public key.

    ``known`` gives what the index knows of a segment; ``witnessed`` are the lines of our
    anchors as another node keeps them.
    """
    anchors, problems = _check_anchors(folder, key, witnessed)
    heads = {head.segment: head for anchor in anchors for head in anchor.heads}
    marks: dict[str, list[Head]] = {}
    for anchor in anchors:
        for head in anchor.heads:
            marks.setdefault(head.segment, []).append(head)
    names = {path.stem for path in segment_paths(folder)} | heads.keys() | known_segments
    entries = 0
    for name in sorted(names):
        facts = known(name) if known else {}
        segment = _check_segment(folder, name)
        entries += len(segment.lines)
        problems += _merged(
            [
                segment.problems,
                list(_against_index(segment, facts)),
                list(_against_anchors(segment, marks.get(name, []), facts)),
            ]
        )
    return Verification(entries, len(names), len(anchors), problems)


def _check_segment(folder: Path, name: str) -> _Segment:
    path = segment_path(folder, name)
    if not path.exists():
        return _Segment(name, {}, [])
    was_held = is_held(path)
    order: list[Line] = []
    spoilt: list[str] = []  # the ids, as far as legible, of lines that cannot be trusted
    for _, raw in whole_lines(path):
        try:
            line = parse_line(raw)
        except LineUnreadable:
            spoilt.append("")
        else:
            order.append(line) if line.is_sound else spoilt.append(line.id)
    lines: dict[int, Line] = {}
    for line in order:
        lines.setdefault(line.position, line)
    problems = [
        *_out_of_order(name, order),
        *_gaps(name, lines, spoilt),
        *_broken_links(name, lines),
    ]
    if torn_tail(path) and not was_held and not is_held(path):
        problems.append(Problem(ProblemKind.TORN, name, len(lines), "", TORN))
    return _Segment(name, lines, problems)


def _out_of_order(name: str, order: list[Line]) -> Iterator[Problem]:
    """The fewest lines whose moves explain the order: swapped pairs, or single lines moved."""
    positions = [line.position for line in order]
    kept = _longest_rising(positions)
    moved = [index for index in range(len(order)) if index not in kept]
    ranks = sorted(range(len(order)), key=positions.__getitem__)
    displaced = [index for index, rank in enumerate(ranks) if index != rank]
    seen = {positions[index] for index in kept}
    is_repeated = len(set(positions)) < len(positions)
    if displaced and not is_repeated and len(displaced) <= max(2, len(moved)):
        moved, seen = displaced, set()
    for index in moved:
        line = order[index]
        if line.position in seen:
            yield Problem(ProblemKind.REPEATED, name, line.position, line.id, TWICE)
        else:
            yield Problem(ProblemKind.REORDERED, name, line.position, line.id, MOVED)


def _longest_rising(numbers: list[int]) -> set[int]:
    """Indexes of a longest strictly rising subsequence."""
    tails: list[int] = []
    tail_indexes: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(tail_indexes[at - 1] if at else -1)
        if at == len(tails):
            tails.append(number)
            tail_indexes.append(index)
        else:
            tails[at], tail_indexes[at] = number, index
    kept: set[int] = set()
    index = tail_indexes[-1] if tail_indexes else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def _gaps(name: str, lines: Mapping[int, Line], spoilt: list[str]) -> Iterator[Problem]:
    """Positions that no sound line holds: changed where a spoilt line may stand, else gone."""
    waiting = list(spoilt)
    expected = 0
    for position in sorted(lines):
        absent = range(expected, position)
        expected = position + 1
        if absent:
            known = {absent[-1]: lines[position].after}
            yield from _absent(name, absent, waiting, known)
    yield from _absent(name, range(expected, expected + len(waiting)), waiting, {})


def _absent(
    name: str, positions: range, spoilt: list[str], known: Mapping[int, str]
) -> Iterator[Problem]:
    """One problem per position, up to a limit; takes the spoilt lines it explains."""
    more = len(positions) - NAMED_IN_A_GAP
    for position in positions[:NAMED_IN_A_GAP]:
        kind, entry_id, detail, counted = ProblemKind.MISSING, "", GONE, GONE_AND_MORE
        if spoilt:
            kind, entry_id, detail = ProblemKind.CHANGED, spoilt.pop(0), SPOILT
            counted = SPOILT_AND_MORE
        if more > 0 and position == positions[NAMED_IN_A_GAP - 1]:
            detail = replace(counted, params={"more": more})
        yield Problem(kind, name, position, known.get(position, entry_id), detail)


def _broken_links(name: str, lines: Mapping[int, Line]) -> Iterator[Problem]:
    """A sound line that its follower does not recognise was written anew, hash and all."""
    first = lines.get(0)
    if first is not None and (first.previous, first.after) != (GENESIS, ""):
        yield Problem(ProblemKind.CHANGED, name, 0, first.id, NOT_FIRST)
    for position, line in lines.items():
        before = lines.get(position - 1)
        if before is None:
            continue
        if line.previous != before.written or line.after != before.id:
            yield Problem(ProblemKind.CHANGED, name, before.position, before.id, DISOWNED)


def _against_index(segment: _Segment, known: Known) -> Iterator[Problem]:
    """The first entry that differs from what was indexed, and every one that is gone."""
    ids = {line.id: position for position, line in segment.lines.items()}
    for position in sorted(known):
        entry_id, digest = known[position]
        line = segment.lines.get(position)
        if line is not None and line.written == digest:
            continue
        if line is None or entry_id not in ids:
            yield Problem(ProblemKind.MISSING, segment.name, position, entry_id, GONE)
        elif line.id != entry_id:
            detail = replace(NOW_AT, params={"position": ids[entry_id]})
            yield Problem(ProblemKind.REORDERED, segment.name, position, entry_id, detail)
        else:
            yield Problem(ProblemKind.CHANGED, segment.name, position, entry_id, OTHER)
        if line is not None:
            return  # all that follow were chained anew and differ too


def _against_anchors(segment: _Segment, marks: list[Head], known: Known) -> Iterator[Problem]:
    agreed = 0
    for mark in marks:
        last = segment.lines.get(mark.entries - 1)
        if last is not None and last.written == mark.hash:
            agreed = mark.entries
            continue
        if last is None:
            start = max(segment.lines, default=-1) + 1
            absent = range(max(start, agreed), mark.entries)
            named = {position: known[position][0] for position in absent if position in known}
            gone = absent or range(mark.entries - 1, mark.entries)
            yield from _absent(segment.name, gone, [], named)
        else:
            detail = replace(UNANCHORED, params={"first": agreed, "last": mark.entries - 1})
            yield Problem(ProblemKind.CHANGED, segment.name, mark.entries - 1, last.id, detail)
        return


def _merged(found: list[list[Problem]]) -> list[Problem]:
    """Each position once; the first finding names it, a later one may add the id.

    An anchor's vaguer finding is left out where an exact one explains it.
    """
    merged: dict[int, Problem] = {}
    exact, indexed, anchored = found
    for problem in [*exact, *indexed]:
        earlier = merged.get(problem.position)
        if earlier is None:
            merged[problem.position] = problem
        elif not earlier.entry_id and problem.entry_id:
            merged[problem.position] = Problem(
                earlier.kind, earlier.segment, earlier.position, problem.entry_id, earlier.detail
            )
    for problem in anchored:
        is_explained = problem.kind is ProblemKind.CHANGED and merged
        if problem.position not in merged and not is_explained:
            merged[problem.position] = problem
    return [merged[position] for position in sorted(merged)]


def _check_anchors(
    folder: Path, key: bytes, witnessed: list[bytes] | None
) -> tuple[list[Anchor], list[Problem]]:
    """The anchors that can be trusted, and what is wrong with the others."""
    trusted: list[Anchor] = []
    problems: list[Problem] = []
    heads: dict[str, Head] = {}
    previous, expected = GENESIS, 0
    ours: dict[int, bytes] = {}
    for index, raw in enumerate(anchor_lines(folder)):
        try:
            anchor = parse_anchor(raw)
        except ValueError:
            problems.append(_anchor_problem(ProblemKind.CHANGED, index, ANCHOR_SPOILT))
            previous, expected = "", index + 1
            continue
        ours[anchor.number] = raw
        if not anchor.is_signed_by(key):
            problems.append(_anchor_problem(ProblemKind.FORGED, anchor.number, ANCHOR_UNSIGNED))
        else:
            heads |= {head.segment: head for head in anchor.heads}
            trusted.append(anchor)
            if anchor.root != root_of(heads) and previous:
                problems.append(_anchor_problem(ProblemKind.FORGED, anchor.number, ANCHOR_ROOT))
        if anchor.number != expected or (previous and anchor.previous != previous):
            problems.append(_anchor_problem(ProblemKind.MISSING, anchor.number, ANCHOR_LINK))
        previous, expected = anchor.digest, anchor.number + 1
    for raw in witnessed or []:
        number = parse_anchor(raw).number
        if ours.get(number) != raw:
            kind = ProblemKind.FORGED if number in ours else ProblemKind.MISSING
            problems.append(_anchor_problem(kind, number, WITNESSED))
    return trusted, problems


def _anchor_problem(kind: ProblemKind, number: int, detail: Message) -> Problem:
    return Problem(kind, "anchors", number, "", detail)
