"""Figures of the room, each equal to a recount of the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.metrics.api import Metric, MetricKind, Observation, metric_sum
from yitang.public.hotline.models import Appeal, CallBack
from yitang.public.hotline.rules import (
    ANSWERED_IN_TIME,
    APPEALS,
    BY_CLASS,
    DISPATCHED_IN_TIME,
    LATE,
    RESPONSE,
    SATISFIED,
    SOLVED,
    TO_TERRITORY,
    CallBackFacts,
    DispatchShares,
    Figure,
    FigureFacts,
    Solved,
    figures_of,
    rate_figures_of,
)

from .configuration import configuration

RULES = "北京市接诉即办工作条例 (2021)"
COUNTED = (
    "filed_at",
    "case__county",
    "dispatch_basis",
    "dispatch_in_time",
    "first_answered_at",
    "answer_in_time",
    "late_on",
)


def counted_figures(appeal_ids: Iterable[int] | None = None) -> Iterator[Figure]:
    """Everything the metrics count of the appeals of those keys, or of all."""
    appeals = Appeal.objects.all()
    call_backs = CallBack.objects.filter(is_latest=True)
    if appeal_ids is not None:
        keys = list(appeal_ids)
        appeals, call_backs = appeals.filter(pk__in=keys), call_backs.filter(appeal__in=keys)
    yield from _of_appeals(appeals)
    yield from _of_call_backs(call_backs)


def dispatch_shares(*, within: str, since: date, until: date) -> DispatchShares:
    """How the appeals filed on those days in the division ``within`` were dispatched."""
    span: dict[str, Any] = {"division_code": within, "since": since, "until": until}
    by_class = metric_sum(code=BY_CLASS, **span)
    to_territory = metric_sum(code=TO_TERRITORY, **span)
    return DispatchShares(
        int(by_class.numerator), int(to_territory.numerator), int(by_class.denominator)
    )


def facts_of(row: CallBack) -> CallBackFacts:
    """A call-back as the rates see it."""
    return CallBackFacts(
        kind=row.kind,
        reached=row.reached,
        contacted=row.contacted,
        solved=Solved(row.solved) if row.solved else None,
        satisfied=Solved(row.satisfied) if row.satisfied else None,
    )


def observation_of(figure: Figure) -> Observation:
    return Observation(figure.day, figure.county, figure.numerator, Decimal(figure.denominator))


def _of_appeals(rows: QuerySet[Appeal]) -> Iterator[Figure]:
    for row in rows.values_list(*COUNTED).iterator(chunk_size=2000):
        filed_at, county, basis, dispatch_in_time, answered_at, answer_in_time, late_on = row
        yield from figures_of(
            FigureFacts(
                filed_on=civil_date(filed_at),
                county=county,
                basis=basis,
                dispatch_in_time=dispatch_in_time,
                answered_on=civil_date(answered_at) if answered_at else None,
                answer_in_time=answer_in_time,
                late_on=late_on,
            )
        )


def _of_call_backs(rows: QuerySet[CallBack]) -> Iterator[Figure]:
    rules = configuration().rates
    for row in rows.defer("note").iterator(chunk_size=2000):
        yield from rate_figures_of(civil_date(row.at), row.division_code[:6], facts_of(row), rules)


def _recount(code: str) -> Callable[[], Iterator[Observation]]:
    def recounted() -> Iterator[Observation]:
        rated = code in {RESPONSE, SOLVED, SATISFIED}
        figures = (
            _of_call_backs(CallBack.objects.filter(is_latest=True))
            if rated
            else _of_appeals(Appeal.objects.all())
        )
        return (observation_of(figure) for figure in figures if figure.code == code)

    return recounted


def _metric(
    code: str, name: Message, definition: Message, kind: MetricKind, source: str = RULES
) -> Metric:
    return Metric(
        code=code,
        version=1,
        name=name,
        definition=definition,
        unit="%" if kind is MetricKind.RATIO else "appeals",
        kind=kind,
        source=source,
        recount=_recount(code),
    )


METRICS = (
    _metric(
        APPEALS,
        Message("hotline.metric.appeals", "Appeals received"),
        Message(
            "hotline.metric.appeals.definition",
            "Appeals by the day they were filed and the county of their place.",
        ),
        MetricKind.COUNT,
    ),
    _metric(
        BY_CLASS,
        Message("hotline.metric.by_class", "Dispatched by themselves"),
        Message(
            "hotline.metric.by_class.definition",
            "Appeals that went to the office charged with their class without a person"
            " ÷ appeals that were for this hotline to dispatch, by the day they were filed.",
        ),
        MetricKind.RATIO,
    ),
    _metric(
        TO_TERRITORY,
        Message("hotline.metric.to_territory", "Sent to the territorial government"),
        Message(
            "hotline.metric.to_territory.definition",
            "Appeals of a settled place whose duty was unclear, sent to the government of that"
            " county ÷ appeals that were for this hotline to dispatch, by the day they were filed.",
        ),
        MetricKind.RATIO,
    ),
    _metric(
        DISPATCHED_IN_TIME,
        Message("hotline.metric.dispatched_in_time", "Dispatched in time"),
        Message(
            "hotline.metric.dispatched_in_time.definition",
            "Appeals first dispatched within the limit of their tier ÷ appeals dispatched,"
            " by the day they were filed.",
        ),
        MetricKind.RATIO,
        "DB11/T 2021-2022",
    ),
    _metric(
        ANSWERED_IN_TIME,
        Message("hotline.metric.answered_in_time", "Answered in time"),
        Message(
            "hotline.metric.answered_in_time.definition",
            "Appeals first answered within their limit ÷ appeals answered,"
            " by the day of the answer.",
        ),
        MetricKind.RATIO,
        "DB11/T 2021-2022",
    ),
    _metric(
        RESPONSE,
        Message("hotline.metric.response", "Response rate"),
        Message(
            "hotline.metric.response.definition",
            "Callers whom the unit contacted ÷ callers asked, by the day of the latest call-back.",
        ),
        MetricKind.RATIO,
    ),
    _metric(
        SOLVED,
        Message("hotline.metric.solved", "Solved rate"),
        Message(
            "hotline.metric.solved.definition",
            "Callers who say it is solved ÷ callers asked, by the day of the latest call-back.",
        ),
        MetricKind.RATIO,
    ),
    _metric(
        SATISFIED,
        Message("hotline.metric.satisfied", "Satisfied rate"),
        Message(
            "hotline.metric.satisfied.definition",
            "Callers who are satisfied ÷ callers asked, by the day of the latest call-back.",
        ),
        MetricKind.RATIO,
    ),
    _metric(
        LATE,
        Message("hotline.metric.late", "Late now"),
        Message(
            "hotline.metric.late.definition",
            "Open appeals found past their limit, by the day it ran out; one that moves on in time"
            " is no longer counted.",
        ),
        MetricKind.COUNT,
    ),
)
