"""What changed after a measure: people before and after it, over the same number of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LONGEST = 60  # days compared on either side
SHORTEST = 7  # fewer days say nothing


@dataclass(frozen=True, slots=True)
class Effect:
    """People who raised the matter in ``days`` days before the measure and as many from it on.

    A person is counted once a day. No cause is claimed: other things changed as well.
    """

    days: int
    before: int
    after: int

    @property
    def is_early(self) -> bool:
        return self.days < SHORTEST

    @property
    def change(self) -> float | None:
        """-0.5 when half as many came; None when nobody came before."""
        return (self.after - self.before) / self.before if self.before else None


def effect_of(people: Mapping[date, int], *, since: date, today: date) -> Effect:
    """Compare the days from ``since`` to ``today`` with as many before, sixty at most."""
    days = max(0, min(LONGEST, (today - since).days + 1))
    ordinals = {day.toordinal(): count for day, count in people.items()}
    start = since.toordinal()
    return Effect(
        days=days,
        before=sum(ordinals.get(day, 0) for day in range(start - days, start)),
        after=sum(ordinals.get(day, 0) for day in range(start, start + days)),
    )
