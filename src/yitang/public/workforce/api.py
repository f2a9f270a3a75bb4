"""The door of the room."""

from .pipeline import WORKING_DAY, SimulatedDay, servers_needed_by_simulation, simulate_days
from .rules import (
    Assumptions,
    Demand,
    Pool,
    Sensitivity,
    SeparateLine,
    Staffing,
    Target,
    erlang_b,
    erlang_c,
    mean_wait,
    sensitivity,
    servers_needed,
    share_served_within,
    staffing,
)

__all__ = [
    "WORKING_DAY",
    "Assumptions",
    "Demand",
    "Pool",
    "Sensitivity",
    "SeparateLine",
    "SimulatedDay",
    "Staffing",
    "Target",
    "erlang_b",
    "erlang_c",
    "mean_wait",
    "sensitivity",
    "servers_needed",
    "servers_needed_by_simulation",
    "share_served_within",
    "simulate_days",
    "staffing",
]
