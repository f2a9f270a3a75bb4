"""Reads under a grant: checked, counted, written into the ledger, then handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from yitang.data.exchange.access import check_can_serve, check_can_use, reading_office
from yitang.data.exchange.errors import Denied
from yitang.data.exchange.models import Grant
from yitang.data.exchange.queries import exchange_folder, hashes, matter_of
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
    directly: bool = True,
) -> Record | None:
    """The latest record with ``key``, or ``None``; a ledger entry either way.

    ``key`` is an identity number, credit code or record number, looked for in every
    searchable column unless ``column`` names one. ``fields`` default to all that are
    granted. ``organisation`` is for whom one reads, if not plainly the demander. ``directly``,
    only a reading role of the demander itself may; a service that answers for whose records
    its forms pull says otherwise. The matter must be open, and the reader's or held by their
    office. Before a value is returned its entry is on the disk, whatever becomes of the
    caller's transaction; a refusal (a ``Denied``, with its reason) leaves an entry too.
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
        directly=directly,
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
    directly: bool = True,
) -> list[Record]:
    """Every record with ``key``, the latest first; otherwise as ``read_record``."""
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
    office = reading_office(actor, grant, directly=directly)

    def note(use: Use) -> UUID:
        return _note(use, grant, question, actor, office)

    try:
        check_can_use(actor, grant, directly=directly)
        if matter is not None and matter.kind in (grant.matter_kinds or (matter.kind,)):
            check_can_serve(actor, matter, matter_of(matter))
        answered = answer(compiled, question, folder=exchange_folder(), hashes=hashes())
    except Denied as error:
        note(refusal(compiled, question, error, hashes=hashes()))
        raise
    entries = [note(use) for use in answered.uses]
    return [replace(found, entry=str(entries[-1])) for found in answered.records]


def _note(use: Use, grant: Grant, question: Question, actor: User, office: str) -> UUID:
    return record_at_once(
        actor=str(actor.public_id),
        organisation=office,
        action=use.action,
        purpose=question.purpose,
        matter=question.matter,
        subject_index=use.subject,
        dataset=grant.dataset.code,
        details=use.details,
        at=question.at,
    )
