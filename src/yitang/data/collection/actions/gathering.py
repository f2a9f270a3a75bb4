"""A batch is handed in: checked at the border, kept in the lake, answered with a receipt.

In this order: the batch row (short transaction), the rows into the lake (one atomic commit
under the batch number), the receipt (short transaction). A crash between two of them is
mended by handing the same content in again: it finds its batch row and its number, and the
lake recognises what it already has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.db import IntegrityError, transaction
from django.db.models import Max

from yitang.data.catalogue.api import Dataset, note_gathered
from yitang.data.catalogue.api import dataset as dataset_by_code
from yitang.data.catalogue.rules import CYCLE_DAYS
from yitang.data.collection.access import check_can_hand_in, check_can_name_places
from yitang.data.collection.connectors import (
    Delivery,
    arrow_delivery,
    file_delivery,
    http_delivery,
)
from yitang.data.collection.errors import (
    BatchDiffers,
    FewerRows,
    NothingDelivered,
    ValuesUnfit,
)
from yitang.data.collection.events import BatchReceipted
from yitang.data.collection.measures import observe_batch
from yitang.data.collection.models import Batch, BatchScore
from yitang.data.collection.queries import date_columns, receipt_of, wanted_columns
from yitang.data.collection.rules import (
    Receipt,
    Score,
    canonical,
    expected_labels,
    score_of,
    timeliness_of,
)
from yitang.data.lake.api import count_rows, in_turn
from yitang.data.lake.errors import ColumnsDiffer
from yitang.ground.base.ids import uuid7
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import announce, sign

from .border import Border
from .comparison import changes_of
from .drift import ColumnsChanged, changes_watched, last_batch, note_columns, stop_batch
from .keeping import keep_rows
from .mending import check_not_replaced, note_mended, without_taken
from .quarantine import store_rejected
from .shrinking import Fewer, fewer_watched, rows_replaced
from .understanding import Understanding, border_for, understand

_ATTEMPTS = 5


def gather_file(
    *,
    dataset: Dataset | str,
    path: Path,
    actor: User,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    table: str = "",
    name: str = "",
    supplier_number: str = "",
    by_key: bool = False,
    fewer: Fewer = "ask",
) -> Receipt:
    """Gather a file of any kind we read; ``table`` names a sheet or a table in it.

    ``mapping`` (item name to column) goes before the labels. Raises ``FileUnreadable``,
    ``EncodingUnknown``, ``HeaderMissing``, ``ColumnsMissing`` and what ``gather`` raises.
    """
    entry = _entry(dataset)
    check_can_hand_in(actor, entry)
    delivery = file_delivery(
        path,
        expected=expected_labels(wanted_columns(entry)),
        dates=expected_labels(date_columns(entry)),
        table=table,
        name=name,
    )
    return gather(
        dataset=entry,
        delivery=delivery,
        actor=actor,
        at=at,
        mapping=mapping,
        supplier_number=supplier_number,
        by_key=by_key,
        fewer=fewer,
    )


def gather_url(
    *,
    dataset: Dataset | str,
    url: str,
    actor: User,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    by_key: bool = False,
    fewer: Fewer = "ask",
) -> Receipt:
    """Gather all pages of JSON records from an address; the operator's command.

    What an officer types is registered as a source, whose address is checked. Raises
    ``SourceUnreachable``, ``NotAllowed``.
    """
    entry = _entry(dataset)
    check_can_hand_in(actor, entry)
    check_can_name_places(actor)
    return gather(
        dataset=entry, delivery=http_delivery(url), actor=actor, at=at, mapping=mapping,
        by_key=by_key, fewer=fewer,
    )  # fmt: skip


def hand_over(
    *, dataset: Dataset | str, table: pa.Table, actor: User, at: datetime, name: str = ""
) -> Receipt:
    """Gather an Arrow table from a room of this process, as from any department."""
    entry = _entry(dataset)
    delivery = arrow_delivery(table, name=name or entry.code)
    return gather(dataset=entry, delivery=delivery, actor=actor, at=at, fewer="take")


def gather(
    *,
    dataset: Dataset,
    delivery: Delivery,
    actor: User,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    supplier_number: str = "",
    then: Callable[[Batch], None] | None = None,
    by_key: bool = False,
    fewer: Fewer = "ask",
) -> Receipt:
    """Take one delivery; ``accepted + rejected == delivered``, always.

    With ``by_key`` the delivery holds the whole table, whose rows are told apart by the dataset's
    key: equal ones stay as they are, and what is gone goes, unless that is too much.
    ``then`` is called in the transaction that writes the receipt (or finds the earlier one).

    The same content again changes nothing and gives the first receipt, marked ``repeated``.
    A dataset whose batches replace each other keeps its rows when nothing of a new batch is
    acceptable. If more of its rows would go than the brake allows, ``fewer`` says what becomes of
    that: ``ask`` raises ``FewerRows``, ``stop`` makes a case of it, ``take`` takes it.

    Raises ``ColumnsMissing``, ``ColumnsDrifted``, ``ColumnTwice``,
    ``NothingDelivered``, ``BatchDiffers``, ``DatasetNotReady``, ``ComparisonImpossible``,
    ``ValuesUnfit``, ``NotAllowed``.
    """
    started = time.perf_counter()
    check_can_hand_in(actor, dataset)
    delivery = without_taken(dataset, delivery)
    with in_turn(dataset.code):  # the same content twice at once would find itself unknown twice
        asked = understand(
            dataset=dataset, delivery=delivery, mapping=mapping, by_key=by_key, actor=actor, at=at
        )
        earlier = _earlier(dataset, delivery.digest, asked, supplier_number)
        if earlier is not None:
            if then is not None:
                then(earlier)
            return receipt_of(earlier, repeated=True)
        check_not_replaced(asked.joining)
        batch = _arriving(dataset, delivery, asked.digest, supplier_number, actor, at)
        return _taken(batch, delivery, asked, actor, at, started, then, fewer)


def _taken(
    batch: Batch, delivery: Delivery, asked: Understanding, actor: User, at: datetime,
    started: float, then: Callable[[Batch], None] | None, fewer: Fewer,
) -> Receipt:  # fmt: skip
    """The batch through the border into the lake, and its receipt."""
    border = border_for(batch, delivery, asked)
    replaces = not (asked.keys or asked.mends or batch.dataset.delivery == "added")
    replaced = rows_replaced(batch) if replaces else None
    checks = list[Callable[[], None]]()
    if not asked.mends:  # rows that were wrong before say nothing of what a column holds
        checks.append(changes_watched(batch.dataset, border, asked.rules, asked.columns))
    if replaced:
        checks.append(fewer_watched(batch, border, replaced, fewer))
    batch.version = _kept(batch, border, asked, checks, actor, at)
    batch.replaced = replaced if batch.version is not None else None
    batch.understood = border.understood
    batch.unknown_columns = list(asked.unknown)
    if asked.keys and batch.version is not None:
        batch.changes = changes_of(batch, border)
    batch.seconds = time.perf_counter() - started
    with transaction.atomic():
        batch.mends = asked.joining[-1].batch if asked.joining else None
        batch = _receipted(batch, border, actor, at)
        note_mended(batch, asked.mended, border.tied)
        if then is not None:
            then(batch)
    return receipt_of(batch)


def _kept(
    batch: Batch, border: Border, asked: Understanding, checks: Sequence[Callable[[], None]],
    actor: User, at: datetime,
) -> int | None:  # fmt: skip
    """The lake's version with the accepted rows, or a stopped batch that leaves no trace."""
    arriving = Batch.objects.filter(pk=batch.pk, state="arriving")
    try:
        version = keep_rows(batch, border, at, checks, asked.keys, mends=asked.mends)
    except ColumnsChanged as changed:
        arriving.delete()
        raise stop_batch(
            dataset=batch.dataset, differences=changed.differences, file=batch.source_name,
            actor=actor, at=at,
        ) from None  # fmt: skip
    except (ColumnsDiffer, FewerRows, ValuesUnfit):
        arriving.delete()
        raise
    if not border.delivered:
        arriving.delete()
        raise NothingDelivered(file=batch.source_name)
    return version


