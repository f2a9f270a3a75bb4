"""Reads under a grant: checked, counted, written into the ledger, then handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from yitang.data.exchange.access import check_can_use
from yitang.data.exchange.errors import Denied
from yitang.data.exchange.models import Grant
from yitang.data.exchange.queries import exchange_folder, hashes
from yitang.data.exchange.rules import Question, Record, Use, answer, refusal
from yitang.ground.base.ids import Reference
from yitang.ground.ledger.api import record_at_once
from yitang.ground.organisations.api import Organisation, User


def read_record(
    *,
    grant: Grant,
    key: str,
    matter: Reference | None,
    purpose: str,
    actor: User,
    at: datetime,
    column: str | None = None,
    fields: Sequence[str] = (),
    organisation: Organisation | None = None,
) -> Record | None:
    """The latest record with ``key``, or ``None``; a ledger entry either way.

    ``key`` is an identity number, credit code or record number, looked for in every
    searchable column unless ``column`` names one. ``fields`` default to all that are
    granted. ``organisation`` is for whom one reads, if not plainly the demander. Before a
    value is returned its entry is on the disk, whatever becomes of the caller's transaction;
    a refusal (a ``Denied``, with its reason) leaves an entry too.
    """
    found = find_records(
        grant=grant,
        key=key,
        matter=matter,
        purpose=purpose,
        actor=actor,
        at=at,
        column=column,
        fields=fields,
        organisation=organisation,
        limit=1,
    )
    return found[0] if found else None


def find_records(
    *,
    grant: Grant,
    key: str,
    matter: Reference | None,
    purpose: str,
    actor: User,
    at: datetime,
    column: str | None = None,
    fields: Sequence[str] = (),
    organisation: Organisation | None = None,
    limit: int = 20,
    directly: bool = False,
) -> list[Record]:
    """Every record with ``key``, the latest first; otherwise as ``read_record``.

    ``directly``: asked by a person, not by a service for a matter it knows; then only a
    reading role of the demander itself may.
    """
    compiled = grant.compiled()
    question = Question(
        key=key,
        purpose=purpose,
        matter=matter,
        at=at,
        fields=tuple(fields),
        column=column,
        organisation_code=organisation.credit_code if organisation else None,
        limit=limit,
    )
    try:
        check_can_use(actor, grant, directly=directly)
        answered = answer(compiled, question, folder=exchange_folder(), hashes=hashes())
    except Denied as error:
        _note(refusal(compiled, question, error, hashes=hashes()), grant, question, actor)
        raise
    entries = [_note(use, grant, question, actor) for use in answered.uses]
    return [replace(found, entry=str(entries[-1])) for found in answered.records]


def _note(use: Use, grant: Grant, question: Question, actor: User) -> UUID:
    return record_at_once(
        actor=str(actor.public_id),
        organisation=grant.organisation.name,
        action=use.action,
        purpose=question.purpose,
        matter=question.matter,
        subject_index=use.subject,
        dataset=grant.dataset.code,
        details=use.details,
        at=question.at,
    )
