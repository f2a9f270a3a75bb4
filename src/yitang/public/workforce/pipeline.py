"""A day at the counter, simulated: many days at once, each customer one step of arrays.

Erlang's formulas take the peak hour as if it lasted for ever, which is safe but dear. The
simulation lets the day rise and fall, so it needs fewer windows; where the day is long and
even, both agree (tested).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import StaffingInputInvalid
from .rules import Demand, Target

# Nine to seventeen: a morning peak of 19 %, a lunch-time low, an afternoon peak.
WORKING_DAY = (0.13, 0.19, 0.16, 0.07, 0.08, 0.14, 0.14, 0.09)


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """Waits over all simulated days, in minutes."""

    servers: int
    customers: int
    mean_wait: float
    share_within: float


def simulate_days(
    demands: Sequence[Demand],
    *,
    servers: int,
    target: Target,
    seed: int,
    days: int = 60,
    profile: Sequence[float] = WORKING_DAY,
    slower: float = 0.0,
) -> SimulatedDay:
    """Serve ``days`` days of Poisson arrivals in order at ``servers`` windows.

    Minutes are lognormal with each kind's mean and cv, times ``1 + slower``. ``profile`` is the
    share of the day's visits in each hour. The same seed gives the same days.
    """
    arrivals, minutes = _days(demands, np.random.default_rng(seed), days, profile)
    waits = _waits(arrivals, minutes * (1 + slower), servers)
    came = np.isfinite(arrivals)
    return SimulatedDay(
        servers,
        customers=int(came.sum()),
        mean_wait=float(waits[came].mean()) if came.any() else 0.0,
        share_within=float((waits[came] <= target.minutes).mean()) if came.any() else 1.0,
    )


def servers_needed_by_simulation(
    demands: Sequence[Demand],
    *,
    target: Target,
    seed: int,
    days: int = 60,
    profile: Sequence[float] = WORKING_DAY,
    slower: float = 0.0,
) -> int:
    """The fewest windows that keep ``target`` over the simulated days."""
    busiest = max(profile)
    load = sum(d.visits_per_day * d.mean_minutes for d in demands) * busiest / 60 * (1 + slower)
    servers = max(1, int(load * 0.5))
    while True:
        day = simulate_days(
            demands,
            servers=servers,
            target=target,
            seed=seed,
            days=days,
            profile=profile,
            slower=slower,
        )
        if day.share_within >= target.share:
            return servers
        servers += 1


def _days(
    demands: Sequence[Demand], random: np.random.Generator, days: int, profile: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Arrival minutes and service minutes, (days × customers), late seats filled with infinity."""
    weights = np.array([demand.visits_per_day for demand in demands], dtype=float)
    if not weights.sum() > 0:
        raise StaffingInputInvalid(field="visits_per_day", value=0, problem="nobody comes")
    share = np.array(profile, dtype=float) / sum(profile)
    counts = random.poisson(weights.sum(), size=days)
    shape = (days, max(1, int(counts.max(initial=0))))
    hours = random.choice(len(share), size=shape, p=share)
    arrivals = (hours + random.random(shape)) * 60
    arrivals[np.arange(shape[1]) >= counts[:, None]] = np.inf
    arrivals.sort(axis=1)
    kinds = random.choice(len(weights), size=shape, p=weights / weights.sum())
    means = np.array([demand.mean_minutes for demand in demands])
    spread = np.sqrt(np.log1p(np.array([demand.cv for demand in demands]) ** 2))
    drawn = random.standard_normal(shape) * spread[kinds] - spread[kinds] ** 2 / 2
    return arrivals, means[kinds] * np.exp(drawn)


def _waits(
    arrivals: NDArray[np.float64], minutes: NDArray[np.float64], servers: int
) -> NDArray[np.float64]:
    """First come, first served, at whichever window is free first."""
    days, customers = arrivals.shape
    free_at = np.zeros((days, servers))
    rows = np.arange(days)
    waits = np.zeros_like(arrivals)
    for customer in range(customers):
        first = free_at.argmin(axis=1)
        start = np.maximum(arrivals[:, customer], free_at[rows, first])
        came = np.isfinite(arrivals[:, customer])
        waits[came, customer] = start[came] - arrivals[came, customer]
        free_at[rows[came], first[came]] = (start + minutes[:, customer])[came]
    return waits
