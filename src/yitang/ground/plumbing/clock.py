"""The injected clock: the only place that reads the time.

Actions take the time as an argument; views, endpoints, commands and jobs get it here. A
demonstration pins it with ``YITANG_NOW``, so that its deadlines and figures repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime

from .settings import settings


def now() -> datetime:
    """The present moment in UTC, or the moment the operator pinned."""
    pinned = settings().now
    return pinned.astimezone(UTC) if pinned else datetime.now(UTC)
