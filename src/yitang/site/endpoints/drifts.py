"""Columns that are not as they were, as JSON: the list, and deciding."""

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


class DriftOut(Schema):
    id: UUID
    dataset: str
    kind: str
    state: str
    item: str
    label: str
    column: str
    share: float
    file: str
    batch: str
    case: str
    found_at: datetime


class DriftDecisionIn(Given):
    verb: Literal["add", "ignore", "take", "send_back"]
    label: str = ""
    note: str = ""


@router.get("", response=list[DriftOut], summary="Columns that are not as they were")
def drifts(request: HttpRequest, state: str = "pending", dataset: str = "") -> list[DriftOut]:
    """``state`` empty: decided ones too."""
    found = collection.drifts(_user(request), state=state, dataset=dataset)
    return [_out(drift) for drift in found]


@router.post("/{uuid:public_id}/decisions", response=DriftOut, summary="Decide about a column")
def decide(request: HttpRequest, public_id: UUID, decision: DriftDecisionIn) -> DriftOut:
    """``add`` or ``ignore`` a further column; ``take`` the next batch so, or ``send_back``."""
    user = _user(request)
    decided = collection.decide_drift(
        drift=collection.drift_for(user, public_id),
        verb=decision.verb,
        actor=user,
        at=now(),
        label=decision.label[:100],
        note=decision.note[:500],
    )
    return _out(decided)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _out(drift: collection.Drift) -> DriftOut:
    return DriftOut(
        id=drift.public_id,
        dataset=drift.dataset.code,
        kind=drift.kind,
        state=drift.state,
        item=drift.item,
        label=drift.label,
        column=drift.column,
        share=drift.share,
        file=drift.file,
        batch=drift.batch.number if drift.batch else "",
        case=drift.case.number if drift.case else "",
        found_at=drift.found_at,
    )
