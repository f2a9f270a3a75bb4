"""``yitang cases``: supervision, due dates after a new calendar, workflows drawn."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from yitang.ground.casework.api import (
    recompute_provisional,
    supervise_cases,
    supervision_counts,
    workflow_document,
    workflows,
)
from yitang.ground.plumbing.api import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    supervise = verbs.add_parser(
        "supervise", help="warn about cases that are nearly late or late, once per due date"
    )
    supervise.add_argument("--json", action="store_true", help="print figures as JSON")
    recompute = verbs.add_parser(
        "recompute", help="reckon provisional due dates anew after a calendar was loaded"
    )
    recompute.add_argument("--json", action="store_true", help="print figures as JSON")
    draw = verbs.add_parser("draw", help="write a page with a state diagram for each workflow")
    draw.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("docs/workflows"),
        help="docs/workflows if none",
    )
    draw.add_argument("--check", action="store_true", help="write nothing; fail if a page differs")


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "supervise":
        found = supervise_cases(at=now())
        stand = supervision_counts(at=now())
        figures = {
            "soon_late": found.soon_late,
            "late": found.late,
            "standing": {"soon_late": stand.soon_late, "late": stand.late},
        }
        sentence = (
            f"{found.soon_late} cases are soon late, {found.late} are late: told."
            f" In all {stand.soon_late:,} are soon late and {stand.late:,} late now."
        )
        print(json.dumps(figures) if arguments.json else sentence)
        return 0
    if arguments.verb == "recompute":
        moved = recompute_provisional(at=now())
        print(json.dumps({"moved": moved}) if arguments.json else f"{moved} due dates moved.")
        return 0
    return _draw(arguments.folder, is_check=arguments.check)


def _draw(folder: Path, *, is_check: bool) -> int:
    pages = workflow_pages()
    if is_check:
        stale = [name for name, text in pages.items() if _text(folder / name) != text]
        stale += [path.name for path in folder.glob("*.md") if path.name not in pages]
        for name in stale:
            print(f"{folder / name} differs from the workflow: run `yitang cases draw`")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(pages)} workflows drawn into {folder}.")
    return 0


def workflow_pages() -> dict[str, str]:
    """File name to text: one page per workflow, its versions below each other."""
    pages: dict[str, str] = {}
    for workflow in workflows():
        name = f"{workflow.name}.md"
        above = pages.get(name)
        page = workflow_document(workflow)
        pages[name] = f"{above}\n{page}" if above else page
    return pages


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
