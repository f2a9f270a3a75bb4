"""What a place sets for itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from .rates import RateRules
from .tiers import TIERS, Tier


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a place sets for itself: tiers and rates, with where they come from."""

    tiers: tuple[Tier, ...] = TIERS
    rates: RateRules = field(default_factory=RateRules)
    source: str = "DB11/T 2021-2022"
