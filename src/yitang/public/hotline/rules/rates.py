"""What the three rates count: contacted, solved, satisfied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yitang.ground.base.clock import civil_date, end_of_day

from .appeals import AppealKind

FEWEST_ASKED = 5  # answers below which a share says nothing about an office


class Solved(StrEnum):
    """What the caller says at the call-back: is it solved, is the caller satisfied."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class RateRules:
    """What the three rates count; the official weights change every year.

    ``partly_counts``: the share at which "partly solved" and "fairly satisfied" count.
    ``counts_unreached``: whether a call-back that reached nobody stays in the denominators.
    ``left_out``: kinds of appeals that are not assessed (praise has nothing to solve).
    """

    partly_counts: float = 0.0
    counts_unreached: bool = False
    left_out: frozenset[str] = frozenset({AppealKind.PRAISE})
    weights: tuple[float, float, float] = (0.2, 0.5, 0.3)


@dataclass(frozen=True, slots=True)
class CallBackFacts:
    """One call-back as the rates see it; an unreached caller answered nothing."""

    kind: str
    reached: bool
    contacted: bool | None
    solved: Solved | None
    satisfied: Solved | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator and a denominator; never averaged, only added."""

    numerator: float = 0.0
    denominator: int = 0

    @property
    def share(self) -> float | None:
        """Between 0 and 1; ``None`` when nothing was assessed."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def telling_share(self) -> float | None:
        """The share, unless so few were asked that it says nothing."""
        return self.share if self.denominator >= FEWEST_ASKED else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True, slots=True)
class Rates:
    """响应率, 解决率, 满意率: contacted by the unit, solved, satisfied."""

    response: Rate = Rate()
    solved: Rate = Rate()
    satisfied: Rate = Rate()

    def __add__(self, other: Rates) -> Rates:
        return Rates(
            self.response + other.response,
            self.solved + other.solved,
            self.satisfied + other.satisfied,
        )

    def score(self, rules: RateRules) -> float | None:
        """The weighted sum of the three shares; ``None`` while one of them has no cases."""
        shares = (self.response.share, self.solved.share, self.satisfied.share)
        if any(share is None for share in shares):
            return None
        return sum(w * (s or 0.0) for w, s in zip(rules.weights, shares, strict=True))


def rate_period(at: datetime, *, days: int) -> tuple[datetime, datetime]:
    """From when until before when "the last ``days`` days" run at ``at``: that many whole days,
    from midnight as the metrics count, and today so far, what happened just now included."""
    today = civil_date(at)
    return end_of_day(today - timedelta(days=days + 1)), at + timedelta(seconds=1)


def is_asked(facts: CallBackFacts, rules: RateRules) -> bool:
    """Whether a call-back stands in the denominators of the three rates."""
    return facts.kind not in rules.left_out and (facts.reached or rules.counts_unreached)


def three_rates_of(call_backs: Iterable[CallBackFacts], rules: RateRules) -> Rates:
    """The three rates over call-backs, by ``rules``."""
    total = Rates()
    for facts in call_backs:
        if is_asked(facts, rules):
            total += Rates(
                Rate(float(bool(facts.contacted)), 1),
                Rate(_part(facts.solved, rules), 1),
                Rate(_part(facts.satisfied, rules), 1),
            )
    return total


def _part(said: Solved | None, rules: RateRules) -> float:
    return {Solved.YES: 1.0, Solved.PARTLY: rules.partly_counts}.get(said or Solved.NO, 0.0)
