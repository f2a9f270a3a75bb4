"""The injected clock: the only place that reads the time.

Actions take the time as an argument; views, endpoints, commands and jobs get it here. A
demonstration pins it with ``YITANG_NOW``, so that its deadlines and figures repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from yitang.ground.base.clock import Calendar, load_calendar, official_calendar

from .settings import settings


def now() -> datetime:
    """The present moment in UTC, or the moment the operator pinned."""
    pinned = settings().now
    return pinned.astimezone(UTC) if pinned else datetime.now(UTC)


@cache
def working_calendar() -> Calendar:
    """The official calendar, with the later years of ``YITANG_CALENDAR`` if that is set."""
    later = settings().calendar
    return load_calendar(later) if later else official_calendar()
