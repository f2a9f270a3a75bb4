"""``yitang gather``: hand a batch in, get a receipt."""

from __future__ import annotations

import argparse
from pathlib import Path

from yitang.data.catalogue.api import dataset
from yitang.data.collection.api import Fewer, gather_file, gather_url, template_workbook
from yitang.ground.base.errors import InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .gather_folder import gather_folder
from .receipts import print_receipt


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="a file of any kind that is read; or a folder of them, each of which belongs to the"
        " entry whose code or name its name holds, else whose columns it has",
    )
    parser.add_argument("--url", help="gather JSON records from an address instead")
    parser.add_argument("--dataset", default="", help="code of the catalogue entry")
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
    if (arguments.file is None) == (arguments.url is None):
        raise InvalidInput(field="file", problem="give either a file or --url")
    if arguments.file is not None and arguments.file.is_dir():
        return gather_folder(arguments)
    if not arguments.dataset:
        problem = "say which entry it is for, by its code; only a folder's files are told apart"
        raise InvalidInput(field="--dataset", problem=problem)
    if arguments.template:
        return _write_template(arguments.dataset, arguments.file)
    actor, at = system_actor(), now()
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
