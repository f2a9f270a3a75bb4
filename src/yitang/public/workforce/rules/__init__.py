"""Queueing and staffing, for halls and for the hotline's seats alike. Plain Python."""

from .queueing import (
    Target,
    erlang_b,
    erlang_c,
    mean_wait,
    servers_needed,
    share_served_within,
)
from .staffing import (
    Assumptions,
    Demand,
    Pool,
    Sensitivity,
    SeparateLine,
    Staffing,
    sensitivity,
    staffing,
)

__all__ = [
    "Assumptions",
    "Demand",
    "Pool",
    "Sensitivity",
    "SeparateLine",
    "Staffing",
    "Target",
    "erlang_b",
    "erlang_c",
    "mean_wait",
    "sensitivity",
    "servers_needed",
    "share_served_within",
    "staffing",
]
