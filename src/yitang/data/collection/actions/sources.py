"""Where datasets are fetched from, kept so that they can be fetched again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import check_can_hand_in
from yitang.data.collection.models import Source
from yitang.data.collection.rules import Receipt
from yitang.ground.organisations.api import User

from .gathering import gather_file, gather_url


@transaction.atomic
def register_source(
    *,
    dataset: Dataset,
    kind: str,
    location: str,
    actor: User,
    at: datetime,
    table: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Source:
    """Remember where a dataset comes from; registering it anew replaces what was known."""
    check_can_hand_in(actor, dataset)
    source = Source.objects.filter(dataset=dataset).first() or Source(dataset=dataset)
    source.kind, source.location, source.table = kind, location, table
    source.mapping = dict(mapping or {})
    source.registered_by, source.registered_at = actor, at
    source.full_clean()
    source.save()
    return source


def gather_source(*, source: Source, actor: User, at: datetime) -> Receipt:
    """Fetch a registered source once more."""
    if source.kind == "http_json":
        return gather_url(
            dataset=source.dataset,
            url=source.location,
            actor=actor,
            at=at,
            mapping=source.mapping,
        )
    return gather_file(
        dataset=source.dataset,
        path=Path(source.location),
        actor=actor,
        at=at,
        mapping=source.mapping,
        table=source.table,
    )
