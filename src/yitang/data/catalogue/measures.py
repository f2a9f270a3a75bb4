"""What the register of systems counts: running, joined, ended, and the yearly cost that ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from yitang.ground.base.text import Message
from yitang.ground.metrics.api import Metric, MetricKind, Observation, observe_all

from .models import SystemEvent
from .rules.systems import counted_change

SYSTEMS_IN_USE, SYSTEMS_CONNECTED, SYSTEMS_RETIRED, COST_ENDED = (
    "catalogue.systems_in_use",
    "catalogue.systems_connected",
    "catalogue.systems_retired",
    "catalogue.yearly_cost_ended",
)


def observe_systems(events: Iterable[SystemEvent], at: datetime) -> None:
    """Count what changed, in the transaction of the change."""
    observations: dict[str, list[Observation]] = {}
    for event in events:
        for code, observation in _observed(event):
            observations.setdefault(code, []).append(observation)
    if observations:
        observe_all(observations=observations, at=at)


def _observed(event: SystemEvent) -> Iterator[tuple[str, Observation]]:
    counts = counted_change(event.before, event.after)
    home = event.system.organisation.division.code
    for code, number in (
        (SYSTEMS_IN_USE, counts.running),
        (SYSTEMS_CONNECTED, counts.joined),
        (SYSTEMS_RETIRED, counts.ended),
        (COST_ENDED, event.cost_ended),
    ):
        if number:
            yield code, Observation(event.on, home, Decimal(number))


def _recount(wanted: str) -> Iterator[Observation]:
    rows = SystemEvent.objects.select_related("system__organisation__division")
    for event in rows.order_by("at", "pk").iterator():
        for code, observation in _observed(event):
            if code == wanted:
                yield observation


BASIS = "国办发〔2017〕39号"
METRICS = (
    Metric(
        code=SYSTEMS_IN_USE,
        version=1,
        name=Message("catalogue.metric.in_use", "Information systems in use"),
        definition=Message(
            "catalogue.metric.in_use.definition",
            "Systems of the register that run, joined to the platform or not, by the day they "
            "began or ended and the division of their department.",
        ),
        unit="systems",
        kind=MetricKind.COUNT,
        source=BASIS,
        recount=lambda: _recount(SYSTEMS_IN_USE),
    ),
    Metric(
        code=SYSTEMS_CONNECTED,
        version=1,
        name=Message("catalogue.metric.connected", "Information systems connected"),
        definition=Message(
            "catalogue.metric.connected.definition",
            "Running systems that are connected or migrated to the platform, by the day it "
            "was decided for.",
        ),
        unit="systems",
        kind=MetricKind.COUNT,
        source=BASIS,
        recount=lambda: _recount(SYSTEMS_CONNECTED),
    ),
    Metric(
        code=SYSTEMS_RETIRED,
        version=1,
        name=Message("catalogue.metric.retired", "Information systems retired"),
        definition=Message(
            "catalogue.metric.retired.definition",
            "Systems that were merged into another or retired, by the day they ended.",
        ),
        unit="systems",
        kind=MetricKind.COUNT,
        source=BASIS,
        recount=lambda: _recount(SYSTEMS_RETIRED),
    ),
    Metric(
        code=COST_ENDED,
        version=1,
        name=Message("catalogue.metric.cost_ended", "Yearly cost that ended"),
        definition=Message(
            "catalogue.metric.cost_ended.definition",
            "What merged and retired systems cost a year when they ended; nothing where the "
            "register does not say.",
        ),
        unit="yuan",
        kind=MetricKind.COUNT,
        source="国办发〔2019〕57号",
        recount=lambda: _recount(COST_ENDED),
    ),
)
