"""What gathering counts: datasets gathered, rows taken, chimneys closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from yitang.data.catalogue.api import Dataset
from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.metrics.api import Metric, MetricKind, Observation, observe

from .models import Batch, BatchScore, Fetch, Overlap, OverlapEvent

GATHERED, TAKEN, SCORED, CLOSED, IN_TIME = (
    "collection.datasets_gathered",
    "collection.rows_taken",
    "collection.quality",
    "collection.chimneys_closed",
    "collection.fetched_in_time",
)


def observe_batch(batch: Batch, score: float, at: datetime) -> None:
    """Count a receipt and its score, and its dataset if it is the first."""
    observe(code=TAKEN, observations=[_taken(batch)], at=at)
    observe(code=SCORED, observations=[_scored(batch, score)], at=at)
    earlier = Batch.objects.filter(dataset=batch.dataset, state="receipted").exclude(pk=batch.pk)
    if not earlier.exists():
        observe(code=GATHERED, observations=[_at_home(batch.dataset, at)], at=at)


def observe_fetch(fetch: Fetch) -> None:
    """Count a fetch that had a time, and whether it kept it."""
    if fetch.in_time is not None:
        observe(code=IN_TIME, observations=[_in_time(fetch)], at=fetch.at)


def observe_decision(overlap: Overlap, verb: str, *, was: str, at: datetime) -> None:
    """Count a chimney that was closed, or take it back when it is opened again."""
    if (counted := _counted(verb, was)) is not None:
        observe(code=CLOSED, observations=[_at_home(overlap.source, at, counted)], at=at)


def _counted(verb: str, was: str) -> int | None:
    return 1 if verb == "stop" else -1 if verb == "reopen" and was == "stopped" else None


def _at_home(dataset: Dataset, at: datetime, number: int = 1) -> Observation:
    return Observation(civil_date(at), dataset.organisation.division.code, Decimal(number))


def _taken(batch: Batch) -> Observation:
    moment = batch.receipted_at or batch.arrived_at
    home = batch.dataset.organisation.division.code
    return Observation(civil_date(moment), home, Decimal(batch.accepted), Decimal(batch.delivered))


def _scored(batch: Batch, score: float) -> Observation:
    """The mean of all batches of a day is their sum by their number."""
    moment = batch.receipted_at or batch.arrived_at
    home = batch.dataset.organisation.division.code
    return Observation(civil_date(moment), home, Decimal(f"{score:.6f}"), Decimal(1))


def _in_time(fetch: Fetch) -> Observation:
    home = fetch.source.dataset.organisation.division.code
    return Observation(civil_date(fetch.at), home, Decimal(bool(fetch.in_time)), Decimal(1))


def _recount_in_time() -> Iterator[Observation]:
    rows = Fetch.objects.filter(in_time__isnull=False)
    yield from map(_in_time, rows.select_related("source__dataset__organisation__division"))


def _receipted() -> Iterator[Batch]:
    rows = Batch.objects.filter(state="receipted").select_related("dataset__organisation__division")
    yield from rows.order_by("receipted_at", "pk").iterator()


def _recount_gathered() -> Iterator[Observation]:
    seen: set[int] = set()
    for batch in _receipted():
        if batch.dataset_id not in seen and batch.receipted_at is not None:
            seen.add(batch.dataset_id)
            yield _at_home(batch.dataset, batch.receipted_at)


def _recount_taken() -> Iterator[Observation]:
    return map(_taken, _receipted())


def _recount_scored() -> Iterator[Observation]:
    rows = BatchScore.objects.select_related("batch__dataset__organisation__division")
    for row in rows.order_by("batch__receipted_at", "pk").iterator():
        yield _scored(row.batch, row.total)


def _recount_closed() -> Iterator[Observation]:
    """A chimney counts where the source is, on the days it was closed and opened again."""
    rows = OverlapEvent.objects.select_related("overlap__source__organisation__division")
    state: dict[int, str] = {}
    for event in rows.order_by("at", "pk"):
        counted = _counted(event.verb, state.get(event.overlap_id, ""))
        if counted is not None:
            yield _at_home(event.overlap.source, event.at, counted)
        state[event.overlap_id] = {"stop": "stopped"}.get(event.verb, event.verb)


METRICS = (
    Metric(
        code=GATHERED,
        version=1,
        name=Message("collection.metric.gathered", "Datasets gathered"),
        definition=Message(
            "collection.metric.gathered.definition",
            "Datasets by the day of their first receipt and the division of their department.",
        ),
        unit="datasets",
        kind=MetricKind.COUNT,
        source="国办函〔2022〕102号",
        recount=_recount_gathered,
    ),
    Metric(
        code=TAKEN,
        version=1,
        name=Message("collection.metric.taken", "Rows taken at the border"),
        definition=Message(
            "collection.metric.taken.definition", "Accepted rows ÷ delivered rows of all receipts."
        ),
        unit="%",
        kind=MetricKind.RATIO,
        source="国办函〔2022〕102号",
        recount=_recount_taken,
    ),
    Metric(
        code=SCORED,
        version=1,
        name=Message("collection.metric.quality", "Quality of batches"),
        definition=Message(
            "collection.metric.quality.definition",
            "Sum of the scores of all receipts ÷ their number; a score is the mean of "
            "completeness, validity, uniqueness, consistency and timeliness.",
        ),
        unit="%",
        kind=MetricKind.RATIO,
        source="GB/T 36344-2018",
        recount=_recount_scored,
    ),
    Metric(
        code=CLOSED,
        version=1,
        name=Message("collection.metric.closed", "Chimneys closed"),
        definition=Message(
            "collection.metric.closed.definition",
            "Collections that stopped because another department is the source.",
        ),
        unit="collections",
        kind=MetricKind.COUNT,
        source="政务数据共享条例第十一条、第十九条",
        recount=_recount_closed,
    ),
    Metric(
        code=IN_TIME,
        version=1,
        name=Message("collection.metric.in_time", "Sources fetched in time"),
        definition=Message(
            "collection.metric.in_time.definition",
            "Fetches that brought data by the end of the update cycle ÷ all that brought data.",
        ),
        unit="%",
        kind=MetricKind.RATIO,
        source="政务数据共享条例第十七条、第二十六条",
        recount=_recount_in_time,
    ),
)
