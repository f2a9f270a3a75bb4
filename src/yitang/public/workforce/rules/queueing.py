"""Erlang's formulas: how long people wait at ``servers`` windows (A. K. Erlang, 1917).

Load is in erlang: arrivals per minute × mean minutes. Arrivals are Poisson and the queue is
served in order. Service times other than exponential enter through their coefficient of
variation ``cv`` (Allen-Cunneen: waits scale with (1 + cv²) / 2); ``cv=1`` is exactly Erlang C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from yitang.public.workforce.errors import StaffingInputInvalid


@dataclass(frozen=True, slots=True)
class Target:
    """``share`` of people are to wait at most ``minutes``."""

    share: float = 0.95
    minutes: float = 15.0

    def __post_init__(self) -> None:
        _check("target share", self.share, 0 < self.share < 1, "give a share between 0 and 1")
        _check("target minutes", self.minutes, self.minutes >= 0, "a wait cannot be negative")


def erlang_b(servers: int, load: float) -> float:
    """The share of arrivals that find all servers busy and leave (Erlang's loss formula)."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """The share of arrivals that have to wait; 1 when the load is more than the servers."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, load: float, *, mean_minutes: float, cv: float = 1.0) -> float:
    """Minutes that people wait on average, those who do not wait included."""
    if load >= servers:
        return math.inf
    variation = (1 + cv * cv) / 2
    return erlang_c(servers, load) * mean_minutes / (servers - load) * variation


def share_served_within(
    minutes: float, *, servers: int, load: float, mean_minutes: float, cv: float = 1.0
) -> float:
    """The share of people who wait at most ``minutes``; 0 when the queue never ends."""
    if load >= servers:
        return 0.0
    variation = (1 + cv * cv) / 2
    decay = (servers - load) / mean_minutes / variation
    return 1 - erlang_c(servers, load) * math.exp(-decay * minutes)


def servers_needed(load: float, *, mean_minutes: float, target: Target, cv: float = 1.0) -> int:
    """The fewest servers that keep ``target``; 0 for no load.

    One pass: Erlang B of each count is reached from the one before.
    """
    _check("load", load, load >= 0 and math.isfinite(load), "give the minutes of work per minute")
    _check("minutes", mean_minutes, mean_minutes > 0, "serving one person takes some time")
    _check("cv", cv, cv >= 0, "a spread cannot be negative")
    if load == 0:
        return 0
    variation = (1 + cv * cv) / 2
    blocked, servers = 1.0, 0
    while True:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers <= load:
            continue
        waiting = blocked / (1 - load / servers * (1 - blocked))
        decay = (servers - load) / mean_minutes / variation
        if 1 - waiting * math.exp(-decay * target.minutes) >= target.share:
            return servers


def _check(field: str, value: float, is_right: bool, problem: str) -> None:
    if not is_right:
        raise StaffingInputInvalid(field=field, value=value, problem=problem)
