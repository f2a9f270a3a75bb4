"""Ledgers to test with: built through the writer and the actions themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.ledger.api import record
from yitang.ground.ledger.models import VerificationRun
from yitang.ground.ledger.rules import Anchor, Draft, SegmentWriter, draft_of, write_anchor

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
SUBJECT = "ab" * 32


def draft(number: int = 0, *, entry_id: UUID | None = None) -> Draft:
    return draft_of(
        entry_id=entry_id or uuid7(),
        at=AT,
        actor="0198-officer",
        organisation="闽海省卫生健康委员会",
        action="exchange.read",
        purpose=f"newborn registration {number}",
        matter=Reference("services.application", str(number)),
        subject_index=SUBJECT,
        dataset="births",
        secret="",
    )


def written_segment(folder: Path, entries: int) -> Path:
    """One segment with so many entries, and its writer closed."""
    writer = SegmentWriter(folder)
    places = writer.append([draft(number) for number in range(entries)])
    writer.close()
    return folder / "segments" / f"{places[0].segment}.jsonl"


def anchored(folder: Path) -> Anchor | None:
    return write_anchor(folder, at=AT, key=PUBLIC, sign=KEY.sign)


def recorded(number: int = 0, *, entry_id: UUID | None = None, subject: str = SUBJECT) -> UUID:
    return record(
        actor="0198-officer",
        organisation="闽海省卫生健康委员会",
        action="exchange.read",
        purpose="newborn registration",
        matter=Reference("services.application", str(number)),
        subject_index=subject,
        dataset="births",
        details={"fields": "name, birth_date"},
        at=AT,
        entry_id=entry_id,
    )


def noted_verification(*, problems: int) -> VerificationRun:
    return VerificationRun.objects.create(at=AT, entries=9, problems=problems)
