"""Background work of the room."""

from __future__ import annotations

from .clock import now
from .replays import forget_responses


def forget() -> None:
    """Delete kept answers past their day."""
    forget_responses(at=now())
