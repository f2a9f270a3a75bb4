"""Background work: the hot issues found anew, as often as an operator wants them."""

from __future__ import annotations

from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .actions import refresh_from_hotline


def refresh() -> None:
    """Look at the appeals of the last year; repeating it changes nothing."""
    refresh_from_hotline(actor=system_actor(), at=now())
