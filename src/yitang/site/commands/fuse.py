"""``yitang fuse``: make the foundation databases, score them, or link files by a specification."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from yitang.data.fusion.api import (
    fuse_files,
    fuse_legal_entities,
    fuse_population,
    score_against_truth,
)
from yitang.data.fusion.rules import BASES, POPULATION, FusionReport, LinkageReport
from yitang.data.lake.api import ENGINES
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

STAGES = {
    "forms": "values put into one form",
    "keys": "keys chosen",
    "pairs": "pairs compared",
    "weights": "weights learned",
    "entities": "entities made",
    "golden": "fields chosen",
    "files": "files written",
}
FUSE = {"population": fuse_population, "legal-entities": fuse_legal_entities}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--spec", type=Path, help="TOML: files, their columns, how they compare")
    parser.add_argument("--out", type=Path, help="folder for what comes of it")
    parser.add_argument("--engine", choices=ENGINES, help="else as YITANG_ENGINE says")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    words = parser.add_subparsers(dest="word")
    for word in FUSE:
        base = words.add_parser(word, help=f"make the {word} base anew")
        base.add_argument("--json", action="store_true", help="print the report as JSON")
        base.add_argument("--engine", choices=ENGINES, help="else as YITANG_ENGINE says")
    score = words.add_parser("score", help="compare the last fusion with the truth")
    score.add_argument("truth", type=Path, help="CSV: dataset, record, person")
    score.add_argument(
        "--base", default=POPULATION.code, choices=sorted(BASES), help="population if none"
    )
    score.add_argument("--json", action="store_true", help="print figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    if arguments.word is None:
        return _fuse_files(arguments)
    if arguments.word == "score":
        score = score_against_truth(arguments.truth, base=arguments.base)
        measures = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
        if arguments.json:
            print(json.dumps(asdict(score) | measures, indent=2))
            return 0
        print(f"{score.records:,} records, {score.true_pairs:,} true pairs")
        print(f"{score.found_pairs:,} pairs found, {score.right_pairs:,} of them right")
        print(", ".join(f"{name} {value:.4f}" for name, value in measures.items()))
        return 0
    report = FUSE[arguments.word](actor=system_actor(), at=now(), engine=arguments.engine)
    if arguments.json:
        values = asdict(report) | {"at": report.at.isoformat()}
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 0


def _fuse_files(arguments: argparse.Namespace) -> int:
    if arguments.spec is None or arguments.out is None:
        print(
            "yitang fuse: say which base, or --spec FILE and --out FOLDER; see yitang fuse --help",
            file=sys.stderr,
        )
        return 2
    started = time.perf_counter()

    def told(stage: str) -> None:
        if not arguments.json:
            print(f"{time.perf_counter() - started:6.1f} s  {STAGES[stage]}", file=sys.stderr)

    report = fuse_files(
        specification=arguments.spec,
        out=arguments.out,
        engine=arguments.engine,
        told=told,
    )
    part = arguments.out / ".report.html.part"
    part.write_text(_page(report), encoding="utf-8")
    part.replace(arguments.out / "report.html")
    if arguments.json:
        print(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        _print_linkage(report)
    return 0


def _page(report: LinkageReport) -> str:
    """The report as one file that shows itself anywhere, without a site behind it."""
    page = render_to_string("fusion/linkage.html", {"report": report})
    style = Path(str(finders.find("report.css"))).read_text(encoding="utf-8")
    return page.replace("</head>", f"<style>\n{style}</style>\n</head>", 1)


def _print_linkage(report: LinkageReport) -> None:
    print(f"{report.name}: {report.entities:,} entities from {report.records:,} records")
    for source in report.sources:
        broken = f", {source.broken:,} rows unreadable" if source.broken else ""
        print(f"  {source.name}: {source.records:,}{broken}")
    stages = report.stages
    print(
        f"{stages['number']:,} records joined by a verified number, {stages['weights']:,} by"
        f" weights, {stages['alone']:,} alone"
    )
    doubtful = report.found.doubtful
    print(f"{sum(doubtful.values()):,} pairs for people to look at; {report.seconds:.1f} s")
    for reason, pairs in doubtful.items():
        print(f"  {reason}: {pairs:,}")
    for key in report.found.keys:
        if key.hot_keys:
            print(
                f"  too common to compare by {key.name}: {key.hot_keys:,} values of"
                f" {key.hot_records:,} records"
            )
    if report.alarms:
        print(f"  {report.alarms:,} entities of more than {report.alarm_above} records")


def _print(report: FusionReport) -> None:
    print(f"{report.base}: {report.entities:,} from {report.records:,} records")
    print(
        f"{report.matched:,} records with a valid number, {report.unmatched:,} without;"
        f" {report.seconds:.2f} s"
    )
    for source in report.sources:
        name = f"{source.dataset}/{source.party}" if source.party else source.dataset
        print(
            f"  {name}: {source.matched:,} of {source.records:,}"
            f" ({source.missing:,} without a number, {source.invalid:,} with a wrong one)"
        )
    for field, count in report.conflicts.items():
        if count:
            print(f"  conflict on {field}: {count:,}")
