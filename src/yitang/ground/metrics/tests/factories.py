"""Metrics for tests: a register of their own, so that the product's stay out."""

from __future__ import annotations

import pytest

from yitang.ground.metrics import queries
from yitang.ground.metrics.rules import Metric


def register_only(monkeypatch: pytest.MonkeyPatch, metric: Metric) -> None:
    """Make ``metric`` the only registered one for the length of a test."""
    monkeypatch.setattr(queries, "_metrics", {metric.code: metric})
