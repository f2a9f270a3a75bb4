"""Writes: into the outbox with the caller's transaction, then into a segment, exactly once."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import local
from uuid import UUID

from django.db import transaction

from yitang.ground.base.errors import DomainError
from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.plumbing.api import public_key, settings, sign

from .errors import DemoOnly
from .models import IndexedEntry, OutboxEntry, SegmentMark, VerificationRun
from .queries import LedgerEntry, entry, ledger_folder, verify
from .rules import (
    Anchor,
    Draft,
    Line,
    LineUnreadable,
    Place,
    SegmentWriter,
    Verification,
    accept_anchors,
    continues_anchors,
    draft_of,
    mend_segments,
    parse_line,
    seal,
    segment_path,
    segment_paths,
    segment_writer,
    whole_lines,
    write_anchor,
)

log = logging.getLogger(__name__)
BATCH = 500


class _Waiting(local):
    """Entries this thread's open transaction has accepted."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []


_waiting = _Waiting()


def record(
    *,
    actor: str,
    organisation: str,
    action: str,
    purpose: str,
    matter: Reference | None = None,
    subject_index: str | None = None,
    dataset: str | None = None,
    details: Mapping[str, str] | None = None,
    at: datetime,
    entry_id: UUID | None = None,
) -> UUID:
    """Accept an entry with the present transaction; returns its id.

    ``actor`` is the public id of a user; ``organisation`` the name of theirs, as a citizen
    should read it; ``action`` a dotted word of the room (``exchange.read``); ``purpose`` a
    sentence or a service item's name; ``subject_index`` the ``blind_index`` of an identity
    number; ``dataset`` a catalogue code; ``details`` are sealed under the subject's key.
    The same ``entry_id`` twice is one entry. After the commit it is put into a segment; if
    that fails (``LedgerFull``) it stays accepted, and ``drain_outbox`` puts it there later.
    """
    entry_id = entry_id or uuid7()
    draft = _draft(
        entry_id, at, actor, organisation, action, purpose, matter, subject_index, dataset, details
    )
    with transaction.atomic():
        if IndexedEntry.objects.filter(entry_id=entry_id).exists():
            return entry_id
        row = OutboxEntry(
            entry_id=entry_id,
            at=at,
            actor=actor,
            subject=subject_index or "",
            content=draft.content,
        )
        OutboxEntry.objects.bulk_create([row], ignore_conflicts=True)
        _waiting.ids.append(entry_id)
        transaction.on_commit(_flush_waiting)
    return entry_id


def record_at_once(
    *,
    actor: str,
    organisation: str,
    action: str,
    purpose: str,
    matter: Reference | None = None,
    subject_index: str | None = None,
    dataset: str | None = None,
    details: Mapping[str, str] | None = None,
    at: datetime,
) -> UUID:
    """Put an entry into a segment now; it stands even if the present transaction is undone.

    For what has happened whatever follows: a value that was shown, a request that was
    refused. On the disk when this returns; raises ``LedgerFull`` or ``LedgerUnwritable``.
    """
    entry_id = uuid7()
    draft = _draft(
        entry_id, at, actor, organisation, action, purpose, matter, subject_index, dataset, details
    )
    (place,) = writer().append([draft])
    with transaction.atomic():
        _index([(json.loads(draft.content), place)])
    return entry_id


def _draft(
    entry_id: UUID,
    at: datetime,
    actor: str,
    organisation: str,
    action: str,
    purpose: str,
    matter: Reference | None,
    subject_index: str | None,
    dataset: str | None,
    details: Mapping[str, str] | None,
) -> Draft:
    keys = settings().keys / "ledger"
    subject = subject_index or ""
    return draft_of(
        entry_id=entry_id,
        at=at,
        actor=actor,
        organisation=organisation,
        action=action,
        purpose=purpose,
        matter=matter,
        subject_index=subject,
        dataset=dataset,
        secret=seal(
            details or {}, keys=keys, year=at.year, subject=subject, entry_id=str(entry_id)
        ),
    )


def _flush_waiting() -> None:
    """After the commit: flush what this thread accepted; a failure leaves it in the outbox."""
    ids, _waiting.ids = _waiting.ids, []
    if not ids:
        return
    try:
        with transaction.atomic():
            rows = list(
                OutboxEntry.objects.select_for_update(skip_locked=True).filter(
                    entry_id__in=ids, is_claimed=False
                )
            )
            _flush(rows)
    except DomainError as error:
        log.warning("%s (%d entries stay in the outbox)", error, len(ids))


def drain_outbox(at: datetime | None = None) -> int:
    """Put every accepted entry that is in no segment into one; returns how many.

    Repairs what a crash left: torn last lines are set aside, lines that were written but not
    indexed are indexed, and an entry that is already in a segment is not written again.
    Raises ``LedgerFull`` or ``LedgerUnwritable``; the entries stay accepted.
    """
    if ledger_folder().exists():
        for segment, torn in mend_segments(ledger_folder()):
            log.warning("segment %s: set a torn line of %d bytes aside", segment, len(torn))
    drained = 0
    while ids := _claim():
        with transaction.atomic():
            rows = list(
                OutboxEntry.objects.select_for_update(skip_locked=True)
                .filter(entry_id__in=ids)
                .order_by("pk")
            )
            index_segments()
            drained += _flush(rows)
            if not rows:
                break  # another drain holds them
    return drained


def _claim() -> list[UUID]:
    """Take a batch over from the transactions that wrote it, before it is looked for."""
    with transaction.atomic():
        rows = OutboxEntry.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH]
        ids = [row.entry_id for row in rows]
        OutboxEntry.objects.filter(entry_id__in=ids).update(is_claimed=True)
    return ids


