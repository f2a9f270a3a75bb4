"""``yitang collection``: sources, runs, watched folders, receipts, quarantine, comparison."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import (
    Comparison,
    Source,
    accept_suggestions,
    batch_for,
    claim_source,
    compare_versions,
    decide_drift,
    drift_for,
    drifts,
    due_sources,
    gather_source,
    mending_of,
    quality_rules,
    receipts,
    register_source,
    said_of,
    scores_of,
    set_quality_rules,
    shown_place,
    source_of,
    sources_for,
    suggested_rules,
    take_out_marked,
    take_out_quarantine,
)
from yitang.data.collection.errors import RulesFileInvalid, SourcesFileInvalid
from yitang.data.collection.rules import (
    ADDRESS_KINDS,
    CYCLES,
    SourceEntry,
    read_rules,
    read_sources,
    written_rules,
)
from yitang.ground.base.clock import SHANGHAI
from yitang.ground.base.errors import DomainError, InvalidInput, why_unread
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from . import values
from .gather import mapping_of
from .receipts import print_receipt

MAP = "where an item stands"
PATHS = {"file": Path.is_file, "folder": Path.is_dir}
MODES = "whole table, compared by key, or as a column grows"
version = values.between(0, values.MANY)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    sources = words.add_parser("sources", help="list sources, or register those of a TOML file")
    sources.add_argument("file", type=Path, nargs="?", help="TOML with one [[source]] each")
    sources.add_argument("--http", default="", help="where paths of http_json sources are served")
    register = words.add_parser("register", help="register one source of a dataset")
    register.add_argument("dataset", help="catalogue code")
    register.add_argument(
        "kind", choices=("file", "folder", "database", "http_json"), help="of its place"
    )
    register.add_argument("location", help="a path, postgresql://user@host/name, https://…")
    register.add_argument("--table", default="", help="table (schema.table) or sheet")
    register.add_argument("--mode", choices=("whole", "key", "cursor"), default="", help=MODES)
    register.add_argument("--cycle", choices=CYCLES, default="", help="else the catalogue's own")
    register.add_argument("--column", default="", help="fetch only rows in which it has grown")
    register.add_argument("--paging", default="{}", help='JSON, such as {"style": "page", …}')
    register.add_argument("--header", default="", help="the HTTP header that carries the secret")
    register.add_argument("--secret-file", type=Path, help="a file with the password or token")
    register.add_argument("--map", action="append", default=[], metavar="ITEM=COLUMN", help=MAP)
    run_ = words.add_parser("run", help="fetch every registered source, or one dataset's")
    run_.add_argument("dataset", nargs="?", default="", help="catalogue code")
    run_.add_argument("--due", action="store_true", help="only those whose time has come")
    watch = words.add_parser("watch", help="take every file that is put into a folder, once")
    watch.add_argument("folder", type=Path, help="it is registered as the source")
    watch.add_argument("--dataset", required=True, help="catalogue code")
    watch.add_argument(
        "--every", type=values.seconds, default=10.0, help="seconds between two looks"
    )
    watch.add_argument("--once", action="store_true", help="look once and end")
    watch.add_argument("--map", action="append", default=[], metavar="ITEM=COLUMN", help=MAP)
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
    columns = words.add_parser("columns", help="columns that are not as they were, or decide")
    columns.add_argument("id", nargs="?", type=values.public_id, help="the column to decide about")
    columns.add_argument(
        "verb", nargs="?", choices=("add", "ignore", "take", "send_back"), help="what"
    )
    columns.add_argument("--dataset", default="", help="catalogue code; else of all")
    columns.add_argument("--note", default="", help="why, for the history")


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


def _sources(arguments: argparse.Namespace) -> int:
    if arguments.file is not None:
        for entry in _listed(arguments.file):
            _register_entry(entry, arguments.file.parent, arguments.http)
    at = now()
    for source in sources_for(system_actor()):
        print("\t".join(_line_of(source, at)))
    return 0


def _line_of(source: Source, at: datetime) -> list[str]:
    """What is known of a source, one word or sentence a column."""
    late = source.late_since(at)
    return [
        source.dataset.code,
        source.kind,
        shown_place(source),
        source.mode,
        source.running_cycle,
        f"last {_moment(source.succeeded_at)}",
        f"next {_moment(source.next_at)}",
        f"late since {_moment(late)}" if late else "in time",
        source.case.number if source.case else "-",
        str(source.problem or ""),
    ]


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if value else "-"


def _register_entry(entry: SourceEntry, folder: Path, http: str) -> None:
    is_address = entry.kind in ADDRESS_KINDS
    if is_address and not http and "://" not in entry.path:
        raise InvalidInput(field="--http", problem=f"{entry.path} needs an address")
    location = urljoin(http, entry.path) if is_address else str(folder / entry.path)
    register_source(
        dataset=dataset(entry.dataset),
        kind=entry.kind,
        location=location,
        table=entry.table,
        mapping=entry.mapping,
        mode=entry.mode,
        column=entry.column,
        cycle=entry.cycle,
        paging=entry.paging,
        header=entry.header,
        secret=_secret(folder / entry.secret_file if entry.secret_file else None),
        actor=system_actor(),
        at=now(),
    )


def _register(arguments: argparse.Namespace) -> int:
    location = arguments.location
    try:
        paging = json.loads(arguments.paging)
    except ValueError as error:
        raise InvalidInput(field="--paging", problem=str(error)) from None
    if not isinstance(paging, dict):
        raise InvalidInput(field="--paging", problem="is no JSON object")
    if arguments.kind in PATHS and not PATHS[arguments.kind](Path(location)):
        problem = f"there is no {arguments.kind} {location}; correct the path"
        raise InvalidInput(field=arguments.kind, problem=problem)
    source = register_source(
        dataset=dataset(arguments.dataset),
        kind=arguments.kind,
        location=location if "://" in location else str(Path(location).resolve()),
        table=arguments.table,
        mapping=mapping_of(arguments.map),
        mode=arguments.mode,
        column=arguments.column,
        cycle=arguments.cycle,
        paging=paging,
        header=arguments.header,
        secret=_secret(arguments.secret_file),
        actor=system_actor(),
        at=now(),
    )
    print("\t".join([source.dataset.code, source.kind, shown_place(source)]))
    return 0


def _secret(path: Path | None) -> str:
    """From a file, so that it stands in no history of commands."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(field="secret_file", problem=why_unread(error)) from None


