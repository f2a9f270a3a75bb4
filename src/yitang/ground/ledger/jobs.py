"""Background work: anchor every minute, which also drains and indexes."""

from yitang.ground.plumbing.api import now

from . import actions


def anchor() -> None:
    """Idempotent: without new entries nothing is written."""
    actions.anchor(now())