def _flush(rows: Sequence[OutboxEntry]) -> int:
    """Write the locked rows that stand in no segment yet, index them, empty the outbox."""
    ids = [row.entry_id for row in rows]
    written = set(IndexedEntry.objects.filter(entry_id__in=ids).values_list("entry_id", flat=True))
    fresh = [row for row in rows if row.entry_id not in written]
    if fresh:
        drafts = [Draft(str(row.entry_id), row.content) for row in fresh]
        places = writer().append(drafts)
        lines = [json.loads(draft.content) for draft in drafts]
        _index(list(zip(lines, places, strict=True)))
    OutboxEntry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(fresh)


def writer() -> SegmentWriter:
    """This process's writer for the installation's ledger."""
    folder = ledger_folder()
    return segment_writer(folder, may_continue=continues_anchors(folder))


def index_segments() -> int:
    """Read what the segments hold beyond their marks into the index; returns how many lines.

    Lines that other processes wrote (the gateway, say) become visible through this.
    """
    marks = {mark.segment: mark.offset for mark in SegmentMark.objects.all()}
    count = 0
    for path in segment_paths(ledger_folder()):
        start = marks.get(path.stem, 0)
        if path.stat().st_size > start:
            count += _index_segment(path, start)
    return count


def _index_segment(path: Path, start: int) -> int:
    found: list[tuple[Line, Place]] = []
    count, end = 0, start
    with transaction.atomic():
        for offset, raw in whole_lines(path, offset=start):
            end = offset + len(raw) + 1
            try:
                line = parse_line(raw)
            except LineUnreadable:
                continue  # verification names it; the index holds sound entries only
            if not line.is_sound:
                continue
            found.append((line, Place(path.stem, line.position, offset, line.written)))
            if len(found) == BATCH:
                count += _index([(line.content, place) for line, place in found])
                found = []
        count += _index([(line.content, place) for line, place in found])
        SegmentMark.objects.update_or_create(segment=path.stem, defaults={"offset": end})
    return count


def _index(entries: Sequence[tuple[Mapping[str, str], Place]]) -> int:
    rows = [
        IndexedEntry(
            entry_id=content["id"],
            at=datetime.fromisoformat(content["at"]),
            actor=content["actor"],
            subject=content["subject"],
            dataset=content["dataset"],
            matter=content["matter"],
            segment=place.segment,
            position=place.position,
            offset=place.offset,
            hash=place.hash,
        )
        for content, place in entries
    ]
    IndexedEntry.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def rebuild_index() -> int:
    """Throw the index away and read every segment again; returns the number of entries.

    The outbox is kept, so an accepted entry is never lost by this.
    """
    IndexedEntry.objects.all().delete()
    SegmentMark.objects.all().delete()
    return index_segments()


def anchor(at: datetime) -> Anchor | None:
    """Drain the outbox, index all segments, anchor them; ``None`` when nothing is new."""
    drain_outbox(at)
    index_segments()
    return write_anchor(ledger_folder(), at=at, key=public_key(), sign=sign)


def accept_witness(*, node: str, key: bytes, lines: Sequence[bytes]) -> int:
    """Keep the anchors another node handed us; how many were new. See ``accept_anchors``."""
    return accept_anchors(ledger_folder(), node=node, key=key, lines=lines)


def alter_for_demonstration(entry_id: UUID | None = None) -> LedgerEntry | None:
    """Change one byte of an entry in its file (the newest about a person, unless named).

    The demo only: the hour it was made is changed, as one who covers a trace might.
    ``restore_after_demonstration`` puts the byte back. Returns the entry; ``None`` if there
    is none to alter.
    """
    if not settings().demo:
        raise DemoOnly
    restore_after_demonstration()
    rows = IndexedEntry.objects.order_by("-pk")
    if entry_id is not None:
        rows = rows.filter(entry_id=entry_id)
    row = rows.exclude(subject="").first() or rows.first()
    if row is None:
        return None
    found = entry(row.entry_id)
    path = segment_path(ledger_folder(), row.segment)
    with path.open("r+b") as file:
        file.seek(row.offset)
        at = row.offset + file.readline().index(b'"at":"') + len('"at":"2026-11-20T0')
        file.seek(at)
        byte = file.read(1)
        note = {"segment": row.segment, "offset": at, "byte": byte.decode()}
        _altered_note().write_text(json.dumps(note), encoding="ascii")
        file.seek(at)
        file.write(str((int(byte) + 1) % 10).encode())
    return found


def verify_and_note(at: datetime, *, witnesses: Sequence[Path] = ()) -> Verification:
    """Verify this installation's ledger and note the outcome for who looks at it later."""
    found = verify(witnesses=witnesses)
    VerificationRun.objects.create(at=at, entries=found.entries, problems=len(found.problems))
    return found


def restore_after_demonstration() -> bool:
    """Put the altered byte back; whether there was one."""
    if not settings().demo:
        raise DemoOnly
    if not is_altered():
        return False
    note = json.loads(_altered_note().read_text(encoding="ascii"))
    with segment_path(ledger_folder(), note["segment"]).open("r+b") as file:
        file.seek(note["offset"])
        file.write(note["byte"].encode())
    _altered_note().unlink()
    return True


def is_altered() -> bool:
    """Whether the demonstration has changed a byte and not put it back."""
    return _altered_note().exists()


def _altered_note() -> Path:
    return ledger_folder() / "altered-for-demonstration.json"
