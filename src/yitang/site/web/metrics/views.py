"""What each figure means: its definition, its source, when it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from yitang.ground.metrics.api import MetricKind, Reading, metric_value, metrics
from yitang.ground.organisations.api import division
from yitang.ground.organisations.errors import DivisionUnknown
from yitang.ground.plumbing.api import settings

PERCENT = "%"
UNITS: Mapping[str, str] = {
    "appeals": gettext_noop("appeals"),
    "applications": gettext_noop("applications"),
    "collections": gettext_noop("collections"),
    "datasets": gettext_noop("datasets"),
    "grants": gettext_noop("grants"),
    "systems": gettext_noop("systems"),
    "trips": gettext_noop("trips"),
    "visits each": gettext_noop("visits each"),
    "yuan": gettext_noop("yuan"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading and the unit a reader sees beside it; ``""`` for a share in per cent."""

    reading: Reading
    unit: str

    @property
    def is_counted(self) -> bool:
        """Whether there was anything to count."""
        return self.reading.computed_at is not None

    @property
    def is_ratio(self) -> bool:
        return self.reading.metric.kind is MetricKind.RATIO


def start(request: HttpRequest) -> HttpResponse:
    """Every metric with its figure for the whole area of this installation."""
    area = settings().division
    readings = [metric_value(code=metric.code, division_code=area) for metric in metrics()]
    shown = [Shown(reading, _unit(reading.metric.unit)) for reading in readings]
    context = {
        "figures": shown,
        "area": _name(area),
        "is_empty": not any(one.is_counted for one in shown),
    }
    return render(request, "metrics/start.html", context)


def _unit(unit: str) -> str:
    return "" if unit == PERCENT else gettext(UNITS[unit]) if unit in UNITS else unit


def _name(code: str) -> str:
    try:
        return division(code).name
    except DivisionUnknown:
        return code
