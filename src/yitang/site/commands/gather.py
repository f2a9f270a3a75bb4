"""``yitang gather``: hand a batch in, get a receipt."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import Fewer, gather_file, gather_url, template_workbook
from yitang.data.collection.rules import Receipt
from yitang.ground.base.errors import InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

_CHANGES = ("added", "changed", "unchanged", "removed", "spared")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="a file of any kind that is read")
    parser.add_argument("--url", help="gather JSON records from an address instead")
    parser.add_argument("--dataset", required=True, help="code of the catalogue entry")
    parser.add_argument("--table", default="", help="sheet or table, if there are several")
    parser.add_argument("--batch", default="", help="the supplier's own number of this batch")
    parser.add_argument(
        "--map", action="append", default=[], metavar="ITEM=COLUMN", help="where an item stands"
    )
    parser.add_argument(
        "--by-key",
        action="store_true",
        help="it holds all rows: compare them by the entry's key, so that only what changed is"
        " written and what is gone goes",
    )
    parser.add_argument(
        "--template", action="store_true", help="write an empty workbook to be filled in to FILE"
    )
    parser.add_argument(
        "--fewer",
        action="store_true",
        help="take a whole table though most of the rows that are there would be gone",
    )
    parser.add_argument("--json", action="store_true", help="print the receipt as JSON")


def run(arguments: argparse.Namespace) -> int:
    mapping = mapping_of(arguments.map)
    actor, at = system_actor(), now()
    if (arguments.file is None) == (arguments.url is None):
        raise InvalidInput(field="file", problem="give either a file or --url")
    if arguments.template:
        return _write_template(arguments.dataset, arguments.file)
    if arguments.file is not None and arguments.file.is_dir():
        said = f"{arguments.file} is a folder; name one file in it, or: yitang collection watch"
        raise InvalidInput(field="file", problem=said)
    fewer: Fewer = "take" if arguments.fewer else "ask"
    if arguments.url:
        receipt = gather_url(
            dataset=arguments.dataset,
            url=arguments.url,
            actor=actor,
            at=at,
            mapping=mapping,
            by_key=arguments.by_key,
            fewer=fewer,
        )
    else:
        receipt = gather_file(
            dataset=arguments.dataset,
            path=arguments.file,
            actor=actor,
            at=at,
            mapping=mapping,
            table=arguments.table,
            supplier_number=arguments.batch,
            by_key=arguments.by_key,
            fewer=fewer,
        )
    print_receipt(receipt, as_json=arguments.json)
    return 0


def _write_template(code: str, file: Path | None) -> int:
    if file is None:
        raise InvalidInput(field="file", problem="the template needs a file to be written to")
    if file.exists():
        raise InvalidInput(field="file", problem=f"{file} is there already; name another")
    file.write_bytes(template_workbook(dataset(code)))
    print(f"template of {code} written to {file}")
    return 0


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """``ITEM=COLUMN`` pairs; raises ``InvalidInput`` for one without ``=``."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        item, equals, column = pair.partition("=")
        if not equals:
            raise InvalidInput(field="--map", problem=f"{pair!r} is not ITEM=COLUMN")
        mapping[item.strip()] = column.strip()
    return mapping


def print_receipt(receipt: Receipt, *, as_json: bool = False) -> None:
    """The receipt as people or as programs read it."""
    if as_json:
        values = asdict(receipt) | {
            "at": receipt.at.isoformat(),
            "problems": [
                {"item": p.label, "code": p.code, "rows": p.rows, "problem": str(p.message)}
                for p in receipt.problems
            ],
        }
        print(json.dumps(values, ensure_ascii=False, indent=2))
        return
    known = " (handed in before: nothing changed)" if receipt.repeated else ""
    print(f"receipt {receipt.number}{known}")
    print(
        f"{receipt.delivered:,} delivered = {receipt.accepted:,} accepted"
        f" + {receipt.rejected:,} rejected, {receipt.seconds:.2f} s"
    )
    if receipt.replaced:
        print(f"in place of the {receipt.replaced:,} rows there were")
    if receipt.changes:
        counted = [
            f"{receipt.changes[name]:,} {name}" for name in _CHANGES if name in receipt.changes
        ]
        print(f"by key: {', '.join(counted) or 'not known, the versions to compare were let go'}")
    understood = ", ".join(f"{name} {value}" for name, value in receipt.understood.items())
    if understood:
        print(f"understood: {understood}")
    for problem in receipt.problems:
        label = f"{problem.label}: " if problem.label else ""
        print(f"  {problem.rows:,} rows: {label}{problem.message}")
    if receipt.unknown_columns:
        print(f"left out (not in the catalogue): {', '.join(receipt.unknown_columns)}")
    print(f"sha256 {receipt.digest}")
