from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from yitang.ground.plumbing.api import KeptResponse, insert_rows

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def row(key: str) -> KeptResponse:
    return KeptResponse(
        key=key, actor="a", route="/", request_digest="d", status=200, content_type="text/html",
        body="tab\t, quote \", 龘", kept_at=AT,
    )  # fmt: skip


@pytest.mark.django_db
def test_rows_come_back_as_they_went_in_and_constraints_hold() -> None:
    insert_rows(KeptResponse, (row(str(number)) for number in range(100)))
    kept = KeptResponse.objects.get(key="42")
    assert (kept.body, kept.kept_at, kept.location) == ('tab\t, quote ", 龘', AT, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(KeptResponse, [row("new"), row("42")])
    assert KeptResponse.objects.count() == 100