def _entry(dataset: Dataset | str) -> Dataset:
    return dataset_by_code(dataset) if isinstance(dataset, str) else dataset


def _earlier(
    dataset: Dataset, digest: str, asked: Understanding, supplier_number: str
) -> Batch | None:
    """The receipted batch that this content repeats.

    Where batches replace each other only the latest counts: after A, B the content of A is a
    new state. There, content that failed rules since mended may also be judged again.
    """
    rows = Batch.objects.filter(dataset=dataset, state="receipted").select_related("dataset")
    if supplier_number:
        named = rows.filter(supplier_number=supplier_number).first()
        if named is not None and named.digest != digest:
            raise BatchDiffers(number=supplier_number, dataset=dataset.name)
        if named is not None:
            return named
    if dataset.delivery == "added" or asked.mends:
        return rows.filter(digest=digest).order_by("pk").first()
    latest = rows.order_by("-sequence").first()
    same = latest and (latest.digest, latest.rules_digest) == (digest, asked.digest)
    return latest if same else None


def _arriving(
    dataset: Dataset,
    delivery: Delivery,
    rules_digest: str,
    supplier_number: str,
    actor: User,
    at: datetime,
) -> Batch:
    """The batch row, made now or left by an attempt that broke off.

    Where batches replace each other, one left behind is taken up only while none came after
    it: the lake may hold the rows of both by then, and the later ones on top.
    """
    known = Batch.objects.filter(dataset=dataset)
    left = (
        known.filter(digest=delivery.digest, rules_digest=rules_digest, state="arriving")
        .order_by("-sequence")
        .first()
    )
    if left is not None and (
        dataset.delivery == "added" or not known.filter(sequence__gt=left.sequence).exists()
    ):
        return left
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                last = Batch.objects.filter(dataset=dataset).aggregate(last=Max("sequence"))["last"]
                sequence, public_id = (last or 0) + 1, uuid7()
                # The random end keeps a number from ever meaning something else in the lake,
                # even after the database was restored to an earlier day.
                return Batch.objects.create(
                    public_id=public_id,
                    number=f"{dataset.code}-{sequence:06d}-{public_id.hex[-6:]}",
                    dataset=dataset,
                    sequence=sequence,
                    supplier_number=supplier_number,
                    state="arriving",
                    source_kind=delivery.kind,
                    source_name=delivery.name[:500],
                    digest=delivery.digest,
                    rules_digest=rules_digest,
                    handed_in_by=actor,
                    arrived_at=at,
                )
        except IntegrityError:  # another batch of the dataset took the number
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the loop returns or raises")


