"""Separate windows beside pooled ones: what pooling, slower universal clerks and going online do.

A saving is a result of the inputs, never a constant: it shrinks as the separate windows are
busier, and slower universal clerks can eat it whole. So a result always carries its
``Assumptions``, and ``sensitivity`` shows how it moves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from yitang.ground.base.text import Message
from yitang.public.workforce.errors import StaffingInputInvalid

from .queueing import Target, mean_wait, servers_needed, share_served_within


@dataclass(frozen=True, slots=True)
class Demand:
    """One kind of matter at the counter; ``windows`` is how many serve it now, if known."""

    name: str
    visits_per_day: float
    mean_minutes: float
    cv: float = 1.0
    windows: int | None = None

    def __post_init__(self) -> None:
        _check(self, "visits_per_day", self.visits_per_day, 0 <= self.visits_per_day <= 1e6)
        _check(self, "mean_minutes", self.mean_minutes, 0 < self.mean_minutes <= 480)
        _check(self, "cv", self.cv, 0 <= self.cv <= 5)
        _check(self, "windows", self.windows or 0, 0 <= (self.windows or 0) <= 10_000)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Everything a staffing figure rests on; print it with the figure.

    ``slower`` is how much longer a clerk who does everything takes. ``online_share`` of visits
    no longer come; those that still come are the harder ones and take ``residual_longer`` ×
    ``online_share`` more. A case sent in online takes ``online_minutes_share`` of its window
    minutes in the back office, spread over the day at ``online_busy``.
    """

    target: Target = field(default_factory=Target)
    peak_hour_share: float = 0.19
    day_hours: float = 8.0
    slower: float = 0.10
    online_share: float = 0.0
    residual_longer: float = 0.0
    online_minutes_share: float = 0.0
    online_busy: float = 0.85
    use_spread: bool = False  # True: the cv of each kind counts; False: exponential, as Erlang C

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("peak_hour_share", self.peak_hour_share, 1e-3, 1.0),
            ("day_hours", self.day_hours, 0.5, 24.0),
            ("slower", self.slower, 0.0, 2.0),
            ("online_share", self.online_share, 0.0, 1.0),
            ("residual_longer", self.residual_longer, 0.0, 2.0),
            ("online_minutes_share", self.online_minutes_share, 0.0, 2.0),
            ("online_busy", self.online_busy, 0.05, 1.0),
        ):
            if not low <= value <= high:
                problem = Message(
                    "workforce.out_of_range",
                    "give a value from {low} to {high}",
                    {"low": f"{low:g}", "high": f"{high:g}"},
                )
                raise StaffingInputInvalid(field=name, value=f"{value:g}", problem=problem)


