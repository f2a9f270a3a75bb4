"""``yitang economy``: published figures and major projects."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from yitang.decision.economy.api import (
    PUBLISHED,
    LoadReport,
    judged_claims,
    load_indicators,
    load_projects,
    project_summary,
    publishers,
)
from yitang.decision.economy.rules import ProjectFacts
from yitang.ground.base.clock import civil_date
from yitang.ground.plumbing.api import now

PROJECT_COLUMNS = tuple(field.name for field in fields(ProjectFacts))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    indicators = words.add_parser("indicators", help="load published values from a CSV file")
    indicators.add_argument(
        "file", type=Path, nargs="?", default=PUBLISHED / "indicators.csv",
        help="columns indicator, name_zh, unit, period, value, mark, source, note; "
        "without a file, the figures that come with Yitang",
    )  # fmt: skip
    indicators.add_argument("--sources", type=Path, help="CSV: code, publisher")
    projects = words.add_parser("projects", help="load major projects from a CSV file")
    projects.add_argument("file", type=Path, help=f"columns {', '.join(PROJECT_COLUMNS)}")
    words.add_parser("figures", help="print claims and what was published")


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "indicators":
        sources = publishers(arguments.sources)
        return _print(load_indicators(arguments.file, at=now(), sources=sources))
    if arguments.word == "projects":
        return _print(load_projects(arguments.file, at=now()))
    for judged in judged_claims():
        figure = judged.figure
        published = f"{figure.value:f} {figure.indicator.unit}" if figure else "nothing published"
        print(f"{judged.claim.statement}: {judged.verdict} ({published})")
    summary = project_summary(on=civil_date(now()))
    print(f"{summary.projects} projects, {summary.started} started")
    return 0


def _print(report: LoadReport) -> int:
    for line in report.rejected:
        print(f"line {line.line}: {line.problem}")
    print(
        f"{report.delivered} delivered = {report.accepted} accepted"
        f" + {len(report.rejected)} rejected; {report.added} new"
    )
    return 1 if report.rejected else 0
