"""``yitang catalogue``: what data there is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from yitang.data.catalogue.api import (
    all_datasets,
    catalogue_graph,
    changes_since,
    dataset,
    items_of,
    load_datasets,
    reindex_entries,
    search_datasets,
    with_items,
    workbook_of,
    written,
)
from yitang.data.catalogue.rules import SHARING_CLASSES, UPDATE_CYCLES
from yitang.data.collection.api import Overlap, chimneys, overlaps, refresh_overlaps
from yitang.data.collection.rules import REASONS
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .catalogue_import import add_import_arguments, run_import
from .catalogue_systems import add_systems_arguments, run_systems
from .values import between


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    load = words.add_parser("load", help="register the entries of a TOML file or a workbook")
    load.add_argument("file", type=Path, help="TOML, or the workbook of `template`")
    add_import_arguments(words.add_parser("import", help="take in a portal's dump as it is"))
    template = words.add_parser("template", help="an empty workbook of entries, to be filled in")
    template.add_argument("file", type=Path, help="the XLSX file to write")
    find = words.add_parser("list", help="list entries, or search them")
    find.add_argument("text", nargs="?", default="", help="Chinese, pinyin or initials")
    show = words.add_parser("show", help="one entry with its data items")
    show.add_argument("code", help="its catalogue code")
    show.add_argument("--json", action="store_true", help="print it as JSON")
    export = words.add_parser("export", help="write what is published to a file")
    export.add_argument(
        "--format", choices=("excel", "dcat-ap", "jsonld"), default="excel", help="excel if none"
    )
    export.add_argument(
        "--base", default="http://localhost:8000/catalogue/", help="addresses in DCAT"
    )
    export.add_argument("--all", action="store_true", help="drafts too")
    export.add_argument("file", type=Path, help="the file to write")
    changes = words.add_parser("changes", help="what was published since a number, one a line")
    changes.add_argument(
        "--after", type=between(0, 2**62), default=0, help="the last number one has"
    )
    changes.add_argument("--json", action="store_true", help="print each as JSON")
    words.add_parser("reindex", help="build the index of the search anew")
    add_systems_arguments(
        words.add_parser("systems", help="the register of information systems: list or load")
    )
    overlaps = words.add_parser("overlaps", help="what several departments hold, and whose it is")
    overlaps.add_argument("--json", action="store_true", help="print them as JSON")
    overlaps.add_argument("--known", action="store_true", help="as last found, without comparing")


def run(arguments: argparse.Namespace) -> int:
    return WORDS[arguments.word](arguments) or 0


def _load(arguments: argparse.Namespace) -> None:
    loaded = load_datasets(arguments.file, actor=system_actor(), at=now())
    published = sum(entry.is_published for entry in loaded)
    print(f"{len(loaded)} entries, {published} published")


def _list(arguments: argparse.Namespace) -> None:
    found = (
        search_datasets(system_actor(), arguments.text, limit=200).rows
        if arguments.text
        else all_datasets()
    )
    for entry in found:
        state = "" if entry.is_published else f" ({entry.state})"
        print(f"{entry.code}\t{entry.name}\t{entry.organisation.name}{state}")


def _reindex(_: argparse.Namespace) -> None:
    print(f"{reindex_entries()} entries indexed")


def _overlaps(arguments: argparse.Namespace) -> None:
    if not arguments.known:
        refresh_overlaps(actor=system_actor(), at=now())
    found = overlaps(system_actor())
    if arguments.json:
        rows = [
            {
                "left": one.left.code,
                "right": one.right.code,
                "source": one.source.code,
                "state": one.state,
                "weight": one.weight,
                "subjects": one.subjects,
                "contained": one.contained,
                **one.evidence,
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        print(_told(one))
    sums = chimneys(system_actor())
    print(f"{len(found)} overlaps: {sums.datasets} collections with {sums.items} facts could stop")


def _told(one: Overlap) -> str:
    """One overlap for an operator: what, how it shows, and who should hold it."""
    mine, theirs = (
        {item.name: item.label for item in items_of(side)} for side in (one.left, one.right)
    )
    key = tuple(one.evidence["key"])
    facts = ", ".join(
        f"{mine.get(a['left'], a['left'])} = {theirs.get(a['right'], a['right'])} {a['rate']:.0%}"
        for a in one.evidence["agreements"]
        if (a["left"], a["right"]) != key
    )
    left, right = (
        " + ".join(labels.get(name, name) for name in side.split())
        for labels, side in zip((mine, theirs), key, strict=True)
    )
    through, reasons = one.evidence["through"], map(REASONS.get, one.evidence["reasons"])
    return (
        f"{one.left.code} ~ {one.right.code}\t{one.state}"
        f"\t{one.left.name} ({one.left.organisation.name})"
        f" ~ {one.right.name} ({one.right.organisation.name})\n"
        f"\tby {left} = {right}: {one.subjects:,} subjects compared, {one.contained:.0%} of the"
        f" smaller's: {facts or 'the key itself'}"
        f"{f', as each agrees with {through}' if through else ''}\n"
        f"\tsource {one.source.code}: {'; '.join(map(str, reasons)) or 'no side is better'}"
    )


def _export(arguments: argparse.Namespace) -> None:
    rows = [entry for entry in all_datasets() if arguments.all or entry.is_published]
    entries = with_items(rows)
    if arguments.format == "excel":
        content = workbook_of([entry.spec for entry in entries])
    else:
        graph = catalogue_graph(entries, base=arguments.base, title="政务数据目录")
        content = written(graph, "turtle" if arguments.format == "dcat-ap" else "json-ld")
    arguments.file.write_bytes(content)
    print(f"{len(entries)} entries written to {arguments.file}")


def _template(arguments: argparse.Namespace) -> None:
    arguments.file.write_bytes(workbook_of([]))
    print(f"an empty workbook of entries: {arguments.file}")


def _changes(arguments: argparse.Namespace) -> None:
    after = arguments.after
    while found := changes_since(system_actor(), after=after):
        for change in found:
            line = {
                "sequence": change.sequence,
                "kind": change.kind,
                "dataset": change.row.dataset.code,
                "version": change.row.version,
                "at": change.row.at.isoformat(),
            }
            print(
                json.dumps(line)
                if arguments.json
                else "\t".join(str(part) for part in line.values())
            )
        after = found[-1].sequence


def _show(arguments: argparse.Namespace) -> None:
    entry = dataset(arguments.code)
    items = [
        {"name": item.name, "label": item.label, "type": item.type, "role": item.role}
        for item in items_of(entry)
    ]
    values = {
        "code": entry.code,
        "name": entry.name,
        "organisation": entry.organisation.name,
        "sharing_class": entry.sharing_class,
        "update_cycle": entry.update_cycle,
        "state": entry.state,
        "rows": entry.row_count,
        "items": items,
    }
    if arguments.json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
        return
    print(f"{entry.name} ({entry.code}), {entry.organisation.name}")
    print(f"{SHARING_CLASSES[entry.sharing_class]}, {UPDATE_CYCLES[entry.update_cycle]}")
    print(f"{entry.row_count} rows, last batch {entry.gathered_batch or 'none'}")
    for item in items:
        print(f"  {item['name']}\t{item['type']}\t{item['label']}")


WORDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "load": _load,
    "import": run_import,
    "list": _list,
    "show": _show,
    "export": _export,
    "template": _template,
    "changes": _changes,
    "reindex": _reindex,
    "overlaps": _overlaps,
    "systems": run_systems,
}
