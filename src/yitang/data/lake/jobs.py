"""Background work: every table is kept in order once a day."""

from __future__ import annotations

from yitang.ground.plumbing.api import settings

from . import actions


def keep() -> None:
    """Idempotent: a table in order stays as it is."""
    actions.keep_tables(days=settings().lake_days)
