"""Background work of the room; all of it may run any number of times."""

from __future__ import annotations

from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .actions import forget_uploads, refresh_overlaps


def find_overlaps() -> None:
    """Compare every gathered dataset with every other; repeating it changes nothing."""
    refresh_overlaps(actor=system_actor(), at=now())


def forget() -> None:
    """Delete uploads older than a day, whether or not anybody comes back."""
    forget_uploads(at=now())
