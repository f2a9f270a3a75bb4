"""Where a dataset comes from and where it goes, as a picture of three columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yitang.data.catalogue.api import Dataset, Neighbour, lineage_of
from yitang.ground.base.text import Message

SHOWN = 6  # of one kind


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours of one kind: the first few, and how many more there are."""

    kind: Message
    shown: Sequence[Neighbour]
    more: int


@dataclass(frozen=True, slots=True)
class Picture:
    up: list[Group]
    down: list[Group]


def lineage_picture(entry: Dataset) -> Picture:
    """One step up and one step down."""
    lineage = lineage_of(entry)
    return Picture(_groups(lineage.up), _groups(lineage.down))


def _groups(neighbours: Sequence[Neighbour]) -> list[Group]:
    by_kind: dict[str, list[Neighbour]] = {}
    for one in neighbours:
        by_kind.setdefault(one.kind.code, []).append(one)
    return [
        Group(found[0].kind, found[:SHOWN], max(len(found) - SHOWN, 0))
        for found in by_kind.values()
    ]
