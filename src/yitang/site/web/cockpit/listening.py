"""The lower half of the loop: what people say, what keeps coming back, what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext

from yitang.decision.insight.api import HotIssue, Trend, hot_issues, measures_of
from yitang.ground.base.clock import civil_date
from yitang.ground.metrics.api import metric_sum
from yitang.ground.organisations.api import User, can
from yitang.ground.plumbing.api import settings
from yitang.public.hotline.rules import ANSWERED_IN_TIME, APPEALS, SOLVED
from yitang.site.web.hotline.rates import area_of
from yitang.site.web.shell.navigation import address

from .loop import Node

WINDOW = timedelta(days=60)


def heard(user: User, *, at: datetime) -> Node:
    """Appeals of the last sixty days in the reader's area, how many were answered in time and how
    many solved; the page behind it has the same days."""
    today, area = civil_date(at), area_of(user) or settings().division

    def figure(code: str) -> Decimal | None:
        found = metric_sum(code=code, division_code=area, since=today - WINDOW, until=today)
        return found.value

    page = reverse("hotline:rates")
    node = Node("listen", gettext("Listen"), url=f"{page}?days={WINDOW.days}")
    total = int(figure(APPEALS) or 0)
    if not total:
        return replace(node, blank=gettext("no appeal in {days} days").format(days=WINDOW.days))
    return replace(
        node,
        value=f"{total:,}",
        unit=npgettext("counted", "appeal", "appeals", total),
        details=(
            gettext("in {days} days").format(days=WINDOW.days),
            *_said(gettext("{share:.1%} in time"), figure(ANSWERED_IN_TIME)),
            *_said(gettext("{share:.1%} solved"), figure(SOLVED)),
        ),
    )


def _said(text: str, share: Decimal | None) -> list[str]:
    return [] if share is None else [text.format(share=share)]


def discovered(user: User) -> Node:
    """Matters that several people raise, counted in people."""
    issues = visible_issues(user)
    node = Node("discover", gettext("Discover"), url=address("insight:start"))
    if not issues:
        return replace(node, blank=gettext("no hot issue now"))
    people = sum(issue.people for issue in issues)
    rising = sum(issue.trend == Trend.RISING for issue in issues)
    return replace(
        node,
        value=f"{len(issues):,}",
        unit=ngettext("hot issue", "hot issues", len(issues)),
        details=(
            ngettext("{count} person", "{count} people", people).format(count=f"{people:,}"),
            ngettext("{count} rising", "{count} rising", rising).format(count=rising),
        ),
    )


def decided(user: User, *, at: datetime) -> Node:
    """Measures noted on the issues, and how many of them people feel."""
    judged = [
        measure
        for issue in visible_issues(user)
        for measure in measures_of(issue, today=civil_date(at))
    ]
    node = Node("decide", gettext("Decide"), url=address("insight:start"))
    if not judged:
        return replace(node, blank=gettext("none yet: note one on a hot issue"))
    eased = sum((one.effect.change or 0) < 0 and not one.effect.is_early for one in judged)
    early = sum(one.effect.is_early for one in judged)
    return replace(
        node,
        value=f"{len(judged):,}",
        unit=ngettext("measure", "measures", len(judged)),
        details=(
            gettext("{count} followed by fewer complaints").format(count=eased),
            gettext("{count} too early to say").format(count=early),
        ),
    )


def visible_issues(user: User) -> list[HotIssue]:
    """The hot issues of the last refresh that ``user`` may see; none without the right to see."""
    return hot_issues(user) if can(user, "insight.see") else []
