"""Hot issues, their evidence and measures as JSON, for those who oversee a division."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.security import django_auth

from yitang.decision.insight import api as insight
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import User
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["insight"], auth=django_auth)


class CandidateOut(Schema):
    """A class or an owner that some people's appeals speak for, while it is undecided."""

    name: str
    people: int


class IssueOut(Schema):
    id: UUID
    rank: int | None
    title: str
    people: int
    messages: int
    heat: float
    trend: insight.Trend
    category: str
    category_candidates: list[CandidateOut]
    place_code: str
    owner: str
    owner_candidates: list[CandidateOut]
    first_at: datetime
    last_at: datetime


class QuoteOut(Schema):
    appeal: str
    at: datetime
    title: str
    text: str


class AppealOut(Schema):
    appeal: str
    number: str
    at: datetime
    division_code: str
    title: str


class MeasureOut(Schema):
    id: UUID
    decision: str
    since: date
    days: int
    people_before: int
    people_after: int
    is_early: bool


class IssueDetailOut(IssueOut):
    people_per_day: dict[str, int]
    quotes: list[QuoteOut]
    evidence: list[AppealOut]
    measures: list[MeasureOut]


class MeasureIn(Given):
    decision: str = Field(min_length=4, max_length=500)
    since: date


@router.get("/issues", response=list[IssueOut])
def issues(
    request: HttpRequest,
    trend: insight.Trend | None = None,
    division_code: str | None = None,
    limit: int = 50,
) -> list[IssueOut]:
    """The hot issues of the last refresh in the caller's divisions, the hottest first."""
    found = insight.hot_issues(
        _user(request), trend=trend, division_code=division_code, limit=max(1, min(limit, 200))
    )
    owners = insight.owner_candidates(found)
    return [IssueOut(**_facts(issue, owners)) for issue in found]


@router.get("/issues/{uuid:public_id}", response=IssueDetailOut)
def issue(request: HttpRequest, public_id: UUID) -> IssueDetailOut:
    """One issue with people by day, typical messages, appeals and measures."""
    user = _user(request)
    found = insight.hot_issue(user, public_id)
    return IssueDetailOut(
        **_facts(found, insight.owner_candidates([found])),
        people_per_day={day.isoformat(): n for day, n in found.people_per_day.items()},
        quotes=[QuoteOut(**quote) for quote in found.quotes],
        evidence=[
            AppealOut(
                appeal=row.appeal_id,
                number=row.number,
                at=row.at,
                division_code=row.division_code,
                title=row.title,
            )
            for row in insight.issue_evidence(user, found)
        ],
        measures=[
            _measure(judged) for judged in insight.measures_of(found, today=civil_date(now()))
        ],
    )


@router.post("/issues/{uuid:public_id}/measures", response={201: MeasureOut})
def note_measure(request: HttpRequest, public_id: UUID, body: MeasureIn) -> Status[MeasureOut]:
    """Note what was decided because of an issue."""
    noted = insight.note_measure(
        issue_id=public_id,
        decision=body.decision,
        since=body.since,
        actor=_user(request),
        at=now(),
    )
    judged = insight.measures_of(noted.issue, today=civil_date(now()))
    return Status(201, next(_measure(row) for row in judged if row.measure == noted))


def _facts(issue: insight.HotIssue, owners: dict[int, list[tuple[str, int]]]) -> dict[str, Any]:
    classes = [] if issue.category else issue.category_candidates
    return {
        "id": issue.public_id,
        "rank": issue.rank,
        "title": issue.title,
        "people": issue.people,
        "messages": issue.messages,
        "heat": issue.heat,
        "trend": insight.Trend(issue.trend),
        "category": issue.category,
        "category_candidates": [{"name": name, "people": n} for name, n in classes],
        "place_code": issue.place_code,
        "owner": issue.owner.name if issue.owner else "",
        "owner_candidates": [{"name": name, "people": n} for name, n in owners.get(issue.pk, [])],
        "first_at": issue.first_at,
        "last_at": issue.last_at,
    }


def _measure(judged: insight.JudgedMeasure) -> MeasureOut:
    return MeasureOut(
        id=judged.measure.public_id,
        decision=judged.measure.decision,
        since=judged.measure.since,
        days=judged.effect.days,
        people_before=judged.effect.before,
        people_after=judged.effect.after,
        is_early=judged.effect.is_early,
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user
