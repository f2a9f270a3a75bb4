"""A source is fetched: by its cycle, again after a failure, and then it is somebody's case."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from yitang.data.collection.access import check_can_hand_in
from yitang.data.collection.connectors import (
    Delivery,
    Entry,
    Networks,
    Window,
    database_delivery,
    http_delivery,
    latest_value,
)
from yitang.data.collection.errors import (
    ColumnsDrifted,
    FileUnreadable,
    SourceUnreachable,
)
from yitang.data.collection.measures import observe_fetch
from yitang.data.collection.models import Batch, Fetch, Source
from yitang.data.collection.queries import due_after
from yitang.data.collection.rules import (
    ADDRESS_KINDS,
    FETCH_PREFIX,
    FETCH_WORKFLOW,
    LOOK,
    Receipt,
    kept_sentence,
    paging_of,
    pause_after,
)
from yitang.data.lake.api import in_turn
from yitang.data.lake.errors import StorageFull, TableBusy
from yitang.ground.base.errors import DomainError
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case, advance_case, note_case, open_case
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.plumbing.api import settings

from .folders import gather_folder
from .gathering import gather, gather_file
from .sources import networks_for

LEASE = timedelta(hours=2)  # after which a fetch that was cut short is made again
# What may be over in a while; anything else stays as it is until somebody mends it.
_PASSING = (SourceUnreachable, FileUnreadable, StorageFull, TableBusy)
AGAIN = Message("collection.fetched_again", "the source was fetched again")
_log = logging.getLogger(__name__)


def due_sources(*, at: datetime) -> list[Source]:
    """Sources whose time has come, the one that waits longest first."""
    rows = Source.objects.filter(next_at__lte=at).select_related(
        "dataset__organisation__division", "registered_by"
    )
    return list(rows.defer("secret").order_by("next_at", "pk"))


def claim_source(*, source: Source, at: datetime) -> bool:
    """Take a due source for oneself; false where another process has it."""
    return bool(Source.objects.filter(pk=source.pk, next_at__lte=at).update(next_at=at + LEASE))


def gather_source(*, source: Source, actor: User, at: datetime) -> list[Receipt]:
    """Fetch a registered source once more; a watched folder may give several receipts, or none.

    What went wrong is kept in one sentence, tried again after a pause, and then opened as a case
    of the department; it is raised again all the same.
    """
    check_can_hand_in(actor, source.dataset)
    try:
        receipts = _fetched(source, actor, at)
    except DomainError as error:
        if detail := getattr(error, "detail", ""):  # the sentence is kept with the source
            _log.warning("source of %s: %s", source.dataset.code, detail)
        note_failure(source=source, error=error, actor=actor, at=at)
        raise
    _note_success(source, receipts, actor, at)
    return receipts


@transaction.atomic
def _note_success(source: Source, receipts: list[Receipt], actor: User, at: datetime) -> None:
    kept = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_empty_folder = kept.kind == "folder" and not receipts
    was_late = kept.late_at is not None and kept.late_at < at
    kept.run_at, kept.said, kept.failures = at, {}, 0
    if not is_empty_folder:
        kept.succeeded_at = at
    due = due_after(kept, kept.succeeded_at or kept.registered_at)
    if kept.kind == "folder":  # a file may be put in at any time
        kept.next_at = at + LOOK if due else None
    else:
        kept.next_at = due.fetch if due else None
    if receipts or not is_empty_folder:
        last = receipts[-1].number if receipts else ""
        made = Fetch.objects.create(
            source=kept,
            outcome="taken",
            batch=Batch.objects.filter(number=last).first(),
            in_time=None if kept.late_at is None else not was_late,
            actor=actor,
            at=at,
        )
        kept.late_at = due.late if due else None
        observe_fetch(made)
    case, kept.case = kept.case, None
    kept.save()
    if case is not None and case.is_open:
        advance_case(case_id=case.pk, verb="fetch", actor=actor, at=at, note=str(AGAIN))


@transaction.atomic
def note_failure(*, source: Source, error: DomainError, actor: User, at: datetime) -> Source:
    """Keep what went wrong; wait and try again, or make it a case of the department.

    A batch that was stopped because it is not as it was has a case of its own already.
    """
    kept = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_stopped = isinstance(error, ColumnsDrifted)
    kept.run_at, kept.said = at, kept_sentence(error)
    kept.failures = 0 if is_stopped else kept.failures + 1
    pauses = settings().source_pauses if isinstance(error, _PASSING) else ()
    pause = None if is_stopped else pause_after(kept.failures, pauses)
    due = due_after(kept, at)
    kept.next_at = at + pause if pause is not None else due.fetch if due else None
    made = Fetch.objects.create(
        source=kept,
        outcome="stopped" if is_stopped else "failed",
        said=kept.said,
        detail=str(getattr(error, "detail", "")),
        actor=actor,
        at=at,
    )
    if not is_stopped:
        _tell(kept, made, error, is_last=pause is None)
    kept.save()
    return kept


def _tell(source: Source, fetch: Fetch, error: DomainError, *, is_last: bool) -> None:
    """One open case for each source; what fails after that stands in its history."""
    case = source.case
    if case is not None and case.is_open:
        note_case(case_id=case.pk, note=_noted(error), actor=system_actor(), at=fetch.at)
    elif is_last:
        source.case = _open(source, fetch, error)


def _open(source: Source, fetch: Fetch, error: DomainError) -> Case:
    dataset = source.dataset
    return open_case(
        workflow=FETCH_WORKFLOW,
        subject=Reference("collection.fetch", str(fetch.public_id)),
        title=dataset.name,
        division_code=dataset.organisation.division.code,
        organisation=dataset.organisation,
        actor=system_actor(),
        at=fetch.at,
        number_prefix=FETCH_PREFIX,
        summary={"code": dataset.code},
        note=_noted(error),
    )


def _noted(error: DomainError) -> str:
    """What a line of history says; the whole sentence stands on the page of the source."""
    problem = error.params.get("problem")
    short = isinstance(problem, Message) and not problem.params
    return str(problem if short else error)[:500]


def move_fetch(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """Close the case of a failing source with a reason; ``fetch`` fetches it now.

    A source whose case is closed so is fetched by nobody until it is fetched or registered anew.

    The desk comes here. Raises what ``gather_source`` raises.
    """
    source = Source.objects.select_related("case").filter(case_id=case_id).first()
    if verb == "fetch" and source is not None and source.case is not None:
        gather_source(source=source, actor=actor, at=at)
        source.case.refresh_from_db()
        return source.case
    with transaction.atomic():
        case = advance_case(case_id=case_id, verb=verb, actor=actor, at=at, note=note)
        Source.objects.filter(case_id=case_id).update(case=None, next_at=None, late_at=None)
    return case


def _fetched(source: Source, actor: User, at: datetime) -> list[Receipt]:
    if source.kind == "folder":
        return gather_folder(source=source, actor=actor, at=at)
    if source.kind in ADDRESS_KINDS:
        # Read later, handed in later: of two fetches at once the second one begins anew.
        with in_turn(source.dataset.code):
            source.refresh_from_db(fields=["high_water", "reading_to"])
            return _fetched_from_address(source, actor, at)
    receipt = gather_file(
        dataset=source.dataset,
        path=Path(source.location),
        actor=actor,
        at=at,
        mapping=source.mapping,
        table=source.table,
        by_key=source.mode == "key",
        fewer="stop",
    )
    return [receipt]


def _fetched_from_address(source: Source, actor: User, at: datetime) -> list[Receipt]:
    networks, secret = networks_for(source.registered_by), source.secret or ""
    window: Window | None = None
    then: Callable[[Batch], None] | None = None
    if source.mode == "cursor":
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
        then=then, by_key=source.mode == "key", fewer="stop",
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
