"""``yitang appeals``: files of appeals, classes learnt from labelled ones, tiers and rates."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from yitang.ground.base.clock import civil_date
from yitang.ground.language.api import read_rows
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    Receipt,
    assign_duties,
    before_of,
    categories,
    configure,
    dispatch_shares,
    import_appeals,
    three_rates,
    train_categories,
)
from yitang.public.hotline.rules import rate_period

from . import values

SHOWN_PROBLEMS = 20
HEADERS = "headers such as 留言详情 and 留言时间 are known, --map names others"


def model_path() -> Path:
    """Where the classifier of this installation lies."""
    return settings().files / "appeals.npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    take = verbs.add_parser(
        "import", help="take the appeals of a CSV file in, whatever its headers"
    )
    take.add_argument("file", type=Path, help=f"needs the text and when it was filed; {HEADERS}")
    take.add_argument("--source", default="", help="name of the system it comes from")
    take.add_argument(
        "--archive",
        action="store_true",
        help="old matters: each is closed as it comes, no limit runs, nobody is told",
    )
    _add_mapping(take)
    train = verbs.add_parser("train", help="learn classes from a labelled CSV")
    train.add_argument(
        "file", type=Path, help=f"needs the text and its class (诉求分类 or 一级标签); {HEADERS}"
    )
    _add_mapping(train)
    duties = verbs.add_parser("duties", help="say which duty takes care of which class")
    duties.add_argument("file", type=Path, nargs="?", help="CSV with the columns label, duty")
    settle = verbs.add_parser("configure", help="take tiers and rates over from a TOML file")
    settle.add_argument("file", type=Path, help="TOML: tiers, rates and their source")
    rates = verbs.add_parser("rates", help="response, solved and satisfied rate of the last days")
    rates.add_argument(
        "--days",
        type=values.days,
        default=30,
        help="whole days before today, and today so far; 30 if not given",
    )
    rates.add_argument("--within", type=values.division, help="code of a division")
    rates.add_argument("--json", action="store_true", help="print figures as JSON")
    sent = verbs.add_parser(
        "dispatch", help="how many went by themselves, to the territorial government, to a person"
    )
    sent.add_argument("--days", type=values.days, default=30, help="30 if not given")
    sent.add_argument("--within", type=values.division, help="code of a division")
    sent.add_argument("--json", action="store_true", help="print figures as JSON")


def _add_mapping(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        type=_pair,
        help="which column holds a field, where its header does not tell",
    )
    parser.add_argument("--json", action="store_true", help="print figures as JSON")


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not (field and equals and column):
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=COLUMN")
    return field, column


def run(arguments: argparse.Namespace) -> int:
    verbs = {
        "import": _import,
        "train": _train,
        "duties": _duties,
        "configure": _configure,
        "rates": _rates,
        "dispatch": _dispatch,
    }
    return verbs[arguments.verb](arguments)


def _import(arguments: argparse.Namespace) -> int:
    receipt = import_appeals(
        path=arguments.file,
        actor=system_actor(),
        at=now(),
        model=model_path(),
        home=settings().division,
        mapping=dict(arguments.map),
        source=arguments.source,
        is_archive=arguments.archive,
    )
    if arguments.json:
        problems = [(row, field, str(why)) for row, field, why in receipt.problems]
        print(json.dumps(asdict(receipt) | {"problems": problems}, ensure_ascii=False))
    else:
        _print_receipt(receipt)
    return 0 if receipt.accepted or not receipt.delivered else 1


def _print_receipt(receipt: Receipt) -> None:
    print("Columns: " + ", ".join(f"{field}={column}" for field, column in receipt.mapping.items()))
    rate = receipt.delivered / receipt.seconds if receipt.seconds else 0
    print(
        f"{receipt.file}: {receipt.delivered:,} delivered = {receipt.accepted:,} accepted "
        f"+ {receipt.rejected:,} rejected; {receipt.known:,} were known before. "
        f"{receipt.seconds:.1f} s, {rate:,.0f} a second."
    )
    print(
        f"{receipt.dispatched:,} sent to the office charged, {receipt.to_territory:,} to the "
        f"territorial government; {receipt.to_person:,} wait for the dispatcher, "
        f"{receipt.unresolved:,} of them without a place; {receipt.settled:,} came settled."
    )
    if receipt.late:
        print(
            f"{receipt.late:,} were past their limit as they came: they stand in the lists as "
            "late, and nobody is told of each. If they are old matters, use --archive next time."
        )
    for row, field, problem in receipt.problems[:SHOWN_PROBLEMS]:
        print(f"  row {row}, {field}: {problem}")
    if len(receipt.problems) > SHOWN_PROBLEMS:
        print(f"  … and {len(receipt.problems) - SHOWN_PROBLEMS:,} more; --json lists all")


def _train(arguments: argparse.Namespace) -> int:
    learnt = train_categories(
        path=arguments.file,
        model=model_path(),
        actor=system_actor(),
        home=settings().division,
        mapping=dict(arguments.map),
    )
    if arguments.json:
        print(json.dumps(asdict(learnt), ensure_ascii=False))
        return 0
    for label, count in sorted(learnt.classes.items(), key=lambda pair: -pair[1]):
        print(f"  {label}  {count:,}")
    quality = learnt.quality
    print(
        f"{learnt.examples:,} examples, {len(learnt.classes)} classes. Of unseen ones "
        f"{quality.accuracy:.1%} right, macro-F1 {quality.macro_f1:.3f}, "
        f"{quality.top_two:.1%} among the first two. Above {quality.sure_above:.2f} it dispatches "
        f"without a person: {quality.sure_share:.0%} of them."
    )
    for label in learnt.left_out:
        print(f"  left out, too few examples: {label}")
    for label in learnt.lost:
        print(f"  no longer known, as this file has too few examples of it: {label}")
    for label in learnt.without_duty:
        print(f"  nobody is charged with it yet, so it waits for a person: {label}")
    if learnt.lost:
        print(f"What was known before lies in {before_of(model_path())}: put it back to undo this.")
    if learnt.without_duty:
        print("Say who is charged: yitang appeals duties FILE (columns label, duty)")
    return 0


def _duties(arguments: argparse.Namespace) -> int:
    if arguments.file:
        rows = read_rows(arguments.file, columns=("label", "duty"))
        duties = {row["label"].strip(): row["duty"].strip() for row in rows}
        changed = assign_duties(duties=duties, actor=system_actor(), home=settings().division)
        print(f"{changed} classes changed.")
    for category in categories():
        print(f"  {category.label}  {category.duty or '-'}")
    return 0


def _configure(arguments: argparse.Namespace) -> int:
    found = configure(path=arguments.file, actor=system_actor(), home=settings().division, at=now())
    for tier in found.tiers:
        print(f"  {tier.code}: dispatch {tier.dispatch_within}, feedback {tier.feedback_within}")
    print(f"Source: {found.source}")
    return 0


def _dispatch(arguments: argparse.Namespace) -> int:
    today = civil_date(now())
    found = dispatch_shares(
        within=arguments.within or settings().division,
        since=today - timedelta(days=arguments.days),
        until=today,
    )
    figures = {
        "by_class": found.by_class,
        "to_territory": found.to_territory,
        "to_person": found.to_person,
    }
    if arguments.json:
        print(json.dumps(figures | {"whole": found.whole}))
        return 0
    named = {
        "by_class": "by themselves, to the office charged with their class",
        "to_territory": "to the territorial government, their duty being unclear",
        "to_person": "to a person",
    }
    for name, count in figures.items():
        share = f"{count / found.whole:.1%}" if found.whole else "-"
        print(f"  {share:>7}  {named[name]} ({count:,} of {found.whole:,})")
    return 0


def _rates(arguments: argparse.Namespace) -> int:
    since, until = rate_period(now(), days=arguments.days)
    found = three_rates(since=since, until=until, within=arguments.within)
    if arguments.json:
        print(json.dumps(asdict(found)))
        return 0
    named = {"response": found.response, "solved": found.solved, "satisfied": found.satisfied}
    for name, rate in named.items():
        share = "-" if rate.share is None else f"{rate.share:.1%}"
        print(f"  {name:<10} {share:>7}  ({rate.numerator:g} of {rate.denominator})")
    return 0
