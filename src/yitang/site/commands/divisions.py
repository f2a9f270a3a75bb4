"""``yitang divisions``: load the tree of divisions, look one up."""

from __future__ import annotations

import argparse
from pathlib import Path

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import (
    division_path,
    divisions_in,
    load_divisions,
    national_divisions,
    resolve_division,
    system_actor,
)
from yitang.ground.plumbing.api import SettingInvalid, now, settings

from . import values

NATION, SAMPLE_PROVINCE = "100000", "990000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    load = words.add_parser("load", help="the whole country, or a CSV file of your own")
    load.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="columns code,name,level,parent,valid_from,valid_to,successors; "
        "without a file: China to the county, since 1980",
    )
    show = words.add_parser("show", help="what a code stands for on a day")
    show.add_argument("code", type=values.division, help="6, 9 or 12 digits (GB/T 2260)")
    show.add_argument("--on", type=values.day, help="a day like 2026-11-23; today if none")


def check_own_division() -> None:
    """Raises unless ``YITANG_DIVISION`` names a division of this tree, or of the country."""
    code = settings().division
    if any(row.code == code for row in divisions_in(code)):
        return
    if not divisions_in(NATION) and (
        code == SAMPLE_PROVINCE or any(row.code == code for row in national_divisions())
    ):
        return  # the tree is loaded later
    problem = (
        f"there is no division {code}; correct it, or load your own tree first:"
        " yitang divisions load FILE"
    )
    raise SettingInvalid(name="YITANG_DIVISION", problem=problem)


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "load":
        source = arguments.file or national_divisions()
        loaded = load_divisions(source, actor=system_actor(), at=now())
        print(f"{loaded.total} divisions: {loaded.created} new, {loaded.updated} known before")
        return 0
    for row in resolve_division(arguments.code, on=arguments.on or civil_date(now())):
        print(f"{row.code} {division_path(row.code)}")
    return 0
