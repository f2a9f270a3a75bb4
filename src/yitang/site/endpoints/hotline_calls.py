"""The hotline's telephone as JSON: earlier calls, a call taken or added, what was corrected."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.ground.organisations.api import User, check_can
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    AppealKind,
    Category,
    Channel,
    add_call,
    appeal_for,
    appeal_numbered,
    categories,
    correct_appeal,
    earlier_appeals,
    file_appeal,
)
from yitang.public.hotline.errors import CategoryUnknown

from .intake import Given

router = Router(tags=["hotline"], auth=django_auth)


class UnderstoodIn(Given):
    """What a person chose; what is left out the words tell, or stays."""

    kind: AppealKind | None = None
    tier: str | None = None
    category: str | None = None
    division_code: str | None = None


class CallIn(UnderstoodIn):
    text: str
    title: str = ""
    place: str = ""
    name: str = ""
    mobile: str = ""
    is_confidential: bool = False


class TakenOut(Schema):
    """What the agent tells the caller, and what was understood."""

    public_id: UUID
    short_number: str
    number: str
    state: str
    tier: str


class LookIn(Given):
    mobile: str
    purpose: str


class EarlierOut(Schema):
    public_id: UUID
    number: str
    title: str
    state: str
    filed_at: datetime
    is_open: bool


class AddIn(Given):
    text: str


class CorrectIn(UnderstoodIn):
    note: str


class UnderstoodOut(Schema):
    public_id: UUID
    number: str
    state: str
    kind: str
    tier: str
    category: str
    division_code: str
    due_at: datetime | None


@router.post("/calls", response=TakenOut)
def take(request: HttpRequest, body: CallIn) -> TakenOut:
    """Take down what a caller says; ``short_number`` is for the caller alone."""
    given = body.dict(exclude={"category"})
    taken = file_appeal(
        **given,
        category=_category(body.category),
        channel=Channel.PHONE,
        agent=_user(request),
        at=now(),
        model=settings().files / "appeals.npz",
        home=settings().division,
    )
    return TakenOut(
        public_id=taken.public_id,
        short_number=taken.short_number,
        number=taken.case.number,
        state=taken.case.state,
        tier=taken.tier,
    )


@router.post("/calls/earlier", response=list[EarlierOut])
def earlier(request: HttpRequest, body: LookIn) -> list[EarlierOut]:
    """What a number told before, at most ten, open ones first; the ledger gets an entry."""
    found = earlier_appeals(
        mobile=body.mobile,
        purpose=body.purpose,
        actor=_user(request),
        at=now(),
        home=settings().division,
    )
    return [
        EarlierOut(
            public_id=row.public_id,
            number=row.case.number,
            title=row.title,
            state=row.case.state,
            filed_at=row.filed_at,
            is_open=row.case.is_open,
        )
        for row in found
    ]


@router.get("/numbered/{number}", response=UnderstoodOut)
def numbered(request: HttpRequest, number: str) -> UnderstoodOut:
    """An appeal by the number of its case, or by the short one that a caller reads out."""
    user = _user(request)
    check_can(user, "hotline.take")
    return _understood(user, appeal_numbered(user, number).public_id)


@router.post("/{public_id}/calls", response=UnderstoodOut)
def add(request: HttpRequest, public_id: UUID, body: AddIn) -> UnderstoodOut:
    """Add what the caller says when calling again about the same matter."""
    user = _user(request)
    add_call(appeal_id=appeal_for(user, public_id).pk, text=body.text, actor=user, at=now())
    return _understood(user, public_id)


@router.post("/{public_id}/correct", response=UnderstoodOut)
def correct(request: HttpRequest, public_id: UUID, body: CorrectIn) -> UnderstoodOut:
    """Mend kind, urgency, class or place; ``note`` says in the history what and why."""
    user = _user(request)
    correct_appeal(
        appeal_id=appeal_for(user, public_id).pk,
        actor=user,
        at=now(),
        note=body.note,
        kind=body.kind,
        tier=body.tier,
        category=_category(body.category),
        division_code=body.division_code,
    )
    return _understood(user, public_id)


def _understood(user: User, public_id: UUID) -> UnderstoodOut:
    appeal = appeal_for(user, public_id)
    return UnderstoodOut(
        public_id=appeal.public_id,
        number=appeal.case.number,
        state=appeal.case.state,
        kind=appeal.kind,
        tier=appeal.tier,
        category=appeal.category.label if appeal.category else "",
        division_code=appeal.division_code,
        due_at=appeal.case.due_at,
    )


def _category(label: str | None) -> Category | None:
    if not label:
        return None
    found = next((row for row in categories() if row.label == label), None)
    if found is None:
        raise CategoryUnknown(field="category", label=label)
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user
