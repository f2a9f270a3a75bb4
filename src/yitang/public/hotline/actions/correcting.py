"""Mending what was written down of an appeal: its kind, its class, its urgency, its place."""

from __future__ import annotations

from datetime import datetime

from yitang.ground.base.clock import Term, deadline
from yitang.ground.casework.api import advance_case
from yitang.ground.organisations.api import Organisation, User, division
from yitang.ground.plumbing.api import working_calendar
from yitang.public.hotline.errors import NothingCorrected, TierUnknown
from yitang.public.hotline.models import Appeal, Category
from yitang.public.hotline.queries import configuration
from yitang.public.hotline.rules import AppealKind, Obstacle, Tier

from .counting import counted
from .handling import hotline_near, late_on, locked_appeal


@counted
def correct_appeal(
    *,
    appeal_id: int,
    actor: User,
    at: datetime,
    note: str,
    kind: AppealKind | None = None,
    category: Category | None = None,
    tier: str | None = None,
    division_code: str | None = None,
) -> Appeal:
    """Replace what was understood wrongly; ``note`` says in the history what and why.

    A new urgency sets the limit anew, from when the running one began, and from now where that
    is over already. What nobody sent on yet goes to the hotline of its new place; an office that
    has it keeps it. Raises ``NothingCorrected``, ``TierUnknown``, ``DivisionUnknown``,
    ``ReasonNeeded``, ``NotAllowed``, ``TransitionNotAllowed``.
    """
    appeal = locked_appeal(appeal_id)
    is_waiting = appeal.case.state == "received"
    summary: dict[str, str] = {}
    term: Term | None = None
    holder: Organisation | None = None
    if kind and kind.value != appeal.kind:
        appeal.kind = summary["kind"] = kind.value
    if category is not None and (
        category != appeal.category or appeal.category_probability is not None
    ):
        appeal.category, appeal.category_probability = category, None
        summary["category"] = category.label
    if tier and tier != appeal.tier:
        chosen = _tier(tier)
        appeal.tier = summary["tier"] = chosen.code
        term = chosen.dispatch_within if is_waiting else chosen.feedback_within
    if division_code and division_code != appeal.division_code:
        place = division(division_code)
        appeal.division_code, summary["place"] = place.code, place.name
        holder = hotline_near(place.code) if is_waiting else None
    if not summary:
        raise NothingCorrected
    if is_waiting:
        appeal.dispatch_obstacle = Obstacle.EMERGENCY.value if appeal.tier == "emergency" else ""
    appeal.case = advance_case(
        case_id=appeal.case_id,
        verb="correct",
        actor=actor,
        at=at,
        note=note,
        term=term,
        since=_since(appeal, term, at),
        organisation=holder,
        division_code=appeal.division_code or None,
        duty=appeal.category.duty if appeal.category else None,
        summary=summary,
    )
    appeal.late_on = late_on(appeal, at)
    appeal.save()
    return appeal


def _tier(code: str) -> Tier:
    known = {tier.code: tier for tier in configuration().tiers}
    if code not in known:
        raise TierUnknown(field="tier", tier=code, known=", ".join(known))
    return known[code]


def _since(appeal: Appeal, term: Term | None, at: datetime) -> datetime:
    """From when a new limit counts."""
    began = appeal.dispatched_at or appeal.filed_at
    if term is None or deadline(start=began, term=term, calendar=working_calendar()).at <= at:
        return at
    return began
