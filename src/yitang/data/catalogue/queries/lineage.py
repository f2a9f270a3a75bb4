"""Where a dataset's rows come from and where they go: one step up, one step down.

The catalogue knows the department and its systems; the rooms above it tell the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from yitang.data.catalogue.models import Dataset
from yitang.ground.base.text import Message

DEPARTMENT = Message("catalogue.lineage.department", "department")
SYSTEM = Message("catalogue.lineage.system", "its system")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Something that feeds a dataset or lives of it; ``dataset`` is its code if it is one."""

    kind: Message
    name: str | Message
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """What lies directly above and below a dataset."""

    up: Sequence[Neighbour] = field(default_factory=tuple)
    down: Sequence[Neighbour] = field(default_factory=tuple)


LineageFinder = Callable[[Dataset], Lineage]
_finders: dict[str, LineageFinder] = {}


def register_lineage_finder(name: str, finder: LineageFinder) -> None:
    """Ask ``finder`` too; rooms above register in their ``apps.py``."""
    _finders[name] = finder


def lineage_of(dataset: Dataset) -> Lineage:
    """What feeds the dataset and what it feeds, as every room knows it."""
    found = [_finders[name](dataset) for name in sorted(_finders)]
    up = [one for lineage in found for one in lineage.up]
    return Lineage(
        up=up or [Neighbour(DEPARTMENT, dataset.organisation.name), *_systems(dataset)],
        down=[one for lineage in found for one in lineage.down],
    )


def _systems(dataset: Dataset) -> list[Neighbour]:
    names = dict.fromkeys(item.source_system for item in dataset.items.all())
    return [Neighbour(SYSTEM, name) for name in names if name]
