"""Background work of the room; all of it may run any number of times."""

from __future__ import annotations

from contextlib import suppress

from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .actions import claim_source, due_sources, forget_uploads, gather_source, refresh_overlaps


def find_overlaps() -> None:
    """Compare every gathered dataset with every other; repeating it changes nothing."""
    refresh_overlaps(actor=system_actor(), at=now())


def forget() -> None:
    """Delete uploads older than a day, whether or not anybody comes back."""
    forget_uploads(at=now())


def fetch_due() -> None:
    """Fetch every source whose time has come; one that fails does not stop the others.

    Each is claimed before, so that no two workers fetch it at once.
    """
    for source in due_sources(at=now()):
        if claim_source(source=source, at=now()):
            with suppress(DomainError):  # kept with the source, tried again, then a case
                gather_source(source=source, actor=system_actor(), at=now())
