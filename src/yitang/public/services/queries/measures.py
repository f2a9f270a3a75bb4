"""Figures of the room, each equal to a recount of the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db.models import Count

from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case
from yitang.ground.metrics.api import Metric, MetricKind, Observation
from yitang.public.services.models import Application

DELIVERED = "delivered"


def recount_applications() -> Iterator[Observation]:
    """Every application that was sent, on its day, where it is decided."""
    rows = Application.objects.filter(case__isnull=False).select_related("case")
    for row in rows.iterator():
        if row.case is not None and row.submitted_at is not None:
            yield sent_application(row.submitted_at, row.case)


def sent_application(at: datetime, case: Case) -> Observation:
    """One application in the metric of those sent."""
    county = case.division_code[:6]
    return Observation(civil_date(at), county)


def visits_of_delivered(case: Case, visits: int, _: int) -> Observation:
    """One delivered application: its on-site visits over one case."""
    return Observation(_closed_on(case), case.division_code, Decimal(visits), Decimal(1))


def trips_saved_of_delivered(case: Case, visits: int, before: int) -> Observation:
    """One delivered application: trips before sharing, less the visits that were made."""
    return Observation(_closed_on(case), case.division_code, Decimal(before - visits))


OF_DELIVERED: dict[str, Callable[[Case, int, int], Observation]] = {
    "services.visits_per_closed_case": visits_of_delivered,
    "services.trips_saved": trips_saved_of_delivered,
}


def _recount(code: str) -> Iterator[Observation]:
    """What ``OF_DELIVERED`` makes of every delivered application."""
    rows = Application.objects.filter(case__state=DELIVERED).annotate(count=Count("visits"))
    for row in rows.select_related("case").iterator():
        if row.case is not None:
            yield OF_DELIVERED[code](row.case, row.count, row.trips_before)


def _closed_on(case: Case) -> date:
    if case.closed_at is None:
        raise ValueError(f"case {case.number} is delivered and not closed")
    return civil_date(case.closed_at)


METRICS = (
    Metric(
        code="services.applications",
        version=1,
        name=Message("services.metric.applications", "Applications sent"),
        definition=Message(
            "services.metric.applications.definition",
            "Applications by the day they were sent and the division that decides.",
        ),
        unit="applications",
        kind=MetricKind.COUNT,
        source="GB/T 39046-2020",
        recount=recount_applications,
    ),
    Metric(
        code="services.visits_per_closed_case",
        version=1,
        name=Message("services.metric.visits", "Visits per closed case"),
        definition=Message(
            "services.metric.visits.definition",
            "Logged on-site events of delivered applications ÷ delivered applications.",
        ),
        unit="visits each",
        kind=MetricKind.RATIO,
        source="GB/T 39735-2020",
        recount=partial(_recount, "services.visits_per_closed_case"),
    ),
    Metric(
        code="services.trips_saved",
        version=1,
        name=Message("services.metric.trips_saved", "Trips saved"),
        definition=Message(
            "services.metric.trips_saved.definition",
            "Trips of delivered applications before sharing, less the visits made.",
        ),
        unit="trips",
        kind=MetricKind.COUNT,
        source="浙江省保障“最多跑一次”改革规定第二条",
        recount=partial(_recount, "services.trips_saved"),
    ),
)
