"""The door of the room."""

from .actions import observe, observe_all, refresh_rollups
from .queries import (
    Difference,
    Reading,
    check_rollups,
    metric,
    metric_by_division,
    metric_series,
    metric_sum,
    metric_value,
    metrics,
    register_metric,
)
from .rules import ALL, Metric, MetricKind, Observation

__all__ = [
    "ALL",
    "Difference",
    "Metric",
    "MetricKind",
    "Observation",
    "Reading",
    "check_rollups",
    "metric",
    "metric_by_division",
    "metric_series",
    "metric_sum",
    "metric_value",
    "metrics",
    "observe",
    "observe_all",
    "refresh_rollups",
    "register_metric",
]
