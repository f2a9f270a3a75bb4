"""What the metrics count of one appeal: on which civil day, in which county, out of how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .dispatch import Basis
from .rates import CallBackFacts, RateRules, three_rates_of

APPEALS = "hotline.appeals"
BY_CLASS = "hotline.dispatched_by_class"
TO_TERRITORY = "hotline.dispatched_to_territory"
DISPATCHED_IN_TIME = "hotline.dispatched_in_time"
ANSWERED_IN_TIME = "hotline.answered_in_time"
RESPONSE = "hotline.response"
SOLVED = "hotline.solved"
SATISFIED = "hotline.satisfied"
LATE = "hotline.late"
RATES = (RESPONSE, SOLVED, SATISFIED)


class Figure(NamedTuple):
    """One thing counted of one appeal."""

    code: str
    day: date
    county: str
    numerator: Decimal
    denominator: int = 0


def times(figure: Figure, count: int) -> Figure:
    """The figure of ``count`` appeals alike; -1 takes one back."""
    return figure._replace(
        numerator=figure.numerator * count, denominator=figure.denominator * count
    )


ONE, NONE = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """What of an appeal is counted; ``None`` for what has not happened or is not known."""

    filed_on: date
    county: str
    basis: str = ""
    dispatch_in_time: bool | None = None
    answered_on: date | None = None
    answer_in_time: bool | None = None
    late_on: date | None = None


def figures_of(facts: FigureFacts) -> Iterator[Figure]:
    """What one appeal adds to the metrics, its call-back left out.

    An appeal that another system had dealt with was not for this one to dispatch.
    """
    day, county = facts.filed_on, facts.county
    yield Figure(APPEALS, day, county, ONE)
    if facts.basis != Basis.ELSEWHERE:
        yield Figure(BY_CLASS, day, county, ONE if facts.basis == Basis.CLASS else NONE, 1)
        yield Figure(TO_TERRITORY, day, county, ONE if facts.basis == Basis.TERRITORY else NONE, 1)
    if facts.dispatch_in_time is not None:
        yield Figure(DISPATCHED_IN_TIME, day, county, Decimal(facts.dispatch_in_time), 1)
    if facts.answered_on is not None and facts.answer_in_time is not None:
        answered = Decimal(facts.answer_in_time)
        yield Figure(ANSWERED_IN_TIME, facts.answered_on, county, answered, 1)
    if facts.late_on is not None:
        yield Figure(LATE, facts.late_on, county, ONE)


def rate_figures_of(
    day: date, county: str, facts: CallBackFacts, rules: RateRules
) -> Iterator[Figure]:
    """What the latest call-back of one appeal adds to the three rates."""
    found = three_rates_of([facts], rules)
    for code, rate in zip(RATES, (found.response, found.solved, found.satisfied), strict=True):
        if rate.denominator:
            yield Figure(code, day, county, Decimal(str(rate.numerator)), rate.denominator)
