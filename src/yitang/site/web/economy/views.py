"""The digital economy: what is claimed, what was published, and the major projects."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from yitang.decision.economy import api as economy
from yitang.decision.economy.rules import STAGE_NAMES, STARTED, Confirmation, Stage, Verdict
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotFound
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.shell.charts import Bar, Point

from .names import name_of, period_of, spoken, time_of

BEGUN = "begun"  # every stage from the start of building on
SERIES = (
    "digital_economy",
    "fibre_line_length",
    "users_4g",
    "users_5g",
    "base_stations_5g",
    "ipv6_active_users",
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim in the reader's language, beside what was published."""

    text: str
    judged: economy.JudgedClaim

    @property
    def published(self) -> str:
        """The published value with its unit; empty where none was."""
        figure = self.judged.figure
        return " ".join(spoken(figure.value, figure.indicator)) if figure else ""

    @property
    def is_confirmed(self) -> bool:
        return self.judged.verdict is Verdict.CONFIRMED

    @property
    def is_open(self) -> bool:
        return self.judged.verdict is Verdict.OPEN


@dataclass(frozen=True, slots=True)
class Panel:
    """One series: its latest figure and its years as points of a line."""

    latest: economy.Figure
    points: list[Point]
    name: str
    unit: str

    @property
    def value(self) -> str:
        return spoken(self.latest.value, self.latest.indicator)[0]

    @property
    def sentence(self) -> str:
        """What the line says: where it begins and where it ends."""
        first, last = self.points[0], self.points[-1]
        return gettext("From {first} in {start} to {last} {unit} in {end}").format(
            first=first.text, start=first.label, last=last.text, end=last.label, unit=self.unit
        )

    @property
    def period(self) -> str:
        return period_of(self.latest.period)

    @property
    def is_confirmed(self) -> bool:
        return self.latest.confirmation is Confirmation.CONFIRMED


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a series, said in the reader's language; ``earlier`` was published before."""

    figure: economy.Figure

    @property
    def period(self) -> str:
        return period_of(self.figure.period)

    @property
    def value(self) -> str:
        return spoken(self.figure.value, self.figure.indicator)[0]

    @property
    def earlier(self) -> list[str]:
        return [spoken(value, self.figure.indicator)[0] for value in self.figure.earlier]


def start(request: HttpRequest) -> HttpResponse:
    """Claims judged, projects by stage, six series."""
    page = {
        "statements": [
            Statement(translated(judged.claim.statement), judged)
            for judged in economy.judged_claims()
        ],
        "increase": economy.yearly_increase("users_4g", 2018),
        "panels": [panel for code in SERIES if (panel := _panel(code))],
        "summary": (summary := economy.project_summary(on=civil_date(now()))),
        "stages": _stage_bars(summary),
    }
    return render(request, "economy/start.html", page)


def series(request: HttpRequest, code: str) -> HttpResponse:
    """One series with every record, its source and its doubt."""
    panel = _panel(code)
    if panel is None:
        raise NotFound(kind="indicator", id=code)
    page = {
        "panel": panel,
        "records": [Record(one) for one in economy.indicator_series(code)],
    }
    return render(request, "economy/series.html", page)


def projects(request: HttpRequest) -> HttpResponse:
    """Major projects, the largest first, of one stage if asked."""
    wanted = request.GET.get("stage", "")
    stages = STARTED if wanted == BEGUN else {Stage(wanted)} if wanted in set(Stage) else set(Stage)
    found = economy.project_page(stages=stages, cursor=request.GET.get("cursor", ""))
    page = {
        "page": found,
        "projects": [
            (project, translated(STAGE_NAMES[Stage(project.stage)])) for project in found.rows
        ],
        "total": economy.project_count(stages=stages),
        "stages": [
            (BEGUN, gettext("Started or further")),
            *((item.value, translated(name)) for item, name in STAGE_NAMES.items()),
        ],
        "wanted": wanted if stages != set(Stage) else "",
    }
    return render(request, "economy/projects.html", page)


def _panel(code: str) -> Panel | None:
    latest = economy.latest_figure(code)
    if latest is None:
        return None
    years = economy.yearly_series(code)
    points = [
        Point(
            label=period_of(figure.period),
            at=time_of(figure.period),
            value=float(figure.value),
            text=spoken(figure.value, figure.indicator)[0],
            is_doubted=figure.confirmation is not Confirmation.CONFIRMED,
        )
        for figure in (years if len(years) > 1 else economy.indicator_series(code))
    ]
    _, unit = spoken(latest.value, latest.indicator)
    return Panel(latest, points, name_of(latest.indicator), unit)


def _stage_bars(summary: economy.ProjectSummary) -> list[Bar]:
    address = reverse("economy:projects")
    return [
        Bar(
            label=translated(STAGE_NAMES[row.stage]),
            now=row.projects,
            text=gettext("{projects} · {billions} bn yuan").format(
                projects=row.projects,
                billions=f"{row.investment / 10:,.1f}",
                hundred_millions=f"{row.investment:,.0f}",
            ),
            url=f"{address}?stage={row.stage.value}",
        )
        for row in summary.stages
    ]
