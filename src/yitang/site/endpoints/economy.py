"""Published figures, claims and projects as JSON; all of it is public."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Router, Schema

from yitang.decision.economy import api as economy
from yitang.decision.economy.rules import Stage
from yitang.ground.base.clock import civil_date
from yitang.ground.plumbing.api import now

router = Router(tags=["economy"], auth=None)


class FigureOut(Schema):
    period: str
    value: Decimal
    confirmation: str
    source: str
    note: str
    earlier: list[Decimal]


class SeriesOut(Schema):
    code: str
    name: str
    unit: str
    figures: list[FigureOut]


class ClaimOut(Schema):
    code: str
    statement: str
    claimed: Decimal
    verdict: str
    published: Decimal | None
    source: str


class ProjectOut(Schema):
    code: str
    name: str
    division_code: str
    stage: Stage
    investment: Decimal
    started_on: date | None


class SummaryOut(Schema):
    projects: int
    started: int
    investment: Decimal
    stages: dict[str, int]
    invested_share: Decimal | None
    elapsed_share: Decimal


@router.get("/claims", response=list[ClaimOut])
def claims(request: HttpRequest) -> list[ClaimOut]:
    """Every claim beside what was published; units are those of the indicator."""
    return [
        ClaimOut(
            code=judged.claim.code,
            statement=str(judged.claim.statement),
            claimed=judged.claim.claimed,
            verdict=judged.verdict,
            published=judged.figure.value if judged.figure else None,
            source=judged.figure.source if judged.figure else "",
        )
        for judged in economy.judged_claims()
    ]


@router.get("/series/{code}", response=SeriesOut)
def series(request: HttpRequest, code: str) -> SeriesOut:
    """One published series in order of time."""
    figures = economy.indicator_series(code)
    indicator = figures[0].indicator
    return SeriesOut(
        code=indicator.code,
        name=indicator.name,
        unit=indicator.unit,
        figures=[
            FigureOut(
                period=figure.period,
                value=figure.value,
                confirmation=figure.confirmation,
                source=figure.source,
                note=figure.note,
                earlier=list(figure.earlier),
            )
            for figure in figures
        ],
    )


@router.get("/projects", response=list[ProjectOut])
def projects(request: HttpRequest, stage: Stage | None = None) -> list[economy.Project]:
    """Major projects, the largest first; money in 100 million yuan."""
    return economy.projects(stage=stage)


@router.get("/projects/summary", response=SummaryOut)
def summary(request: HttpRequest) -> SummaryOut:
    """Counts by stage; shares between 0 and 1."""
    found = economy.project_summary(on=civil_date(now()))
    return SummaryOut(
        projects=found.projects,
        started=found.started,
        investment=found.investment,
        stages={row.stage.value: row.projects for row in found.stages},
        invested_share=found.invested_share,
        elapsed_share=found.elapsed_share,
    )
