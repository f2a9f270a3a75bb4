"""Background work of the room."""

from __future__ import annotations

from yitang.ground.plumbing.api import now

from .actions import refresh_rollups


def refresh(*, code: str | None = None) -> None:
    """Make one metric's rollups anew, or all."""
    refresh_rollups(codes=[code] if code else None, at=now())
