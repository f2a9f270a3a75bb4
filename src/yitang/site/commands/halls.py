"""``yitang halls``: windows for a target wait, from a CSV file, with the assumptions printed."""

from __future__ import annotations

import argparse
from pathlib import Path

from yitang.ground.organisations.api import organisation_by_credit_code, system_actor
from yitang.ground.plumbing.api import now
from yitang.public.halls.api import (
    COLUMNS,
    EXAMPLE,
    WindowsPlan,
    read_demands_file,
    record_hall,
    windows_plan,
)
from yitang.public.workforce.api import Assumptions, Target, servers_needed_by_simulation

from .values import between, number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    windows = words.add_parser("windows", help="how many windows a hall needs")
    record = words.add_parser("record", help="keep a hall and its figures")
    for parser_ in (windows, record):
        parser_.add_argument(
            "file",
            type=Path,
            nargs="?" if parser_ is windows else None,
            help=f"columns {','.join(COLUMNS)}; without a file, an invented hall",
        )
    windows.add_argument(
        "--minutes", type=number(0, 1_000_000), default=15, help="the longest wait"
    )
    windows.add_argument(
        "--share", type=number(0, 1_000_000), default=0.95, help="of people who keep it"
    )
    windows.add_argument(
        "--peak", type=number(0, 1_000_000), default=0.19, help="busiest hour, share of the day"
    )
    windows.add_argument(
        "--online", type=number(0, 1_000_000), default=0, help="share of visits settled online"
    )
    windows.add_argument(
        "--slower", type=number(0, 1_000_000), default=0.1, help="universal clerks, share longer"
    )
    windows.add_argument("--back-office", action="store_true", help="count what online leaves")
    windows.add_argument("--spread", action="store_true", help="use the cv of each kind")
    record.add_argument("--name", required=True, help="what people call the hall")
    record.add_argument("--organisation", required=True, help="its credit code")
    record.add_argument(
        "--integrated", type=between(0, 1000), default=0, help="windows that serve everything"
    )


def run(arguments: argparse.Namespace) -> int:
    demands = read_demands_file(arguments.file or EXAMPLE)
    if arguments.word == "record":
        hall = record_hall(
            name=arguments.name,
            organisation=organisation_by_credit_code(arguments.organisation),
            demands=demands,
            integrated_windows=arguments.integrated,
            actor=system_actor(),
            at=now(),
        )
        print(f"{hall}: {len(demands)} kinds of matter, {hall.windows.count()} windows")
        return 0
    plan = windows_plan(demands, _assumptions(arguments))
    _print(plan)
    if not arguments.online:
        target, slower = plan.staffing.assumptions.target, arguments.slower
        count = servers_needed_by_simulation(demands, target=target, seed=1, slower=slower)
        print(f"\nA simulated day that rises and falls needs {count} windows in one pool.")
    return 0


def _assumptions(arguments: argparse.Namespace) -> Assumptions:
    return Assumptions(
        target=Target(arguments.share, arguments.minutes),
        peak_hour_share=arguments.peak,
        slower=arguments.slower,
        online_share=arguments.online,
        residual_longer=0.25 if arguments.back_office else 0.0,
        online_minutes_share=0.5 if arguments.back_office else 0.0,
        use_spread=arguments.spread,
    )


def _print(plan: WindowsPlan) -> None:
    staffing = plan.staffing
    width = max(len(line.demand.name) for line in staffing.lines)
    print(f"{'':{width}}  visits  minutes  needed  mean wait")
    for line in staffing.lines:
        demand = line.demand
        print(
            f"{demand.name:{width}}  {demand.visits_per_day:6g}  {demand.mean_minutes:7g}"
            f"  {line.needed:6}  {line.mean_wait:5.1f} min"
        )
    print(f"\nseparate windows          {staffing.separate:4}")
    for name, pool in (
        ("one pool", staffing.pooled),
        ("one pool, slower clerks", staffing.pooled_slower),
    ):
        back = f" ({pool.windows} windows + {pool.back_office} back)" if pool.back_office else ""
        print(
            f"{name:25} {pool.people:4}{back}  {staffing.saving(pool.people):+.0%} saved,"
            f" {pool.mean_wait:.1f} min mean wait"
        )
    print("\nWhat this rests on:")
    for text in plan.assumptions:
        print(f"  - {text}")
    print("\nWindows in one pool, by how busy the separate ones are at the peak:")
    for row in plan.sensitivity:
        online = "".join(f", {gone:.0%} online {count}" for gone, count in row.by_online_share)
        print(f"  {row.busy:.0%}: {row.pooled}, slower clerks {row.pooled_slower}{online}")
    print()
    for text in plan.findings:
        print(text)