@dataclass(frozen=True, slots=True)
class SeparateLine:
    """What one kind of matter needs when it has windows of its own."""

    demand: Demand
    load: float
    needed: int
    mean_wait: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Windows that serve every kind: how many, and the waits with them."""

    windows: int
    back_office: int
    load: float
    mean_wait: float
    share_within: float

    @property
    def people(self) -> int:
        return self.windows + self.back_office


@dataclass(frozen=True, slots=True)
class Staffing:
    """The answer: separate windows, one pool, and one pool with slower universal clerks."""

    assumptions: Assumptions
    lines: tuple[SeparateLine, ...]
    pooled: Pool
    pooled_slower: Pool

    @property
    def separate(self) -> int:
        return sum(line.needed for line in self.lines)

    @property
    def separate_mean_wait(self) -> float:
        """Minutes, over everybody who comes."""
        visits = sum(line.demand.visits_per_day for line in self.lines)
        total = sum(line.mean_wait * line.demand.visits_per_day for line in self.lines)
        return total / visits if visits else 0.0

    @property
    def present(self) -> int | None:
        """The windows there are now; ``None`` unless every line says."""
        counts = [line.demand.windows for line in self.lines]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def saving(self, people: int) -> float:
        """The share of the separate windows that ``people`` saves; negative when it is more."""
        return 1 - people / self.separate if self.separate else 0.0


def staffing(demands: Sequence[Demand], assumptions: Assumptions) -> Staffing:
    """Windows for the peak hour: separate, pooled, and pooled with slower universal clerks."""
    if not demands:
        raise StaffingInputInvalid(field="demands", value="empty", problem="give at least one kind")
    lines = tuple(_separate(demand, assumptions) for demand in demands)
    return Staffing(
        assumptions,
        lines,
        pooled=_pool(demands, replace(assumptions, slower=0.0)),
        pooled_slower=_pool(demands, assumptions),
    )


def peak_load(demand: Demand, assumptions: Assumptions) -> float:
    """Erlang in the peak hour, of the visits that still come and as long as they then take."""
    visits = demand.visits_per_day * (1 - assumptions.online_share) * assumptions.peak_hour_share
    return visits * _residual(demand.mean_minutes, assumptions) / 60


def _residual(minutes: float, assumptions: Assumptions) -> float:
    return minutes * (1 + assumptions.residual_longer * assumptions.online_share)


def _separate(demand: Demand, assumptions: Assumptions) -> SeparateLine:
    load = peak_load(demand, assumptions)
    minutes = _residual(demand.mean_minutes, assumptions)
    cv = demand.cv if assumptions.use_spread else 1.0
    needed = servers_needed(load, mean_minutes=minutes, target=assumptions.target, cv=cv)
    wait = mean_wait(needed, load, mean_minutes=minutes, cv=cv) if needed else 0.0
    return SeparateLine(demand, load, needed, wait)


def _pool(demands: Sequence[Demand], assumptions: Assumptions) -> Pool:
    slower = 1 + assumptions.slower
    load = sum(peak_load(demand, assumptions) for demand in demands) * slower
    visits = sum(demand.visits_per_day for demand in demands)
    if not visits:
        return Pool(0, 0, 0.0, 0.0, 1.0)
    mean, cv = mixed(demands)
    minutes = _residual(mean, assumptions) * slower
    spread = cv if assumptions.use_spread else 1.0
    target = assumptions.target
    windows = servers_needed(load, mean_minutes=minutes, target=target, cv=spread)
    return Pool(
        windows,
        _back_office(visits, mean, assumptions),
        load,
        mean_wait(windows, load, mean_minutes=minutes, cv=spread) if windows else 0.0,
        share_served_within(
            target.minutes, servers=windows, load=load, mean_minutes=minutes, cv=spread
        )
        if windows
        else 1.0,
    )


def mixed(demands: Sequence[Demand]) -> tuple[float, float]:
    """Mean minutes and cv of all kinds in one queue, weighted by visits."""
    visits = sum(demand.visits_per_day for demand in demands)
    mean = sum(d.visits_per_day * d.mean_minutes for d in demands) / visits
    square = sum(d.visits_per_day * d.mean_minutes**2 * (1 + d.cv**2) for d in demands) / visits
    return mean, math.sqrt(max(0.0, square / mean**2 - 1))


def _back_office(visits: float, mean_minutes: float, assumptions: Assumptions) -> int:
    """People who work off what came in online, without anyone waiting for them."""
    minutes = visits * assumptions.online_share * mean_minutes * assumptions.online_minutes_share
    return math.ceil(minutes / (assumptions.day_hours * 60 * assumptions.online_busy) - 1e-9)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Windows of one pool, for separate windows that are ``busy`` to this share at the peak."""

    busy: float
    separate: int
    pooled: int
    pooled_slower: int
    by_online_share: tuple[tuple[float, int], ...]

    def saving(self, people: int) -> float:
        return 1 - people / self.separate


def sensitivity(
    *,
    separate: int,
    mean_minutes: float,
    assumptions: Assumptions,
    busy: Sequence[float] = (0.37, 0.50, 0.60, 0.70, 0.80, 0.85),
    online: Sequence[float] = (0.30, 0.60),
) -> list[Sensitivity]:
    """How many pooled windows replace ``separate`` ones, by how busy those are.

    The online columns are with the slower universal clerks.
    """

    def windows(load: float, slower: float) -> int:
        minutes = mean_minutes * (1 + slower)
        target = assumptions.target
        return servers_needed(load * (1 + slower), mean_minutes=minutes, target=target)

    return [
        Sensitivity(
            share,
            separate,
            pooled=windows(separate * share, 0.0),
            pooled_slower=windows(separate * share, assumptions.slower),
            by_online_share=tuple(
                (gone, windows(separate * share * (1 - gone), assumptions.slower))
                for gone in online
            ),
        )
        for share in busy
    ]


def _check(demand: Demand, name: str, value: float, is_right: bool) -> None:
    if not is_right or not math.isfinite(value):
        problem = Message(
            "workforce.impossible", "that cannot be for “{name}”", {"name": demand.name}
        )
        raise StaffingInputInvalid(field=name, value=f"{value:g}", problem=problem)
