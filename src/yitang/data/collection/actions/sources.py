"""Where datasets are fetched from, kept so that they can be fetched again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import (
    can_name_places,
    check_can_hand_in,
    check_can_name_places,
)
from yitang.data.collection.connectors import (
    Delivery,
    Entry,
    Networks,
    Window,
    checked_location,
    database_delivery,
    http_delivery,
    latest_value,
    networks_of,
)
from yitang.data.collection.errors import SourceIncomplete
from yitang.data.collection.models import Batch, Source
from yitang.data.collection.rules import Receipt, paging_of
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings

from .folders import gather_folder
from .gathering import gather, gather_file

_ADDRESSES = frozenset({"http_json", "database"})


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
    column: str = "",
    paging: Mapping[str, object] | None = None,
    header: str = "",
    secret: str = "",
) -> Source:
    """Remember where a dataset comes from; registering it anew replaces what was known.

    ``column`` fetches only rows in which it has grown. An empty ``secret`` keeps the one that
    is known as long as the place stays the same. Raises ``NotAllowed``, ``AddressRefused``,
    ``AddressInvalid``, ``SourceIncomplete``.
    """
    check_can_hand_in(actor, dataset)
    if kind not in _ADDRESSES:
        check_can_name_places(actor)
    source = Source.objects.select_for_update().filter(dataset=dataset).first()
    source = source or Source(dataset=dataset)
    same_place = (source.kind, source.location) == (kind, location)
    same_reading = same_place and (source.table, source.column) == (table, column)
    source.kind, source.location, source.table = kind, location, table
    source.mapping, source.paging = dict(mapping or {}), dict(paging or {})
    source.column, source.mode = column, "column" if column else "whole"
    source.header = header
    source.secret = secret or (source.secret if same_place else None)
    if not same_reading:
        source.high_water = source.reading_to = ""
    source.registered_by, source.registered_at, source.problem = actor, at, ""
    _check_source(source, networks_for(actor))
    source.full_clean(exclude=["secret"])
    source.save()
    return source


def _check_source(source: Source, networks: Networks) -> None:
    """What can be known to be wrong before anything is fetched."""
    if source.kind in _ADDRESSES and _holds_password(source.location):
        raise SourceIncomplete(
            problem=Message("collection.why", "the password stands in the address; give it apart")
        )
    if source.mode == "column" and source.kind != "database":
        raise SourceIncomplete(
            problem=Message("collection.why", "only of a database can a growing column be followed")
        )
    if source.mode == "column" and source.dataset.delivery != "added":
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


def _holds_password(location: str) -> bool:
    user = urlsplit(location).netloc.rpartition("@")[0]
    return ":" in user


def networks_for(actor: User) -> Networks:
    """Which networks sources that ``actor`` registered may lie in; ``None``: any."""
    if can_name_places(actor):
        return None
    return networks_of(settings().source_networks)


def gather_source(*, source: Source, actor: User, at: datetime) -> list[Receipt]:
    """Fetch a registered source once more; a watched folder may give several receipts, or none.

    What went wrong is kept in one sentence for the list of sources and raised again.
    """
    check_can_hand_in(actor, source.dataset)
    try:
        receipts = _fetched(source, actor, at)
    except DomainError as error:
        Source.objects.filter(pk=source.pk).update(run_at=at, problem=str(error)[:500])
        raise
    Source.objects.filter(pk=source.pk).update(run_at=at, problem="")
    return receipts


def _fetched(source: Source, actor: User, at: datetime) -> list[Receipt]:
    if source.kind == "folder":
        return gather_folder(source=source, actor=actor, at=at)
    if source.kind in _ADDRESSES:
        return _fetched_from_address(source, actor, at)
    receipt = gather_file(
        dataset=source.dataset,
        path=Path(source.location),
        actor=actor,
        at=at,
        mapping=source.mapping,
        table=source.table,
    )
    return [receipt]


def _fetched_from_address(source: Source, actor: User, at: datetime) -> list[Receipt]:
    networks, secret = networks_for(source.registered_by), source.secret or ""
    window: Window | None = None
    then: Callable[[Batch], None] | None = None
    if source.mode == "column":
        window = _window(source, networks)
        if window is None:
            return []
        then = _mover(source, window)
    if source.kind == "database":
        delivery = database_delivery(
            source.location, table=source.table, secret=secret, window=window, networks=networks
        )
    else:
        delivery = _http(source, secret, networks)
    receipt = gather(
        dataset=source.dataset, delivery=delivery, actor=actor, at=at, mapping=source.mapping,
        then=then,
    )  # fmt: skip
    return [receipt]


def _http(source: Source, secret: str, networks: Networks) -> Delivery:
    entry = Entry(source.header or "Authorization", secret)
    paging = paging_of(source.paging)
    return http_delivery(source.location, paging=paging, entry=entry, networks=networks)


def _window(source: Source, networks: Networks) -> Window | None:
    """The rows to be fetched now, or ``None`` where the column has not grown.

    A window that was begun and not receipted is fetched again as it was: its rows may be in
    the lake already, and only the same rows are recognised there.
    """
    if not source.reading_to:
        latest = latest_value(
            source.location,
            table=source.table,
            column=source.column,
            secret=source.secret or "",
            networks=networks,
        )
        if latest in {"", source.high_water}:
            return None
        source.reading_to = latest
        source.save(update_fields=["reading_to"])
    return Window(source.column, source.high_water, source.reading_to)


def _mover(source: Source, window: Window) -> Callable[[Batch], None]:
    """Moves the high-water mark in the transaction that writes the receipt."""

    def move(_batch: Batch) -> None:
        Source.objects.filter(pk=source.pk).update(high_water=window.until, reading_to="")

    return move
