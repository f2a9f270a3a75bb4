"""``yitang clock``: deadlines on the official calendar, from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from yitang.ground.base.clock import Calendar, Unit, load_calendar, official_calendar

from . import values

UNITS = {"workdays": Unit.WORKDAYS, "days": Unit.DAYS}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    due = words.add_parser("due", help="the last day of a period")
    due.add_argument("start", type=values.day, help="the day of receipt, not counted")
    due.add_argument("amount", type=values.days, help="how many days the period has")
    due.add_argument("--unit", choices=UNITS, default="workdays", help="else natural days")
    covers = words.add_parser("calendar", help="what the calendar covers")
    for parser_ in (due, covers):
        parser_.add_argument("--calendar", type=Path, help="a file with later years")


def run(arguments: argparse.Namespace) -> int:
    calendar = _calendar(arguments.calendar)
    if arguments.word == "due":
        print(calendar.due_date(arguments.start, arguments.amount, unit=UNITS[arguments.unit]))
    else:
        print(f"version {calendar.version}, {calendar.first} to {calendar.last}")
    return 0


def _calendar(path: Path | None) -> Calendar:
    return load_calendar(path) if path else official_calendar()
