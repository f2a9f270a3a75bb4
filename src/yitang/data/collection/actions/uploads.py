"""A file is looked at before anybody described it: what it holds, what is wrong, nothing kept."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from yitang.data.collection.access import check_can_try
from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.connectors.limits import UPLOAD
from yitang.data.collection.errors import NothingDelivered, UploadTooLarge
from yitang.data.collection.models import Upload
from yitang.data.collection.queries import KEPT_FOR, known_divisions
from yitang.data.collection.rules import ItemRule, RejectedRow, guess_rule, shown_value
from yitang.ground.organisations.api import User

from .border import Border

LIMIT_MB = 20
PREVIEW_ROWS = 40
_SAMPLE = 200


def inspect_upload(*, name: str, content: bytes, actor: User, at: datetime) -> Upload:
    """Read a file, guess what each column holds, and check it by that.

    The file and a masked preview are kept encrypted for a day, for its owner alone. Raises
    ``UploadTooLarge``, ``NothingDelivered`` and what reading a file raises.
    """
    check_can_try(actor)
    if len(content) > LIMIT_MB * 2**20:
        size = -(-len(content) // 2**20)
        raise UploadTooLarge(file=name, size=size, limit=LIMIT_MB)
    with tempfile.TemporaryDirectory(prefix="yitang-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        delivery = file_delivery(path, name=name, limits=UPLOAD)
        border, guesses = passed_border(delivery)
        if not border.delivered:
            raise NothingDelivered(file=name)
        preview = _preview(delivery, border, [rule for rule, _ in guesses])
    forget_uploads(at=at)
    with transaction.atomic():
        return Upload.objects.create(
            owner=actor,
            file_name=name[:255],
            delivered=border.delivered,
            accepted=border.accepted,
            rejected=len(border.rejected),
            understood=dict(delivery.understood),
            columns=[
                {"label": rule.label, "type": rule.type, "rule": rule.rule, "reason": reason}
                for rule, reason in guesses
            ],
            problems=[asdict(problem) for problem in border.problems],
            preview=json.dumps(preview, ensure_ascii=False),
            content=base64.b64encode(content).decode(),
            uploaded_at=at,
        )


def passed_border(delivery: Delivery) -> tuple[Border, list[tuple[ItemRule, str]]]:
    """An unprepared delivery through the border, by rules guessed from its own columns."""
    divisions = known_divisions()
    samples = _samples(delivery)
    guesses = [
        guess_rule(f"c{number}", column, samples[column], divisions=divisions)
        for number, column in enumerate(delivery.columns)
    ]
    rules = [rule for rule, _ in guesses]
    columns = {rule.name: rule.label for rule in rules}
    border = Border(delivery, rules, columns, divisions)
    for _ in border.accepted_batches():
        pass
    return border, guesses


def forget_uploads(*, at: datetime) -> int:
    """Delete uploads older than a day; returns how many."""
    deleted, _ = Upload.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()
    return deleted


def _samples(delivery: Delivery) -> dict[str, list[str]]:
    for chunk in delivery.chunks():
        head = chunk.frame.head(_SAMPLE)
        if head.height:
            return {
                column: [value or "" for value in head[column].to_list()]
                for column in delivery.columns
            }
    return {column: [] for column in delivery.columns}


def _preview(
    delivery: Delivery, border: Border, rules: Sequence[ItemRule]
) -> list[dict[str, object]]:
    """The first rows and the first rejected ones, in their order; sensitive values masked."""
    shown: dict[tuple[str, int], dict[str, object]] = {}
    for chunk in delivery.chunks():
        for number, row in zip(
            chunk.numbers[: PREVIEW_ROWS // 4].tolist(),
            chunk.frame.head(PREVIEW_ROWS // 4).to_dicts(),
            strict=True,
        ):
            values = {column: value or "" for column, value in row.items()}
            shown[chunk.sheet, number] = _row(RejectedRow(number, (), values, chunk.sheet), rules)
        break
    for rejected in islice(border.rejected, PREVIEW_ROWS):
        shown[rejected.sheet, rejected.row_number] = _row(rejected, rules)
    return [shown[key] for key in sorted(shown)][:PREVIEW_ROWS]


def _row(row: RejectedRow, rules: Sequence[ItemRule]) -> dict[str, object]:
    broken = [fault for fault in row.faults if not fault.label]
    return {
        "row": row.row_number,
        "sheet": row.sheet,
        "broken": [{"code": f.code, "params": dict(f.params)} for f in broken],
        "cells": [
            {
                "value": _shown(row.values.get(rule.label, ""), rule),
                "faults": [
                    {"code": f.code, "params": dict(f.params)}
                    for f in row.faults
                    if f.label == rule.label
                ],
            }
            for rule in rules
        ],
    }


def _shown(value: str, rule: ItemRule) -> str:
    return shown_value(
        value, heading=rule.label, rule=rule.rule, role=rule.role.rpartition(".")[2],
        sensitive=rule.sensitive,
    )  # fmt: skip
