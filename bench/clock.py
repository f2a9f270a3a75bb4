"""Deadlines in bulk, beside the loop that most programs write over ``chinesecalendar``."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import chinese_calendar

from yitang.ground.base.clock import official_calendar

ROUNDS = 5
BULK, NAIVE = 1_000_000, 2_000


def main() -> None:
    random.seed(1)
    first, last = date(2004, 1, 1).toordinal(), date(2026, 10, 31).toordinal()
    starts = [random.randint(first, last) for _ in range(BULK)]
    dates = [date.fromordinal(start) for start in starts[:NAIVE]]
    calendar = official_calendar()
    ours, naive = [], []
    for _ in range(ROUNDS):
        ours.append(rate(BULK, lambda: calendar.due_ordinals(starts, 10)))
        naive.append(rate(NAIVE, lambda: [naive_due(day, 10) for day in dates]))
    ratio = statistics.median(a / b for a, b in zip(ours, naive, strict=True))
    print(f"deadlines per CPU second, medians of {ROUNDS} rounds:")
    print(f"  ours {statistics.median(ours):,.0f}, naive loop {statistics.median(naive):,.0f}")
    print(f"  ratio {ratio:,.0f}")


def naive_due(day: date, amount: int) -> date:
    while amount:
        day += timedelta(days=1)
        amount -= chinese_calendar.is_workday(day)
    return day


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


if __name__ == "__main__":
    main()
