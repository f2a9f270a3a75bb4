"""Background work of the room."""

from __future__ import annotations

from yitang.ground.plumbing.api import now

from .api import accept_overdue_applications


def accept_overdue() -> None:
    """Applications nobody answered in time count as accepted."""
    accept_overdue_applications(at=now())
