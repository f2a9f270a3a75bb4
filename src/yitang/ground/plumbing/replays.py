"""A request sent twice is carried out once (``Idempotency-Key``, or a form's hidden field)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpResponse

from .errors import ReplayDiffers
from .models import KeptResponse

KEPT_FOR = timedelta(days=1)


def answer_once(
    *,
    key: str,
    actor: str,
    route: str,
    content: bytes,
    at: datetime,
    carry_out: Callable[[], HttpResponse],
) -> HttpResponse:
    """The kept answer of an earlier request with this key, else that of ``carry_out``.

    The work and its kept answer share one transaction, so a crash keeps both or neither.
    Raises ``ReplayDiffers`` when the key was used for other content. Only answers below 400
    are kept: a refused request may be mended and sent again. Not for work that commits in
    several steps, nor for answers with personal data: each of those is a read of its own.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        kept = (
            KeptResponse.objects.select_for_update()
            .filter(key=key, actor=actor, route=route)
            .first()
        )
        if kept is not None:
            if kept.request_digest != digest:
                raise ReplayDiffers
            return _replayed(kept)
        response = carry_out()
        if response.status_code < 400:
            KeptResponse.objects.create(
                key=key,
                actor=actor,
                route=route,
                request_digest=digest,
                status=response.status_code,
                content_type=response.get("Content-Type", ""),
                location=response.get("Location", ""),
                body=response.content.decode(),
                kept_at=at,
            )
    return response


def _replayed(kept: KeptResponse) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type=kept.content_type)
    if kept.location:
        response["Location"] = kept.location
    response["Idempotent-Replayed"] = "true"
    return response


def forget_responses(*, at: datetime) -> int:
    """Delete answers kept for longer than a day; returns how many."""
    deleted, _ = KeptResponse.objects.filter(kept_at__lt=at - KEPT_FOR).delete()
    return deleted
