"""Background work: what several departments hold is looked for once a day."""

from __future__ import annotations

from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .actions import refresh_overlaps


def find_overlaps() -> None:
    """Compare every gathered dataset with every other; repeating it changes nothing."""
    refresh_overlaps(actor=system_actor(), at=now())
