"""``yitang fuse``: make the foundation databases, and score them against a truth."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from yitang.data.fusion.api import fuse_legal_entities, fuse_population, score_against_truth
from yitang.data.fusion.rules import BASES, POPULATION, FusionReport
from yitang.data.lake.api import ENGINES
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

FUSE = {"population": fuse_population, "legal-entities": fuse_legal_entities}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
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