def _listed(file: Path) -> list[SourceEntry]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesFileInvalid(file=file.name, problem=why_unread(error)) from None
    return read_sources(text, file=file.name)


def _run(arguments: argparse.Namespace) -> int:
    """Fetch what is registered; a source that fails does not stop the others."""
    at = now()
    sources = sources_for(system_actor())
    if arguments.due:
        return _run_all(one for one in due_sources(at=at) if claim_source(source=one, at=at))
    if arguments.dataset:
        one = source_of(dataset(arguments.dataset))
        if one is None:
            problem = f"{arguments.dataset} has no registered source"
            raise InvalidInput(field="dataset", problem=problem)
        sources = [one]
    return _run_all(sources)


def _run_all(sources: Iterable[Source]) -> int:
    return 1 if sum(not _fetched(source) for source in sources) else 0


def _fetched(source: Source) -> bool:
    try:
        given = gather_source(source=source, actor=system_actor(), at=now())
    except DomainError as error:
        print(f"{source.dataset.code}: {error}")
        return False
    for receipt in given:
        print_receipt(receipt)
    if not given:
        print(f"{source.dataset.code}: nothing new")
    return True


def _watch(arguments: argparse.Namespace) -> int:
    """Look into a folder until it is stopped; the folder is registered as the source."""
    source = register_source(
        dataset=dataset(arguments.dataset),
        kind="folder",
        location=str(arguments.folder.resolve()),
        mapping=mapping_of(arguments.map),
        actor=system_actor(),
        at=now(),
    )
    while True:
        fetched = _fetched(source)
        if arguments.once:
            return 0 if fetched else 1
        time.sleep(max(arguments.every, 1.0))


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
    "sources": _sources,
    "register": _register,
    "run": _run,
    "watch": _watch,
    "receipts": _receipts,
    "scores": _scores,
    "quarantine": _quarantine,
    "compare": _compare,
    "columns": _columns,
    "suggest": _suggest,
    "rules": _rules,
}
