"""``yitang collection``: sources, runs, watched folders, receipts, quarantine, comparison."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import (
    Comparison,
    accept_suggestions,
    batch_for,
    compare_versions,
    decide_drift,
    drift_for,
    drifts,
    mending_of,
    quality_rules,
    receipts,
    said_of,
    scores_of,
    set_quality_rules,
    suggested_rules,
    take_out_marked,
    take_out_quarantine,
)
from yitang.data.collection.errors import RulesFileInvalid
from yitang.data.collection.rules import read_rules, written_rules
from yitang.ground.base.errors import InvalidInput, why_unread
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from . import values
from .collection_sources import SOURCE_WORDS, add_sources_arguments

if TYPE_CHECKING:
    from .collection_sources import Words

version = values.between(0, values.MANY)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    add_sources_arguments(words)
    _add_batches(words)
    _add_comparison(words)
    _add_rules(words)


def _add_batches(words: Words) -> None:
    shown = words.add_parser("receipts", help="the latest receipts")
    shown.add_argument("--dataset", default="", help="catalogue code; else of all")
    scores = words.add_parser("scores", help="how good the batches of a dataset were")
    scores.add_argument("dataset", help="catalogue code")
    quarantine = words.add_parser("quarantine", help="a batch's rejected rows as a workbook")
    quarantine.add_argument("batch", help="number of its receipt")
    quarantine.add_argument("file", type=Path, help="the XLSX file to write")
    quarantine.add_argument(
        "--marked",
        type=Path,
        metavar="WORKBOOK",
        help="the workbook that was handed in: it comes back whole, with its bad cells marked",
    )
    columns = words.add_parser("columns", help="columns that are not as they were, or decide")
    columns.add_argument("id", nargs="?", type=values.public_id, help="the column to decide about")
    columns.add_argument(
        "verb", nargs="?", choices=("add", "ignore", "take", "send_back"), help="what"
    )
    columns.add_argument("--dataset", default="", help="catalogue code; else of all")
    columns.add_argument("--note", default="", help="why, for the history")


def _add_comparison(words: Words) -> None:
    compare = words.add_parser("compare", help="what is new, gone and changed in a dataset")
    compare.add_argument("dataset", help="catalogue code")
    compare.add_argument(
        "--key", action="append", default=[], metavar="ITEM", help="what tells rows apart"
    )
    compare.add_argument(
        "--from", type=version, dest="earlier", metavar="VERSION", help="`lake versions`"
    )
    compare.add_argument(
        "--to", type=version, dest="later", metavar="VERSION", help="the latest if none"
    )
    compare.add_argument("--json", action="store_true", help="print figures as JSON")


def _add_rules(words: Words) -> None:
    rules = words.add_parser("rules", help="the quality rules of a dataset, as TOML")
    rules.add_argument("action", choices=("load", "show"), help="of the two")
    rules.add_argument("what", help="load: a TOML file; show: a dataset")
    rules.add_argument("--note", default="", help="why, for the history")
    suggest = words.add_parser("suggest", help="rules that the gathered rows suggest")
    suggest.add_argument("dataset", help="catalogue code")
    suggest.add_argument(
        "--accept", action="append", default=[], metavar="ITEM:KIND", help="one of them"
    )
    suggest.add_argument("--all", action="store_true", help="accept all")


def run(arguments: argparse.Namespace) -> int:
    return _WORDS[arguments.word](arguments)


def _receipts(arguments: argparse.Namespace) -> int:
    code = dataset(arguments.dataset).code if arguments.dataset else ""
    for batch in receipts(system_actor(), dataset=code).rows:
        still = f"\t{mending_of(batch).open} open" if batch.rejected else ""
        print(f"{batch.number}\t{batch.delivered} = {batch.accepted} + {batch.rejected}{still}")
    return 0


def _scores(arguments: argparse.Namespace) -> int:
    for row in scores_of(dataset(arguments.dataset)):
        parts = " ".join(f"{name} {100 * value:.1f}" for name, value in row.score.known)
        print(f"{row.batch.number}\t{100 * row.total:.1f}\t{parts}")
    return 0


def _quarantine(arguments: argparse.Namespace) -> int:
    batch = batch_for(system_actor(), arguments.batch)
    if arguments.marked is None:
        content = take_out_quarantine(batch=batch, actor=system_actor(), at=now())
    else:
        content = take_out_marked(
            batch=batch, path=arguments.marked, actor=system_actor(), at=now()
        )
    arguments.file.write_bytes(content)
    print(f"{batch.rejected} rejected rows written to {arguments.file}")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    found = compare_versions(
        system_actor(),
        dataset=dataset(arguments.dataset),
        key=arguments.key,
        earlier=arguments.earlier,
        later=arguments.later,
    )
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _print_comparison(found)
    return 0


def _print_comparison(found: Comparison) -> None:
    print(f"version {found.earlier} ({found.rows_before:,} rows) to {found.later} "
          f"({found.rows_after:,} rows), by {', '.join(found.key)}")  # fmt: skip
    print(f"{found.new:,} new, {found.gone:,} gone, {found.changed_rows:,} changed, "
          f"{found.same:,} the same")  # fmt: skip
    for name, rows in sorted(found.changed.items(), key=lambda pair: -pair[1]):
        print(f"  {rows:,} rows: {found.labels[name]} changed")
    if found.repeated or found.keyless:
        print(f"left out: {found.repeated:,} rows share a key, {found.keyless:,} have none")


def _rules(arguments: argparse.Namespace) -> int:
    """Show the rules that count, or put those of a file in their place."""
    if arguments.action == "show":
        entry = dataset(arguments.what)
        print(written_rules(entry.code, quality_rules(entry)[1]), end="")
        return 0
    file = Path(arguments.what)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesFileInvalid(file=file.name, problem=why_unread(error)) from None
    code, wanted = read_rules(text, file=file.name)
    entry = dataset(code)
    made = set_quality_rules(
        dataset=entry,
        rules=wanted,
        actor=system_actor(),
        at=now(),
        base=quality_rules(entry)[0],
        note=arguments.note,
    )
    print(f"{code}: version {made.number}, {len(wanted)} rules")
    return 0


def _suggest(arguments: argparse.Namespace) -> int:
    """List what the rows suggest, or accept it: one by one, or all."""
    entry, actor = dataset(arguments.dataset), system_actor()
    if arguments.accept or arguments.all:
        keys = None if arguments.all else arguments.accept
        made = accept_suggestions(dataset=entry, keys=keys, actor=actor, at=now())
        print(f"{entry.code}: {len(made)} accepted")
        return 0
    for one in suggested_rules(actor, entry):
        print("\t".join([one.key, one.label, " ".join(one.value), str(one.evidence)]))
    return 0


def _columns(arguments: argparse.Namespace) -> int:
    """List what waits for a decision, or decide about one of it."""
    actor = system_actor()
    if arguments.id:
        if arguments.verb is None:
            raise InvalidInput(field="verb", problem="say add, ignore, take or send_back")
        drift = drift_for(actor, arguments.id)
        decided = decide_drift(
            drift=drift, verb=arguments.verb, actor=actor, at=now(), note=arguments.note
        )
        print(f"{decided.column or decided.label}: {decided.state}")
        return 0
    for drift in drifts(actor, dataset=arguments.dataset):
        said = drift.column if drift.case is None else str(said_of(drift))
        case = drift.case.number if drift.case else "-"
        print("\t".join([str(drift.public_id), drift.dataset.code, drift.kind, said, case]))
    return 0


_WORDS = {
    **SOURCE_WORDS,
    "receipts": _receipts,
    "scores": _scores,
    "quarantine": _quarantine,
    "compare": _compare,
    "columns": _columns,
    "suggest": _suggest,
    "rules": _rules,
}
