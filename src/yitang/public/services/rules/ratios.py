"""The two ratios that are kept apart (FACTS §4.11): what the list promises, what people did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from .items import ItemFacts
from .trips import journeys


@dataclass(frozen=True, slots=True)
class TripSummary:
    """Journeys over a list of items; averages are weighted by cases a year.

    Items that state neither channel nor material are ``unstated`` and counted nowhere else.
    """

    items: int
    cases_a_year: int
    trips_before: int  # a year
    trips_after: int
    items_without_trip: int
    items_at_most_one: int
    unstated: int = 0

    @property
    def average_before(self) -> float:
        return self.trips_before / self.cases_a_year if self.cases_a_year else 0.0

    @property
    def average_after(self) -> float:
        return self.trips_after / self.cases_a_year if self.cases_a_year else 0.0

    @property
    def trips_saved(self) -> int:
        """A year."""
        return self.trips_before - self.trips_after

    @property
    def item_ratio(self) -> float:
        """Items with at most one trip ÷ all items (the 最多跑一次 item ratio)."""
        return self.items_at_most_one / self.items if self.items else 0.0

    @property
    def zero_trip_share(self) -> float:
        """Items without any trip ÷ all items."""
        return self.items_without_trip / self.items if self.items else 0.0


def combine(summaries: Iterable[TripSummary]) -> TripSummary:
    """Several departments' summaries as one."""
    parts = [astuple(summary) for summary in summaries]
    return TripSummary(*(sum(column) for column in zip(*parts, strict=True))) if parts else NOTHING


def summarise(items: Iterable[ItemFacts], shared: frozenset[str]) -> TripSummary:
    """The summary of ``items`` while the datasets in ``shared`` stand in for papers."""
    count = cases = before = after = none = one = unstated = 0
    for item in items:
        if not item.states_trips:
            unstated += 1
            continue
        now = len(journeys(item, shared))
        count += 1
        cases += item.volume
        before += len(journeys(item, ())) * item.volume
        after += now * item.volume
        none += now == 0
        one += now <= 1
    return TripSummary(count, cases, before, after, none, one, unstated)


NOTHING = TripSummary(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class VisitRatio:
    """On-site events that were logged ÷ cases closed: never taken from the item list."""

    closed_cases: int
    visits: int
    cases_without_visit: int

    @property
    def visits_per_case(self) -> float | None:
        """``None`` while nothing is closed: no figure is better than a made-up one."""
        return self.visits / self.closed_cases if self.closed_cases else None


def visit_ratio(visits_of_closed_cases: Iterable[int]) -> VisitRatio:
    """The ratio from the number of on-site events of each closed case."""
    counts = list(visits_of_closed_cases)
    return VisitRatio(len(counts), sum(counts), sum(count == 0 for count in counts))
