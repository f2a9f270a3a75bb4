"""``yitang catalogue systems``: the register of information systems, listed, loaded, written."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import SystemsFileInvalid
from yitang.data.catalogue.rules.system_rows import HEADINGS
from yitang.data.catalogue.rules.systems import SYSTEM_STATES
from yitang.ground.base.errors import InvalidInput
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

SHOWN = 50
STATES = ("running", "ended", *SYSTEM_STATES)


def add_systems_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="CSV or Excel; without it: list")
    parser.add_argument(
        "--look", action="store_true", help="say what would be taken, write nothing"
    )
    parser.add_argument("--state", choices=STATES, default="", help="list those alone")
    parser.add_argument("--text", default="", help="list those whose name or code holds it")
    parser.add_argument("--export", type=Path, metavar="FILE", help="write the list: .csv or .xlsx")
    parser.add_argument("--template", type=Path, metavar="FILE", help="write an empty workbook")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run_systems(arguments: argparse.Namespace) -> int:
    if arguments.template is not None:
        arguments.template.write_bytes(catalogue.systems_workbook([]))
        print(f"an empty register written to {arguments.template}")
        return 0
    if arguments.file is not None:
        return _load(arguments.file, look=arguments.look, as_json=arguments.json)
    wanted = catalogue.SystemFilter(text=arguments.text, state=arguments.state)
    rows = catalogue.every_system(system_actor(), wanted)
    if arguments.export is not None:
        arguments.export.write_bytes(_written(arguments.export, rows))
        print(f"{len(rows)} systems written to {arguments.export}")
    else:
        _list(rows, wanted, as_json=arguments.json)
    return 0


def _load(file: Path, *, look: bool, as_json: bool) -> int:
    """0 when every row was taken, else 1."""
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = error.strerror or "it cannot be opened"
        raise SystemsFileInvalid(file=file.name, problem=problem) from None
    found = catalogue.load_systems(
        content=content, file=file.name, actor=system_actor(), at=now(), look=look
    )
    if as_json:
        print(json.dumps(found.document, ensure_ascii=False, indent=2))
        return 1 if found.rejected else 0
    print(
        f"{file.name}: {found.delivered} delivered, {found.accepted} accepted, "
        f"{len(found.rejected)} rejected"
    )
    done = "would be " if look else ""
    print(
        f"{found.count('created')} {done}new, {found.count('changed')} {done}changed, "
        f"{found.count('unchanged')} as they were"
    )
    if found.read.headings.ignored:
        print(f"columns left out: {', '.join(found.read.headings.ignored)}")
    for one in found.rejected[:SHOWN]:
        said = "; ".join(f"{HEADINGS[fault.field]}: {fault.problem}" for fault in one.faults)
        print(f"  row {one.row.number}\t{one.row.spec.code or '-'}\t{said}")
    if len(found.rejected) > SHOWN:
        print(f"  and {len(found.rejected) - SHOWN} more; --json lists all")
    return 1 if found.rejected else 0


def _written(file: Path, rows: list[catalogue.InformationSystem]) -> bytes:
    if file.suffix.lower() == ".csv":
        return catalogue.systems_csv(rows)
    if file.suffix.lower() == ".xlsx":
        return catalogue.systems_workbook(rows)
    raise InvalidInput(field="--export", problem=f"{file.name} ends neither in .csv nor in .xlsx")


def _list(
    rows: list[catalogue.InformationSystem], wanted: catalogue.SystemFilter, *, as_json: bool
) -> None:
    sums = catalogue.system_sums(system_actor(), wanted)
    if as_json:
        listed = [
            {
                "code": row.code, "name": row.name, "organisation": row.organisation.name,
                "state": row.state, "since": row.since.isoformat(), "network": row.network,
                "hosting": row.hosting, "security_grade": row.security_grade,
                "yearly_cost": None if row.yearly_cost is None else str(row.yearly_cost),
            }
            for row in rows
        ]  # fmt: skip
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for row in rows:
        cost = "-" if row.yearly_cost is None else f"{row.yearly_cost:,.2f}"
        state = f"{SYSTEM_STATES[row.state]} since {row.since}"
        print(f"{row.code}\t{row.name}\t{row.organisation.name}\t{state}\t{cost}")
    print(
        f"{sums.systems} systems, {sums.running} in use ({sums.joined} connected), "
        f"{sums.ended} ended; {sums.yearly_cost:,.2f} yuan a year"
    )
