"""Windows a hall needs, as JSON: pure counting, open to everyone; kept halls need a post."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.security import django_auth

from yitang.public.halls.api import WindowsPlan, demands_of, hall_for, visible_halls, windows_plan
from yitang.public.workforce.api import Assumptions, Demand, Pool, Target

from .intake import Given

router = Router(tags=["halls"])


class DemandIn(Given):
    type: str = Field(max_length=100)
    visits_per_day: float
    mean_minutes: float
    cv: float = 1.0
    windows: int | None = None


class PlanIn(Given):
    demands: list[DemandIn] = Field(max_length=500)
    target_minutes: float = 15
    target_share: float = 0.95
    peak_hour_share: float = 0.19
    slower: float = 0.10
    online_share: float = 0
    residual_longer: float = 0
    online_minutes_share: float = 0
    use_spread: bool = False


class PoolOut(Schema):
    windows: int
    back_office: int
    mean_wait_minutes: float
    share_within: float


class LineOut(Schema):
    type: str
    load_erlang: float
    windows_needed: int
    mean_wait_minutes: float


class SensitivityOut(Schema):
    busy: float
    separate: int
    pooled: int
    pooled_slower: int
    by_online_share: dict[str, int]


class PlanOut(Schema):
    separate: int
    pooled: PoolOut
    pooled_slower: PoolOut
    lines: list[LineOut]
    assumptions: list[str]
    findings: list[str]
    sensitivity: list[SensitivityOut]


class HallOut(Schema):
    public_id: UUID
    name: str
    organisation: str
    division_code: str


@router.post("/windows-plan", response=PlanOut, auth=None, summary="Windows needed for a wait")
def plan(request: HttpRequest, asked: PlanIn) -> PlanOut:
    """Counts only and keeps nothing, so a repeated call needs no ``Idempotency-Key``."""
    assumptions = Assumptions(
        target=Target(asked.target_share, asked.target_minutes),
        peak_hour_share=asked.peak_hour_share,
        slower=asked.slower,
        online_share=asked.online_share,
        residual_longer=asked.residual_longer,
        online_minutes_share=asked.online_minutes_share,
        use_spread=asked.use_spread,
    )
    demands = [
        Demand(d.type, d.visits_per_day, d.mean_minutes, d.cv, d.windows) for d in asked.demands
    ]
    return _plan_out(windows_plan(demands, assumptions))


@router.get("", response=list[HallOut], auth=django_auth, summary="Halls one may see")
def halls(request: HttpRequest) -> list[HallOut]:
    return [
        HallOut(
            public_id=hall.public_id,
            name=hall.name,
            organisation=hall.organisation.name,
            division_code=hall.organisation.division.code,
        )
        for hall in visible_halls(request.user)
    ]


@router.get("/{uuid:public_id}/plan", response=PlanOut, auth=django_auth, summary="A hall's plan")
def hall_plan(request: HttpRequest, public_id: UUID) -> PlanOut:
    hall = hall_for(request.user, public_id)
    return _plan_out(windows_plan(demands_of(hall), Assumptions()))


def _plan_out(found: WindowsPlan) -> PlanOut:
    return PlanOut(
        separate=found.staffing.separate,
        pooled=_pool_out(found.staffing.pooled),
        pooled_slower=_pool_out(found.staffing.pooled_slower),
        lines=[
            LineOut(
                type=line.demand.name,
                load_erlang=line.load,
                windows_needed=line.needed,
                mean_wait_minutes=line.mean_wait,
            )
            for line in found.staffing.lines
        ],
        assumptions=[str(text) for text in found.assumptions],
        findings=[str(text) for text in found.findings],
        sensitivity=[
            SensitivityOut(
                busy=row.busy,
                separate=row.separate,
                pooled=row.pooled,
                pooled_slower=row.pooled_slower,
                by_online_share={f"{share:g}": count for share, count in row.by_online_share},
            )
            for row in found.sensitivity
        ],
    )


def _pool_out(pool: Pool) -> PoolOut:
    return PoolOut(
        windows=pool.windows,
        back_office=pool.back_office,
        mean_wait_minutes=pool.mean_wait,
        share_within=pool.share_within,
    )
