"""Reads: the index says where an entry stands, the segment says what it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yitang.ground.base.ids import Reference
from yitang.ground.plumbing.api import public_key, settings

from .models import IndexedEntry, OutboxEntry, VerificationRun
from .rules import (
    Anchor,
    Known,
    LineUnreadable,
    Verification,
    anchored_heads,
    read_line_at,
    segment_paths,
    unseal,
    verify_folder,
    witness_path,
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Who did what with whose data, when and why.

    ``is_pending``: accepted, but not in a segment yet. ``is_sound``: the line in the segment
    is the one that was confirmed. ``segment`` and ``position`` are empty while pending.
    """

    id: UUID
    at: datetime
    actor: str
    organisation: str
    action: str
    purpose: str
    matter: Reference | None
    subject_index: str
    dataset: str
    secret: str
    segment: str = ""
    position: int = -1
    is_pending: bool = False
    is_sound: bool = True

    @property
    def details(self) -> dict[str, str] | None:
        """The sealed details; ``None`` when the key of their year was erased."""
        keys = settings().keys / "ledger"
        return unseal(self.secret, keys=keys, subject=self.subject_index, entry_id=str(self.id))


def ledger_folder() -> Path:
    """Where this installation keeps its segments and anchors."""
    return settings().ledger


def entries_about(
    subject_index: str, *, limit: int = 50, before: UUID | None = None
) -> list[LedgerEntry]:
    """The latest entries about a person (``blind_index`` of the identity number), newest first.

    ``before``: only those older than this entry. Entries not yet flushed are included.
    """
    return _newest(
        IndexedEntry.objects.filter(subject=subject_index),
        OutboxEntry.objects.filter(subject=subject_index),
        limit=limit,
        before=before,
    )


def entries_of(actor: str, *, limit: int = 50, before: UUID | None = None) -> list[LedgerEntry]:
    """The latest entries that ``actor`` caused, newest first; as ``entries_about``."""
    return _newest(
        IndexedEntry.objects.filter(actor=actor),
        OutboxEntry.objects.filter(actor=actor),
        limit=limit,
        before=before,
    )


def entries_for(matter: Reference, *, limit: int = 50) -> list[LedgerEntry]:
    """The latest entries linked with a matter (an application, an appeal), newest first."""
    text = str(matter)
    pending = list(OutboxEntry.objects.filter(content__contains=f'"matter":"{text}"'))
    found = IndexedEntry.objects.filter(matter=text).order_by("-at", "-entry_id")[:limit]
    waiting = [_pending_entry(row) for row in reversed(pending)]
    return [*waiting, *(_entry_at(row) for row in found)][:limit]


def entries_with(*, dataset: str, limit: int = 50) -> list[LedgerEntry]:
    """The latest entries of reads of one dataset, newest first; only those in a segment."""
    found = IndexedEntry.objects.filter(dataset=dataset).order_by("-at", "-entry_id")[:limit]
    return [_entry_at(row) for row in found]


def entry(entry_id: UUID) -> LedgerEntry | None:
    """One entry, or ``None`` if there is none under this id."""
    row = IndexedEntry.objects.filter(entry_id=entry_id).first()
    if row is not None:
        return _entry_at(row)
    waiting = OutboxEntry.objects.filter(entry_id=entry_id).first()
    return _pending_entry(waiting) if waiting else None


def known_entries(segment: str) -> Known:
    """What the index holds of a segment: position to id and hash."""
    rows = IndexedEntry.objects.filter(segment=segment)
    return {
        position: (str(entry_id), digest)
        for position, entry_id, digest in rows.values_list(
            "position", "entry_id", "hash"
        ).iterator()
    }


def verify(
    folder: Path | None = None, *, with_index: bool = True, witnesses: Sequence[Path] = ()
) -> Verification:
    """Check segments, anchors and index; every broken entry is named.

    ``folder`` is another ledger folder (a copy, say); ``with_index`` compares it with this
    installation's index; ``witnesses`` are files in which other nodes keep our anchors.
    """
    segments: Iterable[str] = ()
    if with_index:
        segments = IndexedEntry.objects.order_by().values_list("segment", flat=True).distinct()
    kept = [line for path in witnesses for line in path.read_bytes().splitlines() if line]
    return verify_folder(
        folder or ledger_folder(),
        key=public_key(),
        known=known_entries if with_index else None,
        known_segments=frozenset(segments),
        witnessed=kept,
    )


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How far the ledger has come; ``waiting`` entries are accepted but in no segment yet.

    ``last_run`` is the latest verification of the whole: what it found holds until the next.
    """

    segments: int
    size: int
    waiting: int
    last_anchor: Anchor | None
    last_run: VerificationRun | None


def ledger_state() -> LedgerState:
    """Segments, their bytes, the outbox, the last anchor and the last verification; nothing is
    verified now."""
    paths = segment_paths(ledger_folder())
    return LedgerState(
        segments=len(paths),
        size=sum(path.stat().st_size for path in paths),
        waiting=OutboxEntry.objects.count(),
        last_anchor=anchored_heads(ledger_folder())[0],
        last_run=VerificationRun.objects.order_by("pk").last(),
    )


def witnessed_nodes() -> list[str]:
    """The nodes whose anchors are kept here."""
    return sorted(path.stem for path in witness_path(ledger_folder(), "x").parent.glob("*.jsonl"))


def _newest(
    indexed: QuerySet[IndexedEntry],
    waiting: QuerySet[OutboxEntry],
    *,
    limit: int,
    before: UUID | None,
) -> list[LedgerEntry]:
    if before is not None:
        mark = entry(before)
        if mark is None:
            return []
        older = Q(at__lt=mark.at) | Q(at=mark.at, entry_id__lt=mark.id)
        indexed, waiting = indexed.filter(older), waiting.filter(older)
    pending = [_pending_entry(row) for row in waiting.order_by("-at", "-entry_id")[:limit]]
    found = [_entry_at(row) for row in indexed.order_by("-at", "-entry_id")[:limit]]
    rows = sorted([*pending, *found], key=lambda row: (row.at, row.id), reverse=True)
    return rows[:limit]


def _entry_at(row: IndexedEntry) -> LedgerEntry:
    """The entry as its line in the segment tells it; only as the index does if it was altered."""
    place: dict[str, Any] = {"segment": row.segment, "position": row.position}
    try:
        line = read_line_at(ledger_folder(), row.segment, row.offset)
    except LineUnreadable:
        line = None
    if line is not None and line.is_sound and line.written == row.hash:
        return _read(dict(line.content), **place)
    indexed = {
        "id": str(row.entry_id),
        "at": row.at.isoformat(),
        "actor": row.actor,
        "subject": row.subject,
        "dataset": row.dataset,
        "matter": row.matter,
    }
    return _read(indexed, **place, is_sound=False)


def _pending_entry(row: OutboxEntry) -> LedgerEntry:
    return _read(json.loads(row.content), is_pending=True)


def _read(content: dict[str, Any], **place: Any) -> LedgerEntry:
    matter = content.get("matter", "")
    return LedgerEntry(
        id=UUID(content["id"]),
        at=datetime.fromisoformat(content["at"]),
        actor=content.get("actor", ""),
        organisation=content.get("organisation", ""),
        action=content.get("action", ""),
        purpose=content.get("purpose", ""),
        matter=Reference.parse(matter) if matter else None,
        subject_index=content.get("subject", ""),
        dataset=content.get("dataset", ""),
        secret=content.get("secret", ""),
        **place,
    )
