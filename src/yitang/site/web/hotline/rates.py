"""For leaders and supervisors: the three rates and what is filed, by county."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import InvalidInput
from yitang.ground.metrics.api import metric_sum
from yitang.ground.organisations.api import User, check_can, division, scope_of
from yitang.ground.organisations.errors import DivisionUnknown
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    Rates,
    appeal_counts,
    appeals_asked,
    appeals_filed,
    configuration,
    dispatch_shares,
    rates_by_division,
    said_solved,
    three_rates,
)
from yitang.public.hotline.rules import ANSWERED_IN_TIME, FEWEST_ASKED, rate_period
from yitang.site.web.desk.words import word
from yitang.site.web.shell.entrance import officers_only, signed_in

from .words import said_word

PERIODS = (7, 30, 60, 90, 365)
WORKFLOW = "hotline.appeal"
FINAL = frozenset({"closed", "referred"})


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    filed: int
    open: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Window:
    """The last days up to this moment, counted from midnight as the metrics count."""

    days: int
    since: datetime
    until: datetime


@require_safe
@officers_only
def rates(request: HttpRequest) -> HttpResponse:
    """Response, solved and satisfied rate of the reader's area, and each county beside it."""
    user, window = signed_in(request), _window(request)
    check_can(user, "hotline.read_rates")
    since, until, within = window.since, window.until, area_of(user)
    by_county = rates_by_division(since=since, until=until, within=within)
    filed: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for row in appeal_counts(since=since, until=until, within=within):
        filed[row.division_code] += row.count
        waiting[row.division_code] += row.count * (row.state not in FINAL)
    whole = three_rates(since=since, until=until, within=within)
    rules = configuration()
    today, area = civil_date(now()), within or settings().division
    context = {
        "days": window.days,
        "periods": PERIODS,
        "whole": whole,
        "score": whole.score(rules.rates),
        "rules": rules,
        "fewest": FEWEST_ASKED,
        "sent": _sent(area, until=today, days=window.days),
        "in_time": metric_sum(
            code=ANSWERED_IN_TIME,
            division_code=area,
            since=civil_date(window.since),
            until=today,
        ),
        "filed": sum(filed.values()),
        "waiting": sum(waiting.values()),
        "lines": [
            Line(code, _name(code), filed[code], waiting[code], by_county.get(code, Rates()))
            for code in sorted({*filed, *by_county})
        ],
    }
    return render(request, "hotline/rates.html", context)


@require_safe
@officers_only
def filed(request: HttpRequest) -> HttpResponse:
    """The appeals behind a figure: of one county, those still open, or those whose callers were
    asked, from which the three rates are counted."""
    user, window = signed_in(request), _window(request)
    check_can(user, "hotline.read_rates")
    county, only_open = request.GET.get("county", ""), "open" in request.GET
    asked, cursor = "asked" in request.GET, request.GET.get("cursor", "")
    since, until = window.since, window.until
    if asked:
        page = appeals_asked(user, since=since, until=until, county=county, cursor=cursor)
    else:
        page = appeals_filed(
            user, since=since, until=until, county=county, only_open=only_open, cursor=cursor
        )
    said = said_solved(page.rows) if asked else {}
    context = {
        "days": window.days,
        "place": _name(county) if county else "",
        "only_open": only_open,
        "asked": asked,
        "page": page,
        "rows": [
            (
                appeal,
                word(WORKFLOW, appeal.case.state),
                _name(appeal.case.county),
                said_word(said.get(appeal.pk)),
            )
            for appeal in page.rows
        ],
    }
    return render(request, "hotline/filed.html", context)


def area_of(user: User) -> str | None:
    """The division whose figures the reader has; ``None`` for the whole country."""
    prefixes = scope_of(user, permission="hotline.read_rates").division_prefixes
    return f"{prefixes[0]:0<6}" if prefixes and prefixes[0] else None


def _window(request: HttpRequest) -> Window:
    asked = request.GET.get("days", str(PERIODS[1]))
    days = next((number for number in PERIODS if str(number) == asked), None)
    if days is None:
        known = ", ".join(map(str, PERIODS))
        problem = gettext("it is one of {known}").format(known=known)
        raise InvalidInput(field=gettext("days"), problem=problem)
    return Window(days, *rate_period(now(), days=days))


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
