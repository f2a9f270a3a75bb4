"""Windows needed for a wait, beside ``pyworkforce``: the same answers, and how fast."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from pyworkforce.queuing import ErlangC

from yitang.public.workforce.api import Demand, Target, servers_needed, simulate_days

ROUNDS = 5
HALLS = 2_000
DAYS = 60


def main() -> None:
    random.seed(1)
    halls = [(random.uniform(1, 400), random.uniform(3, 30)) for _ in range(HALLS)]  # per hour
    target = Target(share=0.95, minutes=15)

    def ours() -> list[int]:
        return [
            servers_needed(visits * minutes / 60, mean_minutes=minutes, target=target)
            for visits, minutes in halls
        ]

    def theirs() -> list[int]:
        return [
            ErlangC(transactions=visits, aht=minutes, asa=15, interval=60).required_positions(
                service_level=0.95
            )["positions"]
            for visits, minutes in halls
        ]

    same = sum(a == b for a, b in zip(ours(), theirs(), strict=True))
    fewer = sum(a < b for a, b in zip(ours(), theirs(), strict=True))
    pairs = [(rate(HALLS, ours), rate(HALLS, theirs)) for _ in range(ROUNDS)]
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"halls per CPU second, medians of {ROUNDS} rounds:")
    print(
        f"  ours {statistics.median(a for a, _ in pairs):,.0f},"
        f" pyworkforce {statistics.median(b for _, b in pairs):,.0f}"
    )
    print(f"  ratio {ratio:.1f}; {same} of {HALLS} answers equal, in {fewer} ours needs fewer")
    demand = Demand("any", 260, 13.3, 0.7)
    days = [
        rate(260 * DAYS, lambda: simulate_days([demand], servers=12, target=target, seed=1))
        for _ in range(ROUNDS)
    ]
    print(f"  simulated customers per CPU second {statistics.median(days):,.0f}")


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


if __name__ == "__main__":
    main()
