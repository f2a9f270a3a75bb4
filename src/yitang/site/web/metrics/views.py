"""What each figure means: its definition, its source, when it was computed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yitang.ground.metrics.api import metric_value, metrics
from yitang.ground.plumbing.api import settings


def start(request: HttpRequest) -> HttpResponse:
    """Every metric with its figure for the whole area of this installation."""
    area = settings().division
    readings = [metric_value(code=metric.code, division_code=area) for metric in metrics()]
    return render(request, "metrics/start.html", {"readings": readings})
