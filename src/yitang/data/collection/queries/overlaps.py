"""Reads: what several departments hold."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import (
    visible_overlaps,
)
from yitang.data.collection.errors import OverlapUnknown
from yitang.data.collection.models import (
    Overlap,
    OverlapEvent,
)
from yitang.data.collection.rules import (
    is_fact,
)
from yitang.ground.organisations.api import User


@dataclass(frozen=True, slots=True)
class Chimneys:
    """What overlaps come to: datasets that could stop being collected, and those that did.

    ``items`` and ``rows`` are those of the datasets that could stop.
    """

    proposed: int
    confirmed: int
    datasets: int
    items: int
    rows: int
    stopped: int


def overlaps(user: User, *, state: str = "", dataset: str = "") -> list[Overlap]:
    """Overlaps that ``user`` may see, the heaviest first; of one state or one dataset."""
    rows = visible_overlaps(user)
    if state:
        rows = rows.filter(state=state)
    if dataset:
        rows = rows.filter(Q(left__code=dataset) | Q(right__code=dataset))
    return list(rows)


def overlap_for(user: User, public_id: UUID | str) -> Overlap:
    """One overlap that ``user`` may see; raises ``OverlapUnknown``."""
    found = visible_overlaps(user).filter(public_id=public_id).first()
    if found is None:
        raise OverlapUnknown(id=public_id)
    return found


def overlap_events(overlap: Overlap) -> list[OverlapEvent]:
    """What was decided of it, the first first."""
    return list(overlap.events.select_related("actor"))


def chimneys(user: User) -> Chimneys:
    """The sum of the overlaps that ``user`` may see."""
    found = overlaps(user)
    standing = [one for one in found if one.state in {"proposed", "confirmed"}]
    sources = {one.source for one in standing}  # what others are to take from goes on
    could = {
        other.code: (other.row_count, _shared_items(one, other))
        for one in reversed(standing)
        for other in (one.left, one.right)
        if other not in sources
    }
    stopped = {
        other.code
        for one in found
        if one.state == "stopped"
        for other in (one.left, one.right)
        if other != one.source
    }
    return Chimneys(
        proposed=sum(one.state == "proposed" for one in found),
        confirmed=sum(one.state == "confirmed" for one in found),
        datasets=len(could),
        items=sum(items for _, items in could.values()),
        rows=sum(rows for rows, _ in could.values()),
        stopped=len(stopped),
    )


def _shared_items(overlap: Overlap, dataset: Dataset) -> int:
    """How many facts of ``dataset`` stand in the other too."""
    side = "left" if overlap.left == dataset else "right"
    return len({a[side] for a in overlap.evidence["agreements"] if is_fact(a["weight"])})
