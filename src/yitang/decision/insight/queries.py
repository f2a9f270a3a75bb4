"""Reads of hot issues, their evidence and what followed measures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from yitang.ground.base.errors import NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import (
    User,
    check_can,
    division_prefix,
    division_rows,
    organisation_names,
)
from yitang.ground.plumbing.api import resolve_reference

from .access import SEE, touches, visible_prefixes, within
from .models import HotIssue, HotIssueAppeal, Measure
from .rules import Effect, Trend, effect_of


@dataclass(frozen=True, slots=True)
class JudgedMeasure:
    """A measure, and people before and after it."""

    measure: Measure
    effect: Effect


def hot_issues(
    user: User,
    *,
    limit: int = 50,
    trend: Trend | None = None,
    division_code: str | None = None,
) -> list[HotIssue]:
    """The issues of the last refresh that ``user`` may see, the hottest first.

    Narrowed to one trend, or to those that touch a division. Raises ``NotAllowed`` for a person
    whose posts let them see none at all.
    """
    check_can(user, SEE)
    rows = _visible(user).filter(rank__isnull=False)
    if trend is not None:
        rows = rows.filter(trend=trend)
    if division_code is not None:
        inside = touches((division_prefix(division_code),))
        rows = rows.filter(pk__in=HotIssue.objects.filter(inside).values("pk"))
    return list(rows.select_related("owner__division").order_by("rank")[:limit])


def hot_issue(user: User, public_id: UUID | str) -> HotIssue:
    """One issue, also by the id of one that was merged into it; raises ``NotFound``."""
    check_can(user, SEE)
    asked = Reference("insight.hot_issue", str(public_id))
    issue = (
        _visible(user)
        .filter(public_id=resolve_reference(asked).id)
        .select_related("owner__division")
        .first()
    )
    if issue is None:
        raise NotFound(kind="hot issue", id=public_id)
    return issue


def issue_evidence(user: User, issue: HotIssue) -> list[HotIssueAppeal]:
    """The appeals behind an issue that lie in the divisions of ``user``, in order of time."""
    return list(issue.evidence.filter(within(visible_prefixes(user), "division_code")))


def measures_of(issue: HotIssue, *, today: date) -> list[JudgedMeasure]:
    """What was decided because of an issue, in order of time, with people before and after."""
    people = issue.people_per_day
    return [
        JudgedMeasure(measure, effect_of(people, since=measure.since, today=today))
        for measure in issue.measures.select_related("noted_by")
    ]


def owner_candidates(issues: Iterable[HotIssue]) -> dict[int, list[tuple[str, int]]]:
    """By issue's key: whom the evidence speaks for, with people, while the owner is undecided.

    One reading of the organisations for all; none for an issue whose owner is settled.
    """
    undecided = {issue.pk: issue.owner_candidates for issue in issues if issue.owner_id is None}
    names = organisation_names({str(key) for pairs in undecided.values() for key, _ in pairs})
    return {
        pk: [(names[str(key)], int(people)) for key, people in pairs if str(key) in names]
        for pk, pairs in undecided.items()
    }


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of divisions by code; codes of no known division are left out."""
    wanted = set(codes)
    return {code: name for code, name, _, _ in division_rows() if code in wanted}


def _visible(user: User) -> QuerySet[HotIssue]:
    inside = HotIssue.objects.filter(touches(visible_prefixes(user)))
    return HotIssue.objects.filter(pk__in=inside.values("pk"))
