"""Background work of the room; both jobs may run any number of times."""

from __future__ import annotations

from yitang.ground.plumbing.api import now

from .actions import recompute_provisional, supervise_cases


def supervise() -> None:
    """Warn about cases that are nearly late or late."""
    supervise_cases(at=now())


def recompute() -> None:
    """Reckon provisional due dates on the calendar of today."""
    recompute_provisional(at=now())
