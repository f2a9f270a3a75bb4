"""``yitang collection``: sources, runs, receipts, quarantine."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urljoin

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import (
    batch_for,
    gather_source,
    receipts,
    register_source,
    source_of,
    sources_for,
    take_out_quarantine,
)
from yitang.data.collection.errors import SourcesFileInvalid
from yitang.data.collection.rules import SourceEntry, read_sources
from yitang.ground.base.errors import DomainError, InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .gather import print_receipt


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    sources = words.add_parser("sources", help="list sources, or register those of a TOML file")
    sources.add_argument("file", type=Path, nargs="?")
    sources.add_argument("--http", default="", help="where paths of http_json sources are served")
    run_ = words.add_parser("run", help="fetch every registered source, or one dataset's")
    run_.add_argument("dataset", nargs="?", default="")
    shown = words.add_parser("receipts", help="the latest receipts")
    shown.add_argument("--dataset", default="")
    quarantine = words.add_parser("quarantine", help="a batch's rejected rows as a workbook")
    quarantine.add_argument("batch")
    quarantine.add_argument("file", type=Path, help="the XLSX file to write")


def run(arguments: argparse.Namespace) -> int:
    if arguments.word == "sources":
        return _sources(arguments.file, arguments.http)
    if arguments.word == "run":
        return _run(arguments.dataset)
    if arguments.word == "receipts":
        for batch in receipts(system_actor(), dataset=arguments.dataset).rows:
            print(f"{batch.number}\t{batch.delivered} = {batch.accepted} + {batch.rejected}")
        return 0
    batch = batch_for(system_actor(), arguments.batch)
    content = take_out_quarantine(batch=batch, actor=system_actor(), at=now())
    arguments.file.write_bytes(content)
    print(f"{batch.rejected} rejected rows written to {arguments.file}")
    return 0


def _sources(file: Path | None, http: str) -> int:
    if file is not None:
        for entry in _listed(file):
            is_http = entry.kind == "http_json"
            if is_http and not http and "://" not in entry.path:
                raise InvalidInput(field="--http", problem=f"{entry.path} needs an address")
            location = urljoin(http, entry.path) if is_http else str(file.parent / entry.path)
            register_source(
                dataset=dataset(entry.dataset),
                kind=entry.kind,
                location=location,
                table=entry.table,
                mapping=entry.mapping,
                actor=system_actor(),
                at=now(),
            )
    for source in sources_for(system_actor()):
        print(f"{source.dataset.code}\t{source.kind}\t{source.location}")
    return 0


def _listed(file: Path) -> list[SourceEntry]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesFileInvalid(file=file.name, problem=str(error)) from None
    return read_sources(text, file=file.name)


def _run(code: str) -> int:
    """Fetch what is registered; a source that fails does not stop the others."""
    sources = sources_for(system_actor())
    if code:
        one = source_of(dataset(code))
        if one is None:
            raise InvalidInput(field="dataset", problem=f"{code} has no registered source")
        sources = [one]
    failed = 0
    for source in sources:
        try:
            print_receipt(gather_source(source=source, actor=system_actor(), at=now()))
        except DomainError as error:
            print(f"{source.dataset.code}: {error}")
            failed += 1
    return 1 if failed else 0
