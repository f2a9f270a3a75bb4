"""Figures, claims and projects. All of it is published: everyone may read it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from yitang.ground.plumbing.api import Page, cursor_of, numbers_of

from .errors import IndicatorUnknown
from .models import Indicator, Project, PublishedFigure
from .rules import (
    CLAIMS,
    STAGE_NAMES,
    STARTED,
    Claim,
    Confirmation,
    Increase,
    ProjectFacts,
    Stage,
    Verdict,
    elapsed_share,
    invested_share,
    is_year,
    verdict_on,
)

PLACES = 4  # decimals of an investment


@dataclass(frozen=True, slots=True)
class Figure:
    """The newest record of a period, and the earlier ones that said otherwise."""

    indicator: Indicator
    period: str
    value: Decimal
    confirmation: Confirmation
    source: str
    note: str
    earlier: tuple[Decimal, ...] = ()

    @property
    def text(self) -> str:
        """The value as published: its own decimals, thousands grouped."""
        return f"{self.value:,f}"


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    claim: Claim
    figure: Figure | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StageCount:
    stage: Stage
    projects: int
    investment: Decimal

    @property
    def name(self) -> object:
        return STAGE_NAMES[self.stage]


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """Counts and money (100 million yuan) of all projects; shares are between 0 and 1."""

    projects: int
    started: int
    investment: Decimal
    stages: tuple[StageCount, ...]
    invested_share: Decimal | None
    elapsed_share: Decimal


def indicators() -> list[Indicator]:
    """Every series, ordered by code."""
    return list(Indicator.objects.order_by("code"))


def indicator_series(code: str) -> list[Figure]:
    """The figures of a series in order of time; raises ``IndicatorUnknown``."""
    indicator = Indicator.objects.filter(code=code).first()
    if indicator is None:
        raise IndicatorUnknown(name=code)
    by_period: dict[str, list[PublishedFigure]] = defaultdict(list)
    for record in indicator.figures.order_by("period_end", "period", "recorded_at", "id"):
        by_period[record.period].append(record)
    return [_figure(indicator, records) for records in by_period.values()]


def latest_figure(code: str) -> Figure | None:
    """The figure of the last period of a series, or ``None`` when there is none."""
    if not Indicator.objects.filter(code=code).exists():
        return None
    series = indicator_series(code)
    return series[-1] if series else None


def figure_for(code: str, period: str) -> Figure | None:
    """The figure of one period, or ``None`` when nothing was published."""
    if not Indicator.objects.filter(code=code).exists():
        return None
    return next((f for f in indicator_series(code) if f.period == period), None)


def judged_claims() -> list[JudgedClaim]:
    """Every claim beside what was published."""
    judged = []
    for claim in CLAIMS:
        figure = figure_for(claim.indicator, claim.period)
        is_confirmed = figure is not None and figure.confirmation is Confirmation.CONFIRMED
        value = figure.value if figure and is_confirmed else None
        judged.append(JudgedClaim(claim, figure, verdict_on(claim, value)))
    return judged


def yearly_increase(code: str, year: int) -> Increase | None:
    """The published net increase of a year beside the difference of the year-ends."""
    published = figure_for(f"{code}_net_increase", str(year))
    now, before = figure_for(code, str(year)), figure_for(code, str(year - 1))
    if not (published and now and before):
        return None
    return Increase(published.value, now.value - before.value)


def yearly_series(code: str) -> list[Figure]:
    """The whole years of a series, which alone may be drawn on one axis."""
    return [figure for figure in indicator_series(code) if is_year(figure.period)]


def projects(*, stage: Stage | None = None, division_prefix: str = "") -> list[Project]:
    """Projects, the largest first; of one stage, and below a division, if asked."""
    found = Project.objects.filter(division_code__startswith=division_prefix)
    if stage is not None:
        found = found.filter(stage=stage)
    return list(found.order_by("-investment", "code"))


def project_page(
    *, stages: Collection[Stage] = tuple(Stage), cursor: str = "", limit: int = 30
) -> Page[Project]:
    """A page of projects at ``stages``, the largest first."""
    found = Project.objects.filter(stage__in=stages)
    if cursor:
        investment, pk = numbers_of(cursor, length=2)
        money = Decimal(investment).scaleb(-PLACES)
        found = found.filter(Q(investment__lt=money) | Q(investment=money, pk__gt=pk))
    rows = list(found.order_by("-investment", "pk")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], cursor_of(_whole(last.investment), last.pk) if last else None)


def project_count(*, stages: Collection[Stage] = tuple(Stage)) -> int:
    """How many projects there are at ``stages``."""
    return Project.objects.filter(stage__in=stages).count()


def _whole(money: Decimal) -> int:
    """Money as the number of its smallest parts: exact in a cursor."""
    return int(money.scaleb(PLACES))


def project_summary(*, on: date) -> ProjectSummary:
    """All projects by stage, with the year's investment beside the time elapsed by ``on``."""
    facts = [facts_of(project) for project in Project.objects.all()]
    counts = Counter(project.stage for project in facts)
    money: dict[Stage, Decimal] = defaultdict(Decimal)
    for project in facts:
        money[project.stage] += project.investment
    return ProjectSummary(
        projects=len(facts),
        started=sum(counts[stage] for stage in STARTED),
        investment=sum(money.values(), Decimal(0)),
        stages=tuple(StageCount(stage, counts[stage], money[stage]) for stage in Stage),
        invested_share=invested_share(facts),
        elapsed_share=elapsed_share(on),
    )


def facts_of(project: Project) -> ProjectFacts:
    """The plain form of a row."""
    return ProjectFacts(
        code=project.code,
        name=project.name,
        division_code=project.division_code,
        department=project.department,
        category=project.category,
        stage=Stage(project.stage),
        investment=project.investment,
        planned_this_year=project.planned_this_year,
        invested_this_year=project.invested_this_year,
        planned_start=project.planned_start,
        started_on=project.started_on,
        completed_on=project.completed_on,
    )


def _figure(indicator: Indicator, records: list[PublishedFigure]) -> Figure:
    newest = records[-1]
    return Figure(
        indicator=indicator,
        period=newest.period,
        value=newest.value.normalize(),
        confirmation=Confirmation(newest.confirmation),
        source=newest.source,
        note=newest.note,
        earlier=tuple(
            record.value.normalize() for record in records[:-1] if record.value != newest.value
        ),
    )
