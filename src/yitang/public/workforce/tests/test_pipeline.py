"""The simulated day against the formulas, and against what a rising and falling day needs."""

from __future__ import annotations

import time

import pytest

from yitang.public.workforce.api import (
    Demand,
    Target,
    mean_wait,
    servers_needed_by_simulation,
    share_served_within,
    simulate_days,
)
from yitang.public.workforce.errors import StaffingInputInvalid

from .test_rules import HALL

TARGET = Target()


def test_a_long_even_day_agrees_with_erlang() -> None:
    hours = 60
    demand = Demand("any", 60 * hours, 10, cv=1.0)  # ten erlang
    day = simulate_days([demand], servers=12, target=Target(0.95, 5), seed=1, days=40,
                        profile=(1,) * hours)  # fmt: skip
    expected = mean_wait(12, 10, mean_minutes=10)
    assert day.mean_wait == pytest.approx(expected, rel=0.15)
    share = share_served_within(5, servers=12, load=10, mean_minutes=10)
    assert day.share_within == pytest.approx(share, abs=0.03)


def test_a_working_day_needs_fewer_windows_than_its_peak_hour_for_ever() -> None:
    assert servers_needed_by_simulation(HALL, target=TARGET, seed=1) == 11  # Erlang: 13
    assert servers_needed_by_simulation(HALL, target=TARGET, seed=1, slower=0.1) == 12
    apart = [servers_needed_by_simulation([kind], target=TARGET, seed=1) for kind in HALL]
    assert 24 <= sum(apart) <= 26  # Erlang: 30


def test_the_same_seed_gives_the_same_days_and_sixty_days_take_a_blink() -> None:
    began = time.perf_counter()
    first, second = (
        simulate_days(HALL, servers=12, target=TARGET, seed=7, days=60) for _ in range(2)
    )
    assert first == second
    assert first != simulate_days(HALL, servers=12, target=TARGET, seed=8, days=60)
    assert 14_000 < first.customers < 17_000
    assert time.perf_counter() - began < 2


def test_more_windows_never_wait_longer() -> None:
    waits = [
        simulate_days(HALL, servers=n, target=TARGET, seed=3, days=20).mean_wait
        for n in (10, 11, 12, 14)
    ]
    assert waits == sorted(waits, reverse=True)


def test_a_day_when_nobody_comes_cannot_be_simulated() -> None:
    with pytest.raises(StaffingInputInvalid, match="nobody comes"):
        simulate_days([Demand("quiet", 0, 10)], servers=1, target=TARGET, seed=1)


def test_a_day_on_which_by_chance_nobody_comes_has_no_waits() -> None:
    day = simulate_days([Demand("rare", 1e-9, 10)], servers=1, target=TARGET, seed=1, days=2)
    assert (day.customers, day.mean_wait, day.share_within) == (0, 0.0, 1.0)
