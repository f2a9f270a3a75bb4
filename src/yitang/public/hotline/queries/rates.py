"""The three rates, of all or by county."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yitang.ground.organisations.api import User, division_prefix
from yitang.ground.plumbing.api import Page
from yitang.public.hotline.models import Appeal, CallBack
from yitang.public.hotline.rules import CallBackFacts, RateRules, Rates, Solved, three_rates_of

from .appeals import appeals_in_area, page_of_appeals
from .configuration import configuration


def three_rates(
    *, since: datetime, until: datetime, within: str | None = None, rules: RateRules | None = None
) -> Rates:
    """响应率, 解决率, 满意率 of call-backs made from ``since`` until before ``until``.

    Each appeal counts once, by its latest call-back. ``within`` is a division code.
    """
    return three_rates_of(
        (facts for _, facts in _call_backs(since, until, within)), rules or configuration().rates
    )


def rates_by_division(
    *, since: datetime, until: datetime, within: str | None = None, rules: RateRules | None = None
) -> dict[str, Rates]:
    """County code to its three rates; as ``three_rates``."""
    chosen = rules or configuration().rates
    by_county: dict[str, list[CallBackFacts]] = {}
    for county, facts in _call_backs(since, until, within):
        by_county.setdefault(county, []).append(facts)
    return {county: three_rates_of(by_county[county], chosen) for county in sorted(by_county)}


def solved_rate_by_division(
    *, since: datetime, until: datetime, within: str | None = None
) -> dict[str, tuple[float, int]]:
    """County code to how many assessed appeals were solved, and how many were assessed."""
    rates = rates_by_division(since=since, until=until, within=within)
    return {county: (r.solved.numerator, r.solved.denominator) for county, r in rates.items()}


def appeals_asked(
    user: User,
    *,
    since: datetime,
    until: datetime,
    county: str = "",
    rules: RateRules | None = None,
    cursor: str = "",
) -> Page[Appeal]:
    """The appeals that the denominators of the three rates count, the latest first, where
    ``user`` sees them."""
    chosen = rules or configuration().rates
    latest = CallBack.objects.filter(is_latest=True, at__gte=since, at__lt=until)
    latest = latest.exclude(kind__in=chosen.left_out)
    if not chosen.counts_unreached:
        latest = latest.filter(reached=True)
    if county:
        latest = latest.filter(division_code__startswith=county)
    rows = appeals_in_area(user).filter(pk__in=latest.values("appeal"))
    return page_of_appeals(rows, cursor=cursor)


def said_solved(appeals: Iterable[Appeal]) -> dict[int, Solved]:
    """What the callers of appeals said at their latest call-back, where they were reached."""
    rows = CallBack.objects.filter(is_latest=True, appeal__in=[one.pk for one in appeals])
    said = rows.exclude(solved="").values_list("appeal", "solved")
    return {appeal: Solved(solved) for appeal, solved in said}


def _call_backs(
    since: datetime, until: datetime, within: str | None
) -> Iterable[tuple[str, CallBackFacts]]:
    rows = CallBack.objects.filter(is_latest=True, at__gte=since, at__lt=until)
    if within:
        rows = rows.filter(division_code__startswith=division_prefix(within))
    values = rows.values_list(
        "division_code", "kind", "reached", "contacted", "solved", "satisfied"
    )
    for code, kind, reached, contacted, solved, satisfied in values:
        yield (
            code[:6],
            CallBackFacts(
                kind=kind,
                reached=reached,
                contacted=contacted,
                solved=Solved(solved) if solved else None,
                satisfied=Solved(satisfied) if satisfied else None,
            ),
        )
