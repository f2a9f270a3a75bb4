"""Who should hold it (数源部门): a proposal, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from yitang.ground.base.text import Message

from .found import Overlap
from .held import Held, is_fact

MARGIN = {"subjects": 0.05, "complete": 0.01, "quality": 0.01}  # below which two are equal
# Why a dataset is proposed as the source, the strongest reason first, and how its vote counts.
REASONS: Mapping[str, Message] = {
    "authority": Message(
        "collection.reason.authority", "the catalogue marks its items as more authoritative"
    ),
    "duty": Message("collection.reason.duty", "its subject is a duty of the department"),
    "subjects": Message("collection.reason.subjects", "it knows more of them"),
    "complete": Message("collection.reason.complete", "fewer of its values are missing"),
    "cycle": Message("collection.reason.cycle", "it is updated more often"),
    "quality": Message("collection.reason.quality", "its batches score better"),
}
VOTES = {"authority": 4, "duty": 4, "subjects": 3, "complete": 1, "cycle": 1, "quality": 1}


def with_source(one: Overlap, by_code: Mapping[str, Held]) -> Overlap:
    """Propose the department that should hold it, by votes that are told."""
    left, right = by_code[one.left], by_code[one.right]
    key = dict(zip((left.code, right.code), one.key, strict=True))
    measures = {
        "authority": (_authority(right, one), _authority(left, one)),
        "duty": (_is_duty(left, right), _is_duty(right, left)),
        "subjects": (_subjects(left, key[left.code]), _subjects(right, key[right.code])),
        "complete": (_completeness(left, one), _completeness(right, one)),
        "cycle": (-(left.cycle_days or 999), -(right.cycle_days or 999)),
        "quality": (left.quality, right.quality),
    }
    votes: dict[str, list[str]] = {left.code: [], right.code: []}
    for reason, (mine, theirs) in measures.items():
        if abs(mine - theirs) > MARGIN.get(reason, 0) * max(abs(mine), abs(theirs)):
            votes[left.code if mine > theirs else right.code].append(reason)
    for_left, for_right = (
        sum(VOTES[reason] for reason in votes[code]) for code in (left.code, right.code)
    )
    source = left.code if for_left >= for_right else right.code
    return replace(one, source=source, reasons=tuple(votes[source]))


def with_first_source(one: Overlap, direct: Sequence[Overlap]) -> Overlap:
    """Where the proposed source itself has most of these facts from a third, that one."""
    source, names = one.source, set(_names(one, one.source))
    for other in direct:
        if source in (other.left, other.right) and other.source not in (
            source,
            one.left,
            one.right,
        ):
            shared = names & set(_names(other, source))
            if 2 * len(shared) > len(names):
                return replace(one, source=other.source, reasons=other.reasons)
    return one


def _names(one: Overlap, code: str) -> list[str]:
    """The agreeing facts as one of the two datasets calls them."""
    return [
        found.left if code == one.left else found.right
        for found in one.agreements
        if is_fact(found.weight)
    ]


def _is_duty(held: Held, other: Held) -> bool:
    """Whether a duty of its department is named in the title of either."""
    return any(duty in held.title + " " + other.title for duty in held.duties if len(duty) > 1)


def _authority(held: Held, one: Overlap) -> float:
    """The lowest number the catalogue gives the agreeing items: 1 is believed most."""
    names = {found.left if held.code == one.left else found.right for found in one.agreements}
    return min((item.authority for item in held.items if item.name in names), default=50)


def _subjects(held: Held, key: str) -> int:
    return next(s.keys.distinct for s in held.table.samples if " ".join(s.columns) == key)


def _completeness(held: Held, one: Overlap) -> float:
    names = {found.left if held.code == one.left else found.right for found in one.agreements}
    filled = [column.filled for column in held.table.columns if column.name in names]
    return sum(filled) / max(1, len(filled) * held.table.rows)
