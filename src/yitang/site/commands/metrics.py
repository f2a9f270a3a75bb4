"""``yitang metrics``: definitions, figures made anew, and the check against a recount."""

from __future__ import annotations

import argparse

from yitang.ground.metrics.api import check_rollups, metrics, refresh_rollups
from yitang.ground.plumbing.api import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "word", choices=("list", "refresh", "check"), help="check: against a recount"
    )
    parser.add_argument("codes", nargs="*", help="default: every metric")


def run(arguments: argparse.Namespace) -> int:
    codes = arguments.codes or [metric.code for metric in metrics()]
    if arguments.word == "list":
        for metric in metrics():
            if metric.code in codes:
                print(f"{metric.code} v{metric.version} [{metric.unit}] {metric.definition}")
        return 0
    if arguments.word == "refresh":
        print(f"{refresh_rollups(codes=codes, at=now())} figures made anew")
        return 0
    differences = check_rollups(codes)
    for difference in differences:
        print(
            f"{difference.metric} {difference.cell.period} {difference.cell.division_code}:"
            f" kept {difference.kept}, recounted {difference.recounted}"
        )
    print(f"{len(codes)} metrics, {len(differences)} differences")
    return 1 if differences else 0
