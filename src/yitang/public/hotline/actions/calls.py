"""While somebody calls: what the same number told before, and words added to an open appeal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from yitang.ground.base.clock import SHANGHAI, civil_date
from yitang.ground.base.text import typed_mobile
from yitang.ground.casework.api import advance_case
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User, check_can, office_name
from yitang.ground.plumbing.api import blind_index
from yitang.public.hotline.access import is_hotline
from yitang.public.hotline.errors import PhoneInvalid, PurposeMissing, TextMissing, TextTooLong
from yitang.public.hotline.models import Appeal
from yitang.public.hotline.rules import LONGEST_TEXT, PHONE

from .handling import locked_appeal

SHOWN = 10


@transaction.atomic
def earlier_appeals(
    *, mobile: str, purpose: str, actor: User, at: datetime, home: str
) -> list[Appeal]:
    """What callers with this number told before, where ``actor`` works for the hotline; open ones
    first, then the newest. Whoever is found has an entry in the ledger.

    Raises ``PhoneInvalid``, ``PurposeMissing``, ``NotAllowed``.
    """
    check_can(actor, "hotline.take", division_code=home)
    number = typed_mobile(mobile)
    if not PHONE.match(number):
        raise PhoneInvalid
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    key = blind_index(number, purpose="caller")
    rows = Appeal.objects.select_related("case__organisation", "category", "unit")
    rows = rows.filter(caller_key=key).order_by(
        F("case__closed_at").desc(nulls_first=True), "-filed_at", "-pk"
    )
    found = [row for row in rows[:SHOWN] if is_hotline(actor, row.case)]
    if found:
        record(
            actor=str(actor.public_id),
            organisation=office_name(actor, on=civil_date(at)) or str(actor),
            action="hotline.find_caller",
            purpose=purpose.strip(),
            matter=found[0].reference,
            subject_index=key,
            details={"cases": ", ".join(row.case.number for row in found)},
            at=at,
        )
    return found


@transaction.atomic
def add_call(*, appeal_id: int, text: str, actor: User, at: datetime) -> Appeal:
    """Keep what a caller adds when calling again about the same matter: below the first words, with
    the time, and a line in the history without them.

    Raises ``TextMissing``, ``TextTooLong``, ``NotAllowed``, ``TransitionNotAllowed``.
    """
    added = text.strip()
    if len(added) < 2:
        raise TextMissing
    appeal = locked_appeal(appeal_id)
    whole = f"{appeal.text}\n\n【{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}】{added}"
    if len(whole) > LONGEST_TEXT:
        raise TextTooLong(length=len(whole), most=LONGEST_TEXT)
    appeal.case = advance_case(case_id=appeal.case_id, verb="call_again", actor=actor, at=at)
    appeal.text = whole
    appeal.save(update_fields=["text"])
    return appeal
