"""``yitang collection``: where datasets are fetched from, and fetching them."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import (
    Source,
    claim_source,
    due_sources,
    gather_source,
    register_source,
    shown_place,
    source_of,
    sources_for,
)
from yitang.data.collection.errors import SourcesFileInvalid
from yitang.data.collection.rules import ADDRESS_KINDS, CYCLES, SourceEntry, read_sources
from yitang.ground.base.clock import SHANGHAI
from yitang.ground.base.errors import DomainError, InvalidInput, why_unread
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from . import values
from .gather import mapping_of
from .receipts import print_receipt

if TYPE_CHECKING:
    Words = argparse._SubParsersAction[argparse.ArgumentParser]

MAP = "where an item stands"
PATHS = {"file": Path.is_file, "folder": Path.is_dir}
MODES = "whole table, compared by key, or as a column grows"


def add_sources_arguments(words: Words) -> None:
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


SOURCE_WORDS = {"sources": _sources, "register": _register, "run": _run, "watch": _watch}
