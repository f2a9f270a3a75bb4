"""Reads: receipts, quarantine, rules, uploads."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Sum

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.collection.access import visible_batches
from yitang.data.collection.errors import BatchUnknown, UploadUnknown
from yitang.data.collection.models import (
    Batch,
    BatchScore,
    RuleSet,
    Upload,
)
from yitang.data.collection.rules import (
    ItemRule,
    Problem,
    QualityRule,
    Receipt,
    RejectedRow,
    RowFault,
    code_words,
    rule_of,
)
from yitang.ground.organisations.api import User, division_rows
from yitang.ground.plumbing.api import Page, cursor_of, numbers_of

PAGE_LENGTH = 30
KEPT_FOR = timedelta(days=1)  # an upload that is only looked at


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been gathered so far, over all receipted batches."""

    batches: int
    delivered: int
    accepted: int
    rejected: int


def rules_of(dataset: Dataset) -> list[ItemRule]:
    """The border rules of a dataset's items."""
    return [
        ItemRule(
            name=item.name,
            label=item.label,
            type=item.type,
            length=item.length,
            required=item.is_required,
            unique=item.is_unique,
            rule=item.rule,
            codes=tuple(item.codes),
            sensitive=item.is_sensitive,
            role=item.role,
            words=code_words(label=item.label, codes=item.codes, code_list=item.code_list),
        )
        for item in items_of(dataset)
    ]


def known_divisions() -> frozenset[str]:
    """The code of every division, in force or not: an old record may name an abolished one."""
    return frozenset(code for code, *_ in division_rows())


def receipts(
    user: User, *, dataset: str = "", cursor: str = "", limit: int = PAGE_LENGTH
) -> Page[Batch]:
    """Receipted batches that ``user`` may see, the latest first; of one ``dataset`` (code)."""
    rows = visible_batches(user).filter(state="receipted")
    if dataset:
        rows = rows.filter(dataset__code=dataset)
    rows = rows.order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=numbers_of(cursor, length=1)[0])
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], cursor_of(found[limit - 1].pk) if more else None)


def receipts_of(dataset: Dataset, *, limit: int = 12) -> list[Batch]:
    """The latest receipted batches of a dataset, whoever asks: numbers only, no rows."""
    return list(Batch.objects.filter(dataset=dataset, state="receipted").order_by("-pk")[:limit])


def scores_of(dataset: Dataset, *, limit: int = 24) -> list[BatchScore]:
    """The scores of the latest batches with their batch, the oldest first; numbers only."""
    rows = BatchScore.objects.filter(batch__dataset=dataset).select_related("batch")
    return list(rows.order_by("-batch__sequence")[:limit])[::-1]


def batch_for(user: User, number: str) -> Batch:
    """A receipted batch that ``user`` may see; raises ``BatchUnknown``."""
    found = visible_batches(user).filter(number=number, state="receipted").first()
    if found is None:
        raise BatchUnknown(number=number)
    return found


def receipt_of(batch: Batch, *, repeated: bool = False) -> Receipt:
    """The receipt as it was given."""
    return Receipt(
        number=batch.number,
        dataset=batch.dataset.code,
        delivered=batch.delivered,
        accepted=batch.accepted,
        rejected=batch.rejected,
        digest=batch.digest,
        seconds=batch.seconds,
        at=batch.receipted_at or batch.arrived_at,
        version=batch.version,
        problems=problems_of(batch),
        unknown_columns=tuple(batch.unknown_columns),
        understood=dict(batch.understood),
        signature=batch.signature,
        changes=dict(batch.changes),
        replaced=batch.replaced,
        repeated=repeated,
    )


def problems_of(batch: Batch | Upload) -> tuple[Problem, ...]:
    """Fault by fault, how many rows have it, the most frequent first."""
    return tuple(
        Problem(
            entry["label"],
            entry["code"],
            entry["rows"],
            entry.get("params", {}),
            entry.get("severity", "reject"),
        )
        for entry in batch.problems
    )


def rejected_rows(batch: Batch, *, start: int = 0, limit: int | None = None) -> list[RejectedRow]:
    """Rows in quarantine in their order, ``limit`` of them from ``start``; values in clear."""
    blocks = batch.blocks.all()
    rows: list[RejectedRow] = []
    passed = 0
    for block in blocks.iterator():
        if passed + block.rows > start:
            rows.extend(list(read_block(block.content or "[]"))[max(0, start - passed) :])
        passed += block.rows
        if limit is not None and len(rows) >= limit:
            break
    return rows if limit is None else rows[:limit]


def read_block(text: str) -> Iterator[RejectedRow]:
    """The rows inside a decrypted block."""
    for entry in json.loads(text):
        faults = tuple(
            RowFault(fault["label"], fault["code"], fault["params"], fault["column"])
            for fault in entry["faults"]
        )
        yield RejectedRow(entry["row"], faults, entry["values"], entry.get("sheet", ""))


def upload_for(user: User, public_id: UUID | str, *, at: datetime) -> Upload:
    """An upload of ``user``'s own that is not older than a day; raises ``UploadUnknown``."""
    found = (
        Upload.objects.filter(public_id=public_id, owner=user, uploaded_at__gte=at - KEPT_FOR)
        .select_related("judged_for")
        .defer("content")
        .first()
    )
    if found is None:
        raise UploadUnknown(kind="upload", id=public_id)
    return found


def preview_of(upload: Upload) -> list[dict[str, object]]:
    """Rows as a page shows them: ``{row, sheet, cells: [{value, faults}]}``, values masked."""
    rows: list[dict[str, object]] = json.loads(upload.preview or "[]")
    return rows


def content_of(upload: Upload) -> bytes:
    """The uploaded file itself."""
    return base64.b64decode(upload.content or "")


def totals(user: User | None = None) -> Totals:
    """Sums over every receipted batch, or over those that ``user`` may see."""
    rows = Batch.objects.all() if user is None else visible_batches(user)
    found = rows.filter(state="receipted").aggregate(
        batches=Count("pk"),
        delivered=Sum("delivered", default=0),
        accepted=Sum("accepted", default=0),
        rejected=Sum("rejected", default=0),
    )
    return Totals(**found)


def rule_sets(dataset: Dataset) -> list[RuleSet]:
    """Every version of the quality rules, the latest first."""
    return list(dataset.rule_sets.select_related("made_by"))


def quality_rules(dataset: Dataset) -> tuple[int, list[QualityRule]]:
    """The version that counts (0: none yet) and its rules."""
    latest = RuleSet.objects.filter(dataset=dataset).order_by("-number").first()
    if latest is None:
        return 0, []
    return latest.number, [rule_of(entry, file=dataset.code) for entry in latest.rules]
