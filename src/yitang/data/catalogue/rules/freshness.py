"""How a dataset stands to its update cycle."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

# Days after which the next batch is late: the longest the cycle can last on the calendar.
CYCLE_DAYS = {
    "realtime": 1, "daily": 1, "weekly": 7, "ten_days": 11, "monthly": 31, "quarterly": 92,
    "half_yearly": 184,
    "yearly": 366,
}  # fmt: skip


class Freshness(StrEnum):
    """How a dataset stands to its update cycle."""

    FRESH = "fresh"
    LATE = "late"
    NEVER_GATHERED = "never gathered"
    UNTIMED = "without a cycle"


def freshness(update_cycle: str, gathered_at: datetime | None, at: datetime) -> Freshness:
    """Whether the next batch is due: late once the cycle's longest length has passed."""
    if gathered_at is None:
        return Freshness.NEVER_GATHERED
    days = CYCLE_DAYS.get(update_cycle)
    if days is None:
        return Freshness.UNTIMED
    return Freshness.LATE if at - gathered_at > timedelta(days=days) else Freshness.FRESH
