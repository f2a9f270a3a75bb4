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
from yitang.data.collection.errors import NothingDelivered, UploadTooLarge
from yitang.data.collection.models import Upload
from yitang.data.collection.queries import KEPT_FOR
from yitang.data.collection.rules import ItemRule, RejectedRow, RowFault, shown_value
from yitang.ground.organisations.api import User

from .judging import Judged, judged_file

LIMIT_MB = 20
PREVIEW_ROWS = 40


def inspect_upload(*, name: str, content: bytes, actor: User, at: datetime) -> Upload:
    """Read a file and check it as handing it in would, or by what each column seems to hold.

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
        judged = judged_file(path, name=name, actor=actor, at=at)
        border = judged.border
        if not border.delivered:
            raise NothingDelivered(file=name)
        preview = _preview(judged)
    forget_uploads(at=at)
    with transaction.atomic():
        return Upload.objects.create(
            owner=actor,
            file_name=name[:255],
            delivered=border.delivered,
            accepted=border.accepted,
            rejected=len(border.rejected),
            understood=border.understood,
            judged_for=judged.dataset,
            columns=[
                {"label": column, "type": rule.type, "rule": rule.rule, "reason": reason}
                for column, rule, reason in judged.columns
            ],
            problems=[asdict(problem) for problem in border.problems],
            preview=json.dumps(preview, ensure_ascii=False),
            content=base64.b64encode(content).decode(),
            uploaded_at=at,
        )


def forget_uploads(*, at: datetime) -> int:
    """Delete uploads older than a day; returns how many."""
    deleted, _ = Upload.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()
    return deleted


def _preview(judged: Judged) -> list[dict[str, object]]:
    """The first rows and the first rejected ones, in their order; personal values masked."""
    shown: dict[tuple[str, int], dict[str, object]] = {}
    for chunk in judged.delivery.chunks():
        for number, row in zip(
            chunk.numbers[: PREVIEW_ROWS // 4].tolist(),
            chunk.frame.head(PREVIEW_ROWS // 4).to_dicts(),
            strict=True,
        ):
            values = {column: value or "" for column, value in row.items()}
            passed = RejectedRow(number, (), values, chunk.sheet)
            shown[chunk.sheet, number] = _row(passed, judged.columns)
        break
    for rejected in islice(judged.border.rejected, PREVIEW_ROWS):
        shown[rejected.sheet, rejected.row_number] = _row(rejected, judged.columns)
    return [shown[key] for key in sorted(shown)][:PREVIEW_ROWS]


def _row(row: RejectedRow, columns: Sequence[tuple[str, ItemRule, str]]) -> dict[str, object]:
    faults: dict[str, list[dict[str, object]]] = {}
    for fault in row.faults:
        place = fault.column or _first_column(fault, columns)
        said: dict[str, object] = {"code": fault.code, "params": dict(fault.params)}
        faults.setdefault(place, []).append(said)
    return {
        "row": row.row_number,
        "sheet": row.sheet,
        "broken": faults.get("", []),
        "cells": [
            {
                "value": _shown(row.values.get(column, ""), column, rule),
                "faults": faults.get(column, []),
            }
            for column, rule, _ in columns
        ],
    }


def _first_column(fault: RowFault, columns: Sequence[tuple[str, ItemRule, str]]) -> str:
    """Where a fault of several items together is shown; nowhere: it is the whole row's."""
    labels = fault.label.split(", ")
    return next((column for column, rule, _ in columns if rule.label in labels), "")


def _shown(value: str, column: str, rule: ItemRule) -> str:
    return shown_value(
        value, heading=f"{rule.label} {column}", rule=rule.rule,
        role=rule.role, sensitive=rule.sensitive,
    )  # fmt: skip