@transaction.atomic
def _receipted(batch: Batch, border: Border, actor: User, at: datetime) -> Batch:
    """Write counts, quarantine and signature; tell the catalogue and whoever listens."""
    Batch.objects.select_for_update().get(pk=batch.pk)
    batch.delivered, batch.accepted = border.delivered, border.accepted
    batch.rejected = len(border.rejected)
    batch.problems = [asdict(problem) for problem in border.problems]
    batch.state = "receipted"
    batch.receipted_at = at
    content = canonical(
        number=batch.number,
        dataset=batch.dataset.code,
        delivered=batch.delivered,
        accepted=batch.accepted,
        rejected=batch.rejected,
        digest=batch.digest,
        at=at,
    )
    batch.signature = sign(content).hex()
    batch.save()
    store_rejected(batch, border.rejected)
    note_columns(batch, border.guesses, actor=actor, at=at)
    score = _scored(batch, border, at)
    if batch.version is not None:
        note_gathered(
            code=batch.dataset.code,
            batch=batch.number,
            rows=count_rows(batch.dataset.code),
            quality=score.total,
            at=at,
        )
    observe_batch(batch, score.total, at)
    announce(
        BatchReceipted(
            number=batch.number,
            dataset_code=batch.dataset.code,
            delivered=batch.delivered,
            accepted=batch.accepted,
        )
    )
    return batch


def _scored(batch: Batch, border: Border, at: datetime) -> Score:
    """Keep how good the batch is; its cycle counts from the batch before."""
    last = last_batch(batch.dataset, before=batch)
    since = at - last.receipted_at if last is not None and last.receipted_at else None
    cycle = CYCLE_DAYS.get(batch.dataset.update_cycle)
    score = score_of(border.tally, border.asked, timeliness_of(cycle, since))
    BatchScore.objects.create(batch=batch, total=score.total, **asdict(score))
    return score
