"""Where datasets are fetched from, kept so that they can be fetched again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import (
    can_name_places,
    check_can_hand_in,
    check_can_name_places,
)
from yitang.data.collection.connectors import Networks, checked_location, networks_of
from yitang.data.collection.errors import SourceIncomplete
from yitang.data.collection.models import MODES, Source
from yitang.data.collection.queries import due_after
from yitang.data.collection.rules import ADDRESS_KINDS, paging_of
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings

from .comparison import why_uncomparable


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
    mode: str = "",
    column: str = "",
    cycle: str = "",
    paging: Mapping[str, object] | None = None,
    header: str = "",
    secret: str = "",
) -> Source:
    """Remember where a dataset comes from; registering it anew replaces what was known.

    ``mode`` is ``whole``, ``key`` (rows are told apart by the dataset's key, and what is gone
    goes) or ``cursor`` (only rows in which ``column`` has grown); without one it is ``cursor``
    where a column is named. ``cycle`` is empty where the catalogue's counts. An empty ``secret``
    keeps the one that is known as long as the place stays the same. Raises ``NotAllowed``,
    ``AddressRefused``, ``AddressInvalid``, ``SourceIncomplete``.
    """
    check_can_hand_in(actor, dataset)
    if kind not in ADDRESS_KINDS:
        check_can_name_places(actor)
    source = Source.objects.select_for_update().filter(dataset=dataset).first()
    source = source or Source(dataset=dataset)
    same_place = (source.kind, source.location) == (kind, location)
    same_reading = same_place and (source.table, source.column) == (table, column)
    source.kind, source.location, source.table = kind, location, table
    source.mapping, source.paging = dict(mapping or {}), dict(paging or {})
    source.column, source.mode = column, mode or ("cursor" if column else "whole")
    source.header = header
    source.secret = secret or (source.secret if same_place else None)
    if not same_reading:
        source.high_water = source.reading_to = ""
    source.registered_by, source.registered_at, source.said = actor, at, {}
    source.cycle, source.failures = cycle, 0
    _check_source(source, networks_for(actor))
    source.full_clean(exclude=["secret"])
    source.late_at = due.late if (due := due_after(source, source.succeeded_at or at)) else None
    source.next_at = at if due else None
    source.save()
    return source


def _check_source(source: Source, networks: Networks) -> None:
    """What can be known to be wrong before anything is fetched."""
    if source.kind in ADDRESS_KINDS and _holds_password(source.location):
        raise SourceIncomplete(
            problem=Message("collection.why", "the password stands in the address; give it apart")
        )
    if source.mode not in MODES:
        raise InvalidInput(field="mode", problem=f"is none of {', '.join(MODES)}")
    if source.mode == "cursor" and not source.column:
        raise SourceIncomplete(
            problem=Message("collection.why", "no column is named whose growth is followed")
        )
    if source.mode == "key":
        _check_keyed(source.dataset)
    if source.mode == "cursor" and source.kind != "database":
        raise SourceIncomplete(
            problem=Message("collection.why", "only of a database can a growing column be followed")
        )
    if source.mode == "cursor" and source.dataset.delivery != "added":
        raise SourceIncomplete(
            problem=Message(
                "collection.why",
                "batches of this dataset replace each other, so it must be fetched whole",
            )
        )
    if source.kind == "database":
        if not source.table:
            raise SourceIncomplete(problem=Message("collection.why", "no table is named"))
        checked_location(source.location, networks)
    if source.kind == "http_json":
        paging_of(source.paging)


def _check_keyed(dataset: Dataset) -> None:
    if (problem := why_uncomparable(dataset)) is not None:
        raise SourceIncomplete(problem=problem)


def _holds_password(location: str) -> bool:
    user = urlsplit(location).netloc.rpartition("@")[0]
    return ":" in user


def networks_for(actor: User) -> Networks:
    """Which networks sources that ``actor`` registered may lie in; ``None``: any."""
    if can_name_places(actor):
        return None
    return networks_of(settings().source_networks)
