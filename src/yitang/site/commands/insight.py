"""``yitang insight``: hot issues of the hotline, or of any CSV without a database."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from yitang.decision.insight.api import (
    FoundIssue,
    Message,
    find_issues,
    hot_issues,
    owner_candidates,
    read_messages,
    refresh_from_hotline,
)
from yitang.ground.base.errors import InvalidInput
from yitang.ground.language.api import build_place_index, deepest_place, find_places, read_rows
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from . import values

FIELDS = ("id", "user_key", "title", "text", "at", "division_code", "category")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    refresh = words.add_parser("refresh", help="find the hot issues of the hotline anew")
    refresh.add_argument("--days", type=values.days, default=365, help="of appeals to look at")
    hot = words.add_parser("hot", help="print the hot issues: of the last refresh, or of a file")
    hot.add_argument("file", type=Path, nargs="?", help="CSV of messages; needs no database")
    hot.add_argument("--limit", type=values.rows, default=10, help="how many, the hottest first")
    hot.add_argument("--quotes", action="store_true", help="print typical messages as well")
    hot.add_argument(
        "--column", action="append", default=[], metavar="FIELD=HEADER",
        help=f"where a header is not known: {', '.join(FIELDS)}",
    )  # fmt: skip
    hot.add_argument("--divisions", type=Path, help="CSV code,name,parent: places named in texts")


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "refresh":
        since = now() - timedelta(days=arguments.days)
        done = refresh_from_hotline(actor=system_actor(), at=now(), since=since)
        print(
            f"{done.messages:,} appeals, {done.issues} issues: {done.new} new,"
            f" {done.merged} merged into another, {done.gone - done.merged} no longer found"
        )
        return 0
    if arguments.file is None:
        issues = hot_issues(system_actor(), limit=arguments.limit)
        undecided = owner_candidates(issues)
        for issue in issues:
            names = ", ".join(f"{name} ({n})" for name, n in undecided.get(issue.pk, []))
            owner = (
                f" · {issue.owner}" if issue.owner else f" · undecided: {names or 'nobody named'}"
            )
            print(
                f"{issue.rank:>3}  {issue.people:>4} people {issue.messages:>4} messages "
                f" {issue.trend:<6}  {issue.title}{owner}"
            )
        return 0
    return _of_file(arguments)


def _of_file(arguments: argparse.Namespace) -> int:
    start = time.perf_counter()
    read = read_messages(arguments.file, columns=_columns(arguments.column))
    for problem in read.problems:
        print(f"{arguments.file}, {problem}: left out")
    messages = read.messages
    if arguments.divisions:
        messages = _located(messages, arguments.divisions)
    issues = find_issues(messages)
    print(f"{len(messages):,} messages, {len(issues)} issues that three people or more raise")
    for rank, issue in enumerate(issues[: arguments.limit], start=1):
        _print(rank, issue, quotes=arguments.quotes)
    print(f"{time.perf_counter() - start:.1f} s")
    return 0


def _print(rank: int, issue: FoundIssue, *, quotes: bool) -> None:
    print(
        f"{rank:>3}  {issue.heat.people:>4} people {len(issue.message_ids):>4} messages "
        f" heat {issue.heat.value:>6.1f}  {issue.first_at:%Y-%m-%d} to {issue.last_at:%Y-%m-%d} "
        f" {issue.title}"
    )
    for quote in issue.quotes if quotes else ():
        print(f"       {quote.at:%Y-%m-%d} [{quote.message_id}] {quote.text}")


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = dict(pair.partition("=")[::2] for pair in pairs)
    for name, header in columns.items():
        if name not in FIELDS or not header:
            raise InvalidInput(field="--column", problem=f"{name!r} is none of {', '.join(FIELDS)}")
    return columns


def _located(messages: tuple[Message, ...], path: Path) -> tuple[Message, ...]:
    rows = read_rows(path, columns=["code", "name", "parent"])
    index = build_place_index(
        (row["code"], row["name"], row.get("short_name", ""), row["parent"]) for row in rows
    )
    located = []
    for message in messages:
        place = deepest_place(find_places(f"{message.title}\n{message.text}", index), index)
        located.append(replace(message, division_code=place.code or "") if place else message)
    return tuple(located)
