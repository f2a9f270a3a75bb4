"""Reads: where datasets are fetched from."""

from __future__ import annotations

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import (
    can_hand_in,
)
from yitang.data.collection.models import (
    Source,
)
from yitang.data.collection.rules import (
    shown_address,
)
from yitang.ground.organisations.api import User


def sources_for(user: User) -> list[Source]:
    """Registered sources of datasets that ``user`` hands in."""
    rows = Source.objects.select_related("dataset__organisation__division", "registered_by").defer(
        "secret"
    )
    return [row for row in rows if can_hand_in(user, row.dataset)]


def source_of(dataset: Dataset) -> Source | None:
    """Where a dataset is fetched from, if it is."""
    return (
        Source.objects.filter(dataset=dataset)
        .select_related("dataset__organisation__division", "registered_by")
        .defer("secret")
        .first()
    )


def shown_place(source: Source) -> str:
    """Where a source lies, without anything secret."""
    return shown_address(source.location) if "://" in source.location else source.location
