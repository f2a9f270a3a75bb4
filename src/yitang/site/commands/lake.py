"""``yitang lake``: the tables of record, their versions, and keeping them in order."""

from __future__ import annotations

import argparse

from yitang.data.lake.api import (
    compact_table,
    count_rows,
    table_names,
    table_versions,
    vacuum_table,
)
from yitang.ground.plumbing.api import settings

from . import values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    words.add_parser("tables", help="every table: rows, versions, the latest batch")
    versions = words.add_parser("versions", help="the versions of a table that can be read")
    versions.add_argument("dataset", help="code of the dataset")
    compact = words.add_parser("compact", help="put small files together")
    compact.add_argument("dataset", nargs="?", default="", help="without it, every table")
    vacuum = words.add_parser("vacuum", help="delete files that only old versions need")
    vacuum.add_argument("dataset", nargs="?", default="", help="without it, every table")
    vacuum.add_argument(
        "--days", type=values.days, default=None, help="how long a replaced version stays readable"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "tables":
        for name in table_names():
            versions = table_versions(name)
            batch = next((version.batch for version in versions if version.batch), "")
            print(f"{name}\t{count_rows(name):,} rows\t{len(versions)} versions\t{batch}")
    elif arguments.word == "versions":
        for version in table_versions(arguments.dataset):
            written = f"{version.written_at:%Y-%m-%d %H:%M}"
            print(f"{version.version}\t{written}\t{version.operation}\t{version.batch}")
    elif arguments.word == "compact":
        for name in _names(arguments.dataset):
            done = compact_table(dataset=name)
            print(f"{name}\t{done.before} files, now {done.after}")
    else:
        days = settings().lake_days if arguments.days is None else arguments.days
        for name in _names(arguments.dataset):
            print(f"{name}\t{vacuum_table(dataset=name, days=days)} files deleted")
    return 0


def _names(dataset: str) -> list[str]:
    return [dataset] if dataset else table_names()
