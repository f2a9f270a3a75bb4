"""What several departments hold, as JSON: the list, a search, a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.data.collection import api as collection
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["collection"], auth=django_auth)


class AgreementOut(Schema):
    left: str
    right: str
    rate: float
    beyond: float
    subjects: int
    mapped: bool
    weight: float


class OverlapOut(Schema):
    id: UUID
    left: str
    right: str
    source: str
    state: str
    weight: float
    subjects: int
    contained: float
    key: list[str]
    share: float
    through: str
    reasons: list[str]
    agreements: list[AgreementOut]
    found_at: datetime


class FoundOut(Schema):
    datasets: int
    overlaps: int
    new: int
    gone: int


class DecisionIn(Given):
    verb: Literal["confirm", "dismiss", "stop", "reopen"]
    source: str = ""
    note: str = ""


@router.get("", response=list[OverlapOut], summary="What several departments hold")
def overlaps(request: HttpRequest, state: str = "", dataset: str = "") -> list[OverlapOut]:
    found = collection.overlaps(_user(request), state=state, dataset=dataset)
    return [_out(one) for one in found]


@router.post("/search", response=FoundOut, summary="Compare all gathered datasets now")
def search(request: HttpRequest) -> collection.FoundOverlaps:
    return collection.refresh_overlaps(actor=_user(request), at=now())


@router.get("/{uuid:public_id}", response=OverlapOut, summary="One overlap with its evidence")
def overlap(request: HttpRequest, public_id: UUID) -> OverlapOut:
    return _out(collection.overlap_for(_user(request), public_id))


@router.post("/{uuid:public_id}/decisions", response=OverlapOut, summary="Name the source, or not")
def decide(request: HttpRequest, public_id: UUID, decision: DecisionIn) -> OverlapOut:
    user = _user(request)
    decided = collection.decide_overlap(
        overlap=collection.overlap_for(user, public_id),
        verb=decision.verb,
        actor=user,
        at=now(),
        source=decision.source,
        note=decision.note[:500],
    )
    return _out(decided)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _out(one: collection.Overlap) -> OverlapOut:
    evidence = one.evidence
    return OverlapOut(
        id=one.public_id,
        left=one.left.code,
        right=one.right.code,
        source=one.source.code,
        state=one.state,
        weight=one.weight,
        subjects=one.subjects,
        contained=one.contained,
        key=evidence["key"],
        share=evidence["share"],
        through=evidence["through"],
        reasons=evidence["reasons"],
        agreements=[AgreementOut(**agreement) for agreement in evidence["agreements"]],
        found_at=one.found_at,
    )
