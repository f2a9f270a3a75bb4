"""Erlang's formulas against known values, laws and published tables."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yitang.public.workforce.errors import StaffingInputInvalid
from yitang.public.workforce.rules import (
    Assumptions,
    Demand,
    Target,
    erlang_b,
    erlang_c,
    mean_wait,
    sensitivity,
    servers_needed,
    share_served_within,
    staffing,
)

# A hall of ten kinds and 260 visits a day, 13.3 minutes on average, that thirty windows just serve.
HALL = tuple(
    Demand(f"kind {number}", visits, minutes, 0.6 + 0.1 * (number % 4))
    for number, (visits, minutes) in enumerate(
        [(68, 8), (25, 20), (39, 16), (10, 13), (15, 9), (29, 10), (15, 15), (29, 11), (20, 28),
         (10, 13)]
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("servers", "load", "expected"),
    # Mean waits in minutes for ten minutes of service.
    [
        (1, 0.6, 15.0),
        (31, 18.6, 0.00),
        (28, 18.6, 0.03),
        (25, 18.6, 0.18),
        (22, 18.6, 1.03),
        (20, 18.6, 4.78),
        (2, 1.5, 12.9),
        (62, 46.5, 0.01),
        (56, 46.5, 0.13),
        (50, 46.5, 1.46),
        (48, 46.5, 5.07),
        (47, 46.5, 18.3),
        (16, 12.0, 0.51),
        (14, 12.0, 2.41),
        (13, 12.0, 7.04),
    ],
)
def test_mean_waits_of_separate_and_pooled_windows(
    servers: int, load: float, expected: float
) -> None:
    places = 1 if expected > 10 else 2
    assert round(mean_wait(servers, load, mean_minutes=10), places) == expected


@pytest.mark.parametrize(
    ("servers", "share"),
    # Against a simulation of three million customers: 0.9484 and 0.7640.
    [(13, 0.9484), (12, 0.7640)],
)
def test_waits_agree_with_a_long_simulation(servers: int, share: float) -> None:
    found = share_served_within(15, servers=servers, load=11.04, mean_minutes=13.3)
    assert found == pytest.approx(share, abs=0.003)


@pytest.mark.parametrize(
    ("online", "separate", "pooled", "slower", "residual", "back_office"),
    [
        (0.0, 30, 13, 15, 15, 0),
        (0.3, 25, 10, 11, 12, 2),
        (0.4, 24, 9, 10, 11, 2),
        (0.5, 23, 8, 8, 9, 3),
        (0.6, 22, 7, 7, 8, 3),
    ],
)
def test_what_pooling_and_going_online_do_to_a_hall(
    online: float, separate: int, pooled: int, slower: int, residual: int, back_office: int
) -> None:
    plain = Assumptions(online_share=online)
    found = staffing(HALL, plain)
    assert (found.separate, found.pooled.windows) == (separate, pooled)
    assert found.pooled_slower.windows == slower
    harder = replace(plain, residual_longer=0.25, online_minutes_share=0.5)
    pool = staffing(HALL, harder).pooled_slower
    assert (pool.windows, pool.back_office) == (residual, back_office)
    assert pool.people == residual + back_office


@pytest.mark.parametrize(
    ("busy", "pooled", "slower", "online_30", "online_60", "savings"),
    [
        (0.37, 14, 15, 11, 7, (53, 50, 63, 77)),
        (0.50, 18, 19, 14, 9, (40, 37, 53, 70)),
        (0.60, 21, 23, 17, 10, (30, 23, 43, 67)),
        (0.70, 24, 26, 19, 12, (20, 13, 37, 60)),
        (0.80, 27, 29, 21, 13, (10, 3, 30, 57)),
        (0.85, 28, 31, 22, 14, (7, -3, 27, 53)),
    ],
)
def test_the_saving_depends_on_how_busy_the_windows_already_are(
    busy: float,
    pooled: int,
    slower: int,
    online_30: int,
    online_60: int,
    savings: tuple[int, int, int, int],
) -> None:
    (row,) = sensitivity(separate=30, mean_minutes=13.3, assumptions=Assumptions(), busy=[busy])
    counts = (row.pooled, row.pooled_slower, *(count for _, count in row.by_online_share))
    assert counts == (pooled, slower, online_30, online_60)
    assert tuple(round(100 * row.saving(count)) for count in counts) == savings


def test_a_published_hotline_needs_as_many_seats_as_the_formula_says() -> None:
    # Changzhou 12345, 2021: 962,151 calls; busy hour 9 %, 150 s talk and 60 s after it.
    minutes = 210 / 60
    for day, seats in ((1.0, 21), (1.6, 30)):
        load = 962_151 / 365 * day * 0.09 * minutes / 60
        target = Target(share=0.95, minutes=0.25)
        assert servers_needed(load, mean_minutes=minutes, target=target) == seats


loads = st.floats(0.01, 200, allow_nan=False)
counts = st.integers(1, 250)


@given(servers=counts, load=loads)
def test_shares_are_shares_and_more_servers_block_less(servers: int, load: float) -> None:
    assert 0 <= erlang_b(servers + 1, load) <= erlang_b(servers, load) <= 1
    assert erlang_b(servers, load) <= erlang_c(servers, load) + 1e-12
    assert 0 <= erlang_c(servers, load) <= 1


@given(load=loads, minutes=st.floats(1, 60), share=st.floats(0.5, 0.999))
def test_the_fewest_servers_keep_the_target_and_one_fewer_does_not(
    load: float, minutes: float, share: float
) -> None:
    target = Target(share, 15)
    needed = servers_needed(load, mean_minutes=minutes, target=target)

    def kept(servers: int) -> float:
        return share_served_within(15, servers=servers, load=load, mean_minutes=minutes)

    assert kept(needed) >= share - 1e-9
    assert kept(needed - 1) < share + 1e-9


@given(visits=st.lists(st.floats(1, 300), min_size=1, max_size=8), minutes=st.floats(3, 30))
def test_a_pool_never_needs_more_than_windows_apart(visits: list[float], minutes: float) -> None:
    demands = [Demand(str(n), count, minutes) for n, count in enumerate(visits)]
    found = staffing(demands, Assumptions(slower=0.0))
    assert found.pooled.windows <= found.separate
    assert found.pooled_slower == found.pooled


def test_a_wider_spread_needs_more_windows_and_none_needs_fewer() -> None:
    needed = [
        servers_needed(11.0, mean_minutes=13.3, target=Target(), cv=cv) for cv in (0, 0.7, 1, 2)
    ]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]
    spread = staffing(HALL, Assumptions(use_spread=True))
    assert spread.separate < staffing(HALL, Assumptions()).separate


def test_one_window_is_the_textbook_formula() -> None:
    assert erlang_c(1, 0.6) == pytest.approx(0.6)
    assert mean_wait(1, 1.0, mean_minutes=10) == math.inf
    assert mean_wait(1, 0.6, mean_minutes=10, cv=0) == pytest.approx(7.5)  # half, as M/D/1
    assert share_served_within(15, servers=1, load=2, mean_minutes=10) == 0


def test_what_is_there_now_is_known_only_when_every_line_says() -> None:
    known = [replace(demand, windows=3) for demand in HALL]
    assert staffing(known, Assumptions()).present == 30
    assert staffing([*known[1:], HALL[0]], Assumptions()).present is None


def test_a_hall_where_nobody_comes_needs_nobody() -> None:
    empty = staffing([Demand("quiet", 0, 10)], Assumptions())
    assert (empty.separate, empty.pooled.windows, empty.saving(0)) == (0, 0, 0.0)
    assert empty.separate_mean_wait == 0
    online = staffing([Demand("quiet", 10, 10)], Assumptions(online_share=1.0))
    assert (online.separate, online.pooled.windows, online.pooled.share_within) == (0, 0, 1.0)


def test_waits_of_a_hall_are_weighted_by_who_comes() -> None:
    found = staffing(HALL, Assumptions())
    assert 0 < found.separate_mean_wait < 15
    assert found.pooled.share_within >= 0.95
    assert found.saving(found.pooled.windows) == pytest.approx(1 - 13 / 30)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Demand("a", -1, 10), "visits_per_day"),
        (lambda: Demand("a", math.nan, 10), "visits_per_day"),
        (lambda: Demand("a", 10, 0), "mean_minutes"),
        (lambda: Demand("a", 10, 10, cv=9), "cv"),
        (lambda: Demand("a", 10, 10, windows=-1), "windows"),
        (lambda: Target(share=1.0), "target share"),
        (lambda: Target(minutes=-1), "target minutes"),
        (lambda: Assumptions(peak_hour_share=0), "peak_hour_share"),
        (lambda: Assumptions(online_share=1.2), "online_share"),
        (lambda: staffing([], Assumptions()), "demands"),
        (lambda: servers_needed(-1, mean_minutes=1, target=Target()), "load"),
        (lambda: servers_needed(math.inf, mean_minutes=1, target=Target()), "load"),
        (lambda: servers_needed(1, mean_minutes=0, target=Target()), "minutes"),
        (lambda: servers_needed(1, mean_minutes=1, target=Target(), cv=-1), "cv"),
    ],
)
def test_impossible_input_is_named(make: object, field: str) -> None:
    with pytest.raises(StaffingInputInvalid) as refused:
        make()  # type: ignore[operator]
    assert refused.value.params["field"] == field
