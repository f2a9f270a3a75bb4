"""An uploaded dump is held for a day while its mapping is looked at and questions are answered."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from yitang.data.catalogue.access import check_can_import
from yitang.data.catalogue.errors import DumpTooLarge
from yitang.data.catalogue.models import HeldDump
from yitang.data.catalogue.rules.questions import check_answers
from yitang.ground.organisations.api import User

from .planning import plan_import

LIMIT_MB = 30
KEPT_FOR = timedelta(days=1)


@transaction.atomic
def hold_dump(*, name: str, content: bytes, actor: User, at: datetime) -> HeldDump:
    """Keep an uploaded file for its owner; raises ``DumpTooLarge``, ``DumpUnreadable``."""
    check_can_import(actor)
    if len(content) > LIMIT_MB * 2**20:
        raise DumpTooLarge(file=name, size=-(-len(content) // 2**20), limit=LIMIT_MB)
    plan_import(content=content, file=name, actor=actor)
    forget_dumps(at=at)
    packed = base64.b64encode(gzip.compress(content)).decode()
    return HeldDump.objects.create(
        owner=actor, file_name=name[:255], content=packed, uploaded_at=at
    )


@transaction.atomic
def answer_dump(
    *,
    held: HeldDump,
    given: Mapping[str, str],
    answers: Mapping[str, str],
    actor: User,
    at: datetime,
) -> HeldDump:
    """Keep what somebody said about the fields and the words of a held file."""
    check_can_import(actor)
    check_answers(answers)
    held.given, held.answers = dict(given), dict(answers)
    held.save(update_fields=["given", "answers"])
    return held


def forget_dumps(*, at: datetime) -> int:
    """Delete files older than a day; returns how many."""
    deleted, _ = HeldDump.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()
    return deleted
