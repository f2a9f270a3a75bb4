"""What people say: the hot issues, one issue with its evidence, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, npgettext
from django.views.decorators.http import require_POST

from yitang.decision.insight.api import (
    HotIssue,
    HotIssueAppeal,
    JudgedMeasure,
    Trend,
    can_note_measure,
    can_refresh,
    hot_issue,
    hot_issues,
    issue_evidence,
    measures_of,
    owner_candidates,
    place_names,
    queue_refresh,
)
from yitang.decision.insight.api import note_measure as note
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import now
from yitang.site.web.shell.charts import Bar, Point
from yitang.site.web.shell.entrance import officers_only, signed_in

from .forms import MeasureForm

TRENDS = {
    Trend.RISING: (gettext_noop("rising"), "late"),
    Trend.STEADY: (gettext_noop("steady"), "info"),
    Trend.QUIET: (gettext_noop("quiet for two weeks"), ""),
}
BARS, HOTTEST, MOST = 8, 20, 200
NEWEST = 12  # appeals shown at once
CANDIDATES = 4  # named while class or owner is undecided
LONGEST_BY_DAY = 45  # days; a longer time is drawn by the week


@dataclass(frozen=True, slots=True)
class Row:
    """An issue as the list shows it."""

    issue: HotIssue
    place: str
    trend: str
    trend_tag: str
    owners: Sequence[tuple[str, int]] = ()  # whom it may be, with their people, while undecided

    @property
    def undecided_owner(self) -> str:
        return (
            gettext("undecided: {names}").format(names=_named(self.owners)) if self.owners else ""
        )

    @property
    def undecided_class(self) -> str:
        candidates = [] if self.issue.category else self.issue.category_candidates
        said = gettext("class undecided: {names}")
        return said.format(names=_named(candidates)) if candidates else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An appeal behind an issue, with its address where one may open it."""

    appeal: HotIssueAppeal
    place: str
    url: str


@officers_only
def start(request: HttpRequest) -> HttpResponse:
    """The hot issues in the officer's divisions, the hottest first."""
    user = signed_in(request)
    wanted = request.GET.get("trend", "")
    trend = Trend(wanted) if wanted in set(Trend) else None
    shows_all = "all" in request.GET
    issues = hot_issues(user, trend=trend, limit=MOST if shows_all else HOTTEST)
    names = place_names(issue.place_code for issue in issues)
    owners = owner_candidates(issues)
    rows = [_row(issue, names, owners) for issue in issues]
    page = {
        "rows": rows,
        "bars": [
            Bar(
                label=row.issue.title,
                now=row.issue.people,
                text=_people(row.issue.people),
                url=reverse("insight:issue", args=[row.issue.public_id]),
            )
            for row in sorted(rows[:BARS], key=lambda row: -row.issue.people)
        ],
        "trends": [(trend.value, gettext(words)) for trend, (words, _) in TRENDS.items()],
        "wanted": trend.value if trend else "",
        "has_more": not shows_all and len(issues) == HOTTEST,
        "refreshed_at": max((issue.refreshed_at for issue in issues), default=None),
        "can_refresh": can_refresh(user),
    }
    return render(request, "insight/start.html", page)


@officers_only
@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Ask the worker to look again."""
    queue_refresh(actor=signed_in(request))
    messages.success(request, gettext("We are looking again. Come back in a minute."))
    return redirect("insight:start")


@officers_only
def issue(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One issue: people by day, what they say, the appeals, what was decided."""
    user = signed_in(request)
    found = hot_issue(user, public_id)
    if found.public_id != public_id:
        return redirect("insight:issue", found.public_id)
    form = MeasureForm.today(civil_date(now()))
    return render(request, "insight/issue.html", _page(user, found, form))


@officers_only
@require_POST
def note_measure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note what was decided because of the issue."""
    user = signed_in(request)
    found = hot_issue(user, public_id)
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return render(request, "insight/issue.html", _page(user, found, form), status=422)
    note(
        issue_id=public_id,
        decision=form.cleaned_data["decision"],
        since=form.cleaned_data["since"],
        actor=user,
        at=now(),
    )
    messages.success(request, gettext("Noted. In a week the first figures will say more."))
    return redirect(f"{reverse('insight:issue', args=[public_id])}#measures")


def _page(user: User, found: HotIssue, form: MeasureForm) -> dict[str, object]:
    evidence = issue_evidence(user, found)[::-1]
    names = place_names([found.place_code, *(row.division_code for row in evidence)])
    points = _points(found.people_per_day)
    return {
        "row": _row(found, names, owner_candidates([found])),
        "issue": found,
        "points": points,
        "peak": _peak(points),
        "newest": [_evidence(row, names) for row in evidence[:NEWEST]],
        "older": [_evidence(row, names) for row in evidence[NEWEST:]],
        "is_partial": len(evidence) < found.messages,
        "measures": [_measure(judged) for judged in measures_of(found, today=civil_date(now()))],
        "can_note": can_note_measure(user, found),
        "form": form,
    }


def _row(
    issue: HotIssue, names: dict[str, str], owners: Mapping[int, Sequence[tuple[str, int]]]
) -> Row:
    words, tag = TRENDS[Trend(issue.trend)]
    place = names.get(issue.place_code, "")
    return Row(issue, place, gettext(words), tag, owners.get(issue.pk, ()))


def _named(candidates: Sequence[tuple[str, int]]) -> str:
    """The likeliest candidates, each with the people behind it."""
    return " · ".join(f"{name} {people}" for name, people in candidates[:CANDIDATES])


def _evidence(row: HotIssueAppeal, names: dict[str, str]) -> Evidence:
    try:
        url = reverse("hotline:appeal", args=[row.appeal_id])
    except NoReverseMatch:  # an office that runs insight without the hotline's pages
        url = ""
    return Evidence(row, names.get(row.division_code, ""), url)


def _measure(judged: JudgedMeasure) -> tuple[JudgedMeasure, str]:
    """The measure, and in words what the figures say."""
    effect = judged.effect
    if effect.is_early:
        return judged, gettext("Too early: fewer than seven days have passed.")
    return judged, gettext(
        "{before} in the {days} days before, {after} in the {days} days since."
    ).format(before=_people(effect.before), after=_people(effect.after), days=effect.days)


def _points(days: dict[date, int]) -> list[Point]:
    """People by day, or by the week for a long time; nothing left out between.

    Weeks end with the last day, so that a week cut short does not look like relief.
    """
    if not days:
        return []
    first, last = min(days), max(days)
    step = 1 if (last - first).days < LONGEST_BY_DAY else 7
    count = (last - first).days // step + 1
    sums = [0] * count
    for day, people in days.items():
        sums[count - 1 - (last - day).days // step] += people
    start = last - timedelta(days=step * count - 1)
    return [
        Point(label=date_format(start + timedelta(days=step * n), "n/j"), value=total)
        for n, total in enumerate(sums)
    ]


def _peak(points: list[Point]) -> str:
    most = max(points, key=lambda point: point.value, default=Point("", 0))
    return gettext("Most around {day}: {people}").format(
        day=most.label, people=_people(int(most.value))
    )


def _people(count: int) -> str:
    words = npgettext("counted", "{count} person", "{count} people", count)
    return words.format(count=f"{count:,}")
