"""Who has read my data, and whether the ledger is whole, as JSON."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.ground.ledger.api import LedgerEntry, entries_about, verify_and_note
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

router = Router(tags=["ledger"], auth=django_auth)


class EntryOut(Schema):
    id: UUID
    at: datetime
    organisation: str
    action: str
    dataset: str
    purpose: str
    matter: str
    fields: str
    is_sound: bool


class ProblemOut(Schema):
    kind: str
    segment: str
    position: int
    entry_id: str
    detail: str


class VerificationOut(Schema):
    ok: bool
    entries: int
    segments: int
    anchors: int
    problems: list[ProblemOut]


@router.get("/mine", response=list[EntryOut])
def mine(request: HttpRequest, limit: int = 50, before: UUID | None = None) -> list[EntryOut]:
    """Every use of the caller's own data, newest first; ``before`` continues after an entry."""
    reader = request.user
    if not isinstance(reader, User) or not reader.identity_index:
        return []
    found = entries_about(reader.identity_index, limit=min(max(limit, 1), 200), before=before)
    return [_shown(entry) for entry in found]


@router.post("/verification", response=VerificationOut)
def verification(request: HttpRequest) -> VerificationOut:
    """Read every line again; for the audit administrator."""
    check_can(request.user, "ledger.verify")
    result = verify_and_note(now())
    return VerificationOut(
        ok=result.ok,
        entries=result.entries,
        segments=result.segments,
        anchors=result.anchors,
        problems=[
            ProblemOut(
                kind=problem.kind,
                segment=problem.segment,
                position=problem.position,
                entry_id=problem.entry_id,
                detail=str(problem.detail),
            )
            for problem in result.problems
        ],
    )


def _shown(entry: LedgerEntry) -> EntryOut:
    return EntryOut(
        id=entry.id,
        at=entry.at,
        organisation=entry.organisation,
        action=entry.action,
        dataset=entry.dataset,
        purpose=entry.purpose,
        matter=str(entry.matter or ""),
        fields=(entry.details or {}).get("fields", ""),
        is_sound=entry.is_sound,
    )
