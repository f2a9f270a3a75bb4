"""Figures of the room, each equal to a recount of the histories of its requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.casework.api import Case
from yitang.ground.metrics.api import Metric, MetricKind, Observation, observe
from yitang.ground.organisations.api import system_actor

from .models import SharingRequest
from .rules import ANSWERS, GRANT_STEPS, step_of_grant

ANSWERED, IN_FORCE = "exchange.answered_in_time", "exchange.grants_in_force"


def observe_move(request: SharingRequest, case: Case) -> None:
    """Count the move that ``case`` has just made, from its line in the history."""
    line = case.events.filter(kind="moved").latest("pk")
    home = request.provider.division.code
    if line.verb in ANSWERS and line.actor_id != system_actor().pk:
        observe(code=ANSWERED, observations=[_answer(home, line.at, line.due_before)], at=line.at)
    if step := step_of_grant(line.verb, line.from_state):
        observe(code=IN_FORCE, observations=[_grant(home, line.at, step)], at=line.at)


def _answer(home: str, at: datetime, due: datetime | None) -> Observation:
    return Observation(civil_date(at), home, Decimal(due is None or at < due), Decimal(1))


def _grant(home: str, at: datetime, step: int) -> Observation:
    return Observation(civil_date(at), home, Decimal(step))


def _recount_answers() -> Iterator[Observation]:
    """What the platform did by itself (a way walked in one step) answers nobody's request."""
    rows = SharingRequest.objects.filter(
        case__events__kind="moved", case__events__verb__in=ANSWERS
    ).values_list(
        "provider__division__code",
        "case__events__at",
        "case__events__due_before",
        "case__events__actor",
    )
    itself = system_actor().pk
    for home, at, due, actor in rows.iterator():
        if actor != itself:
            yield _answer(home, at, due)


def _recount_grants() -> Iterator[Observation]:
    rows = SharingRequest.objects.filter(
        case__events__kind="moved", case__events__verb__in=GRANT_STEPS
    ).values_list(
        "provider__division__code",
        "case__events__at",
        "case__events__verb",
        "case__events__from_state",
    )
    for home, at, verb, was in rows.iterator():
        if step := step_of_grant(verb, was):
            yield _grant(home, at, step)


METRICS = (
    Metric(
        code=ANSWERED,
        version=1,
        name=Message("exchange.metric.answered", "Requests for data answered in time"),
        definition=Message(
            "exchange.metric.answered.definition",
            "Requests agreed to or refused before their limit ÷ all that were agreed to or refused,"
            " by the day of the answer and the provider's division. What the platform walked in"
            " one step does not count; nor does a request that still waits.",
        ),
        unit="%",
        kind=MetricKind.RATIO,
        source="政务数据共享条例第二十一条",
        recount=_recount_answers,
    ),
    Metric(
        code=IN_FORCE,
        version=1,
        name=Message("exchange.metric.in_force", "Grants in force"),
        definition=Message(
            "exchange.metric.in_force.definition",
            "Grants that came into force or were resumed, less those suspended or ended, by the"
            " day of that and the provider's division; over all days, how many are in force.",
        ),
        unit="grants",
        kind=MetricKind.COUNT,
        source="政务数据共享条例第二十二条、第二十七条",
        recount=_recount_grants,
    ),
)
