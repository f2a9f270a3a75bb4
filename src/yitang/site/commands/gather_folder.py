"""``yitang gather FOLDER``: each file to its dataset, each with its receipt or why not."""

from __future__ import annotations

import argparse
import json
import sys

from yitang.data.collection.api import Fewer, SortedFile, gather_sorted, sort_folder
from yitang.data.collection.rules import Receipt
from yitang.ground.base.errors import DomainError, InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

from .receipts import print_receipt, receipt_document

_OF_ONE_FILE = ("dataset", "table", "batch", "map", "template")
_TOLD = {"name": "by its name", "columns": "by its columns"}


def gather_folder(arguments: argparse.Namespace) -> int:
    """Take every file of a folder; 1 if any was not taken. Run again it goes on."""
    _check_alone(arguments)
    fewer: Fewer = "take" if arguments.fewer else "ask"
    sorted_out = sort_folder(folder=arguments.file, actor=system_actor())
    told = list[dict[str, object]]()
    for place, file in enumerate(sorted_out, 1):
        heading = f"[{place}/{len(sorted_out)}] {file.path.name}"
        try:
            receipt = gather_sorted(
                file=file, actor=system_actor(), at=now(), by_key=arguments.by_key, fewer=fewer
            )
        except DomainError as error:
            told.append(_document(file, problem=error))
            _say(f"{heading} not taken", str(error), as_json=arguments.json)
            continue
        told.append(_document(file, receipt=receipt))
        _say(f"{heading} → {receipt.dataset}, {_TOLD[file.told_by]}", as_json=arguments.json)
        if not arguments.json:
            print_receipt(receipt)
    taken = sum("receipt" in one for one in told)
    _say(f"{taken} of {len(told)} files taken", as_json=arguments.json)
    if arguments.json:
        print(json.dumps({"taken": taken, "files": told}, ensure_ascii=False, indent=2))
    return 0 if taken == len(told) else 1


def _check_alone(arguments: argparse.Namespace) -> None:
    given = [f"--{name}" for name in _OF_ONE_FILE if getattr(arguments, name)]
    if given:
        said = (
            f"{arguments.file} is a folder, whose files tell their datasets by themselves; leave"
            f" out {', '.join(given)}, or name one file in it. A folder of one dataset alone:"
            " yitang collection watch"
        )
        raise InvalidInput(field="file", problem=said)


def _document(
    file: SortedFile, *, receipt: Receipt | None = None, problem: DomainError | None = None
) -> dict[str, object]:
    values: dict[str, object] = {"file": file.path.name, "told_by": file.told_by}
    if receipt is not None:
        return values | {"dataset": receipt.dataset, "receipt": receipt_document(receipt)}
    code = file.dataset.code if file.dataset is not None else ""
    return values | {
        "dataset": code,
        "code": problem.code if problem else "",
        "problem": str(problem),
    }


def _say(*lines: str, as_json: bool) -> None:
    """Progress at once; beside the document, if there is one."""
    print("\n  ".join(lines), file=sys.stderr if as_json else sys.stdout, flush=True)
