"""``yitang catalogue import``: a portal's dump in its own fields."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from yitang.data.catalogue.api import (
    Plan,
    Taken,
    import_catalogue,
    plan_import,
    reasons_of,
    records_of,
)
from yitang.data.catalogue.errors import DumpUnreadable
from yitang.data.catalogue.rules.mapping import TARGETS
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import system_actor
from yitang.ground.plumbing.api import now

SHOWN = 20


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="JSON, CSV, Excel, DCAT or ISO 19139")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=OURS",
        help="what a field is; OURS empty: leave it out",
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an answer to a question of --dry-run, such as cycle:即时=realtime",
    )
    parser.add_argument("--source", default="", help="the portal, where its numbers are its own")
    parser.add_argument(
        "--found",
        default="",
        metavar="DIVISION",
        help="found departments that nobody knows provisionally in this division",
    )
    parser.add_argument("--publish", action="store_true", help="publish what is complete")
    parser.add_argument("--dry-run", action="store_true", help="show the mapping and the questions")
    parser.add_argument("--json", action="store_true", help="print mapping and result as JSON")


def run_import(arguments: argparse.Namespace) -> int:
    file: Path = arguments.file
    try:
        content = file.read_bytes()
    except OSError as error:
        problem = error.strerror or "it cannot be opened"
        raise DumpUnreadable(file=file.name, problem=problem) from None
    given, answers = _pairs(arguments.map, "--map"), _pairs(arguments.answer, "--answer")
    if arguments.dry_run:
        plan = plan_import(
            content=content, file=file.name, actor=system_actor(), given=given, answers=answers,
            source=arguments.source,
        )  # fmt: skip
        print(
            json.dumps(plan_out(plan), ensure_ascii=False, indent=2)
            if arguments.json
            else _plan(plan)
        )
        return 0
    taken = import_catalogue(
        content=content, file=file.name, actor=system_actor(), at=now(), given=given,
        answers=answers, source=arguments.source, publish=arguments.publish,
        departments_in=arguments.found,
    )  # fmt: skip
    print(
        json.dumps(taken_out(taken), ensure_ascii=False, indent=2)
        if arguments.json
        else _taken(taken)
    )
    return 0


def _pairs(words: list[str], option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for word in words:
        name, sign, value = word.rpartition("=")
        if not sign or not name:
            raise InvalidInput(field=option, problem=f"{word} is not of the form NAME=VALUE")
        pairs[name] = value
    return pairs


def plan_out(plan: Plan) -> dict[str, object]:
    """A plan as JSON."""
    return {
        "file": plan.file,
        "kind": plan.kind,
        "understood": dict(plan.understood),
        "missing": list(plan.missing),
        "delivered": plan.delivered,
        "accepted": plan.delivered - plan.rejected,
        "rejected": plan.rejected,
        "fields": [
            {"field": row.field, "target": row.target, "score": row.score,
             "reason": str(row.reason), "examples": list(row.examples)}
            for row in plan.fields
        ],
        "reasons": [{"reason": str(text), "records": count} for text, count in plan.reasons],
        "questions": [
            {"key": q.key, "question": str(q.text), "records": q.records,
             "choices": list(q.choices), "otherwise": q.otherwise}
            for q in plan.questions
        ],
    }  # fmt: skip


def taken_out(taken: Taken) -> dict[str, object]:
    """A result as JSON, with the rejected records."""
    run = taken.run
    rejected = records_of(system_actor(), run, outcome="rejected", limit=100_000)
    return {
        "id": str(run.public_id),
        "file": run.file_name,
        "kind": run.kind,
        "delivered": run.delivered,
        "accepted": run.accepted,
        "rejected": run.rejected,
        "created": run.created,
        "changed": run.changed,
        "published": run.published,
        "repeated": taken.repeated,
        "mapping": run.mapping,
        "rejected_records": [
            {"number": row.number, "name": row.name, "department": row.department,
             "reason": str(row.reason)}
            for row in rejected
        ],
        "unpublished": [{"code": code, "reason": str(text)} for code, text in taken.unpublished],
        "bad_cells": _bad_cells(taken.plan),
    }  # fmt: skip


def _plan(plan: Plan) -> str:
    lines = [f"{plan.file}: {plan.kind}, {plan.delivered} records"]
    lines += [f"  {name}: {value}" for name, value in plan.understood.items()]
    for row in plan.fields:
        target = str(TARGETS[row.target]) if row.target else "-"
        lines.append(f"{row.field}\t{target}\t{row.score:.2f}\t{row.reason}")
    lines += [f"no field was recognised as {TARGETS[target]}: --map" for target in plan.missing]
    lines.append(f"{plan.delivered - plan.rejected} would be accepted, {plan.rejected} rejected")
    lines += _reasons(plan.reasons)
    if plan.questions:
        lines.append("open questions (--answer KEY=VALUE):")
    for question in plan.questions[:SHOWN]:
        choices = f" [{'|'.join(question.choices)}]" if question.choices else ""
        otherwise = f"; else {question.otherwise}" if question.otherwise else "; else rejected"
        lines.append(
            f"  {question.key}\t{question.text}{choices} {question.records} records{otherwise}"
        )
    if len(plan.questions) > SHOWN:
        lines.append(f"  and {len(plan.questions) - SHOWN} more; --json lists all")
    return "\n".join(lines)


def _taken(taken: Taken) -> str:
    run = taken.run
    lines = [
        f"{run.file_name}: {run.kind}, {run.delivered} delivered, {run.accepted} accepted, "
        f"{run.rejected} rejected"
    ]
    if taken.repeated:
        lines.append("this file was taken in before and says nothing new; nothing was changed")
    else:
        same = run.accepted - run.created - run.changed
        lines.append(f"{run.created} entries new, {run.changed} changed, {same} as they were")
    if run.published or taken.unpublished:
        lines.append(f"{run.published} published, {len(taken.unpublished)} left as drafts")
    cells = _bad_cells(taken.plan)
    lines += [f"  {cell['sheet']} row {cell['row']}, {cell['heading']}: {cell['problem']}"
              for cell in cells[:SHOWN]]  # fmt: skip
    if len(cells) > SHOWN:
        lines.append(f"  and {len(cells) - SHOWN} more cells; --json lists all")
    lines += [] if cells else _reasons(reasons_of(system_actor(), run))
    return "\n".join(lines)


def _bad_cells(plan: Plan | None) -> list[dict[str, object]]:
    """Of a workbook made from our template: each cell that cannot be taken, and why."""
    return [
        {"sheet": one.sheet, "row": one.row, "heading": one.heading, "problem": str(one.problem)}
        for one in (plan.workbook.faults if plan and plan.workbook else [])
    ]


def _reasons(counted: list[tuple[Message, int]]) -> list[str]:
    return [f"  {count}: {'such as ' * (count > 1)}{text}" for text, count in counted]
