"""``yitang ledger``: verify, anchor, drain, index, witness, list."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from yitang.ground.base.clock import SHANGHAI
from yitang.ground.base.errors import InvalidInput, why_unread
from yitang.ground.base.identity import is_credit_code, is_identity_number
from yitang.ground.ledger import api as ledger
from yitang.ground.ledger.rules import anchor_lines
from yitang.ground.plumbing.api import blind_index, now, public_key

from . import values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", required=True)
    verify = words.add_parser("verify", help="name every changed, missing or reordered entry")
    verify.add_argument("folder", nargs="?", type=Path, help="another ledger folder, a copy say")
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.add_argument("--no-index", action="store_true", help="trust the files alone")
    verify.add_argument(
        "--witness",
        type=Path,
        action="append",
        default=[],
        help="our anchors as another node keeps them",
    )
    anchor = words.add_parser("anchor", help="sign how far every segment has come")
    anchor.add_argument(
        "--every", type=values.seconds, metavar="SECONDS", help="go on until stopped"
    )
    words.add_parser("drain", help="put accepted entries into a segment, mend torn ones")
    index = words.add_parser("index", help="read the segments into the index")
    index.add_argument("--rebuild", action="store_true", help="throw the index away first")
    witness = words.add_parser("witness", help="hand our anchors over, or keep another node's")
    ways = witness.add_subparsers(dest="way", required=True)
    ways.add_parser("export", help="our anchors, one a line, to the standard output")
    ways.add_parser("key", help="the public key by which others check them")
    accept = ways.add_parser("accept", help="keep the anchors of another node")
    accept.add_argument("node", help="what the other node is called here")
    accept.add_argument("file", type=Path, help="what its `witness export` printed")
    accept.add_argument("--key", required=True, help="the node's public key, in hexadecimal")
    about = words.add_parser("about", help="who has read a person's data; writes an entry itself")
    about.add_argument("--of", metavar="ACTOR", help="instead: what an actor did")
    about.add_argument(
        "--limit", type=values.rows, default=20, help="how many entries, the latest first"
    )
    words.add_parser("show", help="one entry").add_argument(
        "id", type=values.public_id, help="as `verify` and `about` print it"
    )


def run(arguments: argparse.Namespace) -> int:
    return {
        "verify": run_verify,
        "anchor": run_anchor,
        "drain": run_drain,
        "index": run_index,
        "witness": run_witness,
        "about": run_about,
        "show": run_show,
    }[arguments.word](arguments)


def run_verify(arguments: argparse.Namespace) -> int:
    if arguments.folder and not arguments.folder.is_dir():
        raise InvalidInput(field="folder", problem=f"{arguments.folder} is not a folder")
    parts = ("segments", "anchors")
    if arguments.folder and not any((arguments.folder / part).is_dir() for part in parts):
        said = f"there is no ledger in {arguments.folder}: name the folder that holds segments"
        raise InvalidInput(field="folder", problem=said)
    start = time.perf_counter()
    if arguments.folder or arguments.no_index:
        found = ledger.verify(
            arguments.folder, with_index=not arguments.no_index, witnesses=arguments.witness
        )
    else:
        found = ledger.verify_and_note(now(), witnesses=arguments.witness)
    if arguments.json:
        problems = [asdict(one) | {"detail": str(one.detail)} for one in found.problems]
        print(json.dumps(asdict(found) | {"ok": found.ok, "problems": problems}))
        return 0 if found.ok else 1
    print(
        f"{found.entries:,} entries in {found.segments:,} segments, {found.anchors:,} anchors, "
        f"{time.perf_counter() - start:.1f} s"
    )
    for problem in found.problems:
        name = f"entry {problem.entry_id}, " if problem.entry_id else ""
        print(
            f"{problem.kind}: {name}{problem.segment} position {problem.position}: {problem.detail}"
        )
    print("sound" if found.ok else f"{len(found.problems)} problems")
    return 0 if found.ok else 1


def run_anchor(arguments: argparse.Namespace) -> int:
    while True:
        anchor = ledger.anchor(now())
        if anchor is not None:
            print(f"anchor {anchor.number}, root {anchor.root[:16]}", flush=True)
        elif not arguments.every:
            print("nothing new to anchor")
        if not arguments.every:
            return 0
        time.sleep(arguments.every)


def run_drain(arguments: argparse.Namespace) -> int:
    print(f"{ledger.drain_outbox()} entries put into a segment")
    return 0


def run_index(arguments: argparse.Namespace) -> int:
    count = ledger.rebuild_index() if arguments.rebuild else ledger.index_segments()
    print(f"{count:,} lines read")
    return 0


def run_witness(arguments: argparse.Namespace) -> int:
    if arguments.way == "key":
        print(public_key().hex())
    elif arguments.way == "export":
        for line in anchor_lines(ledger.ledger_folder()):
            sys.stdout.write(line.decode() + "\n")
    else:
        try:
            key = bytes.fromhex(arguments.key)
            lines = arguments.file.read_bytes().splitlines()
        except (OSError, ValueError) as error:
            raise InvalidInput(field="witness", problem=why_unread(error)) from None
        count = ledger.accept_witness(node=arguments.node, key=key, lines=lines)
        print(f"{count} new anchors of {arguments.node}")
    return 0


def run_about(arguments: argparse.Namespace) -> int:
    if arguments.of:
        entries = ledger.entries_of(arguments.of, limit=arguments.limit)
    else:
        # Asked for, never an argument: command lines are kept in histories and process lists.
        print("identity number: ", end="", file=sys.stderr, flush=True)
        number = sys.stdin.readline().strip().upper()
        if not (is_identity_number(number) or is_credit_code(number)):
            problem = "it is neither an identity number nor a credit code; check each digit"
            raise InvalidInput(field="identity number", problem=problem)
        ledger.record(
            actor="operator",
            organisation="command line",
            action="ledger.read",
            purpose="yitang ledger about",
            subject_index=blind_index(number),
            at=now(),
        )
        entries = ledger.entries_about(blind_index(number), limit=arguments.limit)
    for entry in entries:
        at = entry.at.astimezone(SHANGHAI)
        print(f"{at:%Y-%m-%d %H:%M:%S} {entry.id} {entry.organisation} {entry.action} "
              f"{entry.dataset or '-'} {entry.matter or '-'} {entry.purpose}")  # fmt: skip
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    entry = ledger.entry(arguments.id)
    if entry is None:
        raise InvalidInput(field="id", problem=f"there is no entry {arguments.id}")
    shown = asdict(entry)
    del shown["secret"]
    print(
        json.dumps(
            shown | {"matter": str(entry.matter or "")}, default=str, ensure_ascii=False, indent=1
        )
    )
    return 0
