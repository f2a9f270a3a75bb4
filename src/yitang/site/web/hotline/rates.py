"""For leaders and supervisors: the three rates and what is filed, by county."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import check_can, division, scope_of
from yitang.ground.organisations.errors import DivisionUnknown
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    Rates,
    appeal_counts,
    configuration,
    dispatch_shares,
    rates_by_division,
    three_rates,
)
from yitang.site.web.shell.entrance import officers_only, signed_in

PERIODS = (7, 30, 90, 365)
FINAL = frozenset({"closed", "referred"})


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    filed: int
    open: int
    rates: Rates


@require_safe
@officers_only
def rates(request: HttpRequest) -> HttpResponse:
    """Response, solved and satisfied rate of the reader's area, and each county beside it."""
    user = signed_in(request)
    check_can(user, "hotline.read_rates")
    days = next((n for n in PERIODS if str(n) == request.GET.get("days")), 30)
    until = now() + timedelta(seconds=1)  # what was filed this very moment counts
    since = until - timedelta(days=days)
    prefix = scope_of(user, permission="hotline.read_rates").division_prefixes[0]
    area = f"{prefix:0<6}" if prefix else None
    by_county = rates_by_division(since=since, until=until, within=area)
    filed: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for row in appeal_counts(since=since, until=until, within=area):
        filed[row.division_code] += row.count
        waiting[row.division_code] += row.count * (row.state not in FINAL)
    whole = three_rates(since=since, until=until, within=area)
    rules = configuration()
    context = {
        "days": days,
        "periods": PERIODS,
        "whole": whole,
        "score": whole.score(rules.rates),
        "rules": rules,
        "sent": _sent(area or settings().division, until=civil_date(until), days=days),
        "filed": sum(filed.values()),
        "waiting": sum(waiting.values()),
        "lines": [
            Line(code, _name(code), filed[code], waiting[code], by_county.get(code, Rates()))
            for code in sorted({*filed, *by_county})
        ],
    }
    return render(request, "hotline/rates.html", context)


@dataclass(frozen=True, slots=True)
class Sent:
    """One way in which appeals were dispatched: how many, and the share of all."""

    label: str
    count: int
    share: float


def _sent(area: str, *, until: date, days: int) -> list[Sent]:
    found = dispatch_shares(within=area, since=until - timedelta(days=days), until=until)
    named = (
        (gettext("by themselves, to the office charged"), found.by_class),
        (gettext("to the territorial government, their duty being unclear"), found.to_territory),
        (gettext("to a person"), found.to_person),
    )
    return [Sent(label, count, count / found.whole) for label, count in named if found.whole]


def _name(code: str) -> str:
    try:
        return division(code).name
    except DivisionUnknown:
        return code
