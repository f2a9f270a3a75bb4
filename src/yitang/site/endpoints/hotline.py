"""Appeals as JSON: anyone files and follows; the hotline and the offices handle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.security import django_auth

from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import typed_mobile
from yitang.ground.organisations.api import User, check_can, organisation, scope_of
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    Appeal,
    AppealKind,
    Rate,
    Solved,
    answer_appeal,
    answer_at_once,
    appeal_followed,
    appeal_for,
    arbitrate_appeal,
    call_back,
    categories,
    check_may_send,
    dispatch_appeal,
    dispatch_shares,
    file_appeal,
    refer_appeal,
    return_appeal,
    reveal_caller,
    shown_answers,
    shown_number,
    shown_text,
    sign_for_appeal,
    suggest_dispatch,
    three_rates,
)
from yitang.public.hotline.rules import rate_period

from .intake import Given

router = Router(tags=["hotline"], auth=django_auth)
MOVES: dict[str, Any] = {
    "sign": sign_for_appeal,
    "return": return_appeal,
    "answer": answer_appeal,
    "answer-at-once": answer_at_once,
    "refer": refer_appeal,
}
Verb = Literal["sign", "return", "answer", "answer-at-once", "refer"]
Days = Annotated[int, Field(ge=1, le=3660)]
TEXT_NAMES = {"sign": "note", "return": "reason", "refer": "reason"}


class AppealIn(Given):
    text: str
    title: str = ""
    place: str = ""
    kind: AppealKind | None = None
    name: str = ""
    mobile: str = ""
    is_confidential: bool = False
    is_anonymous: bool = False


class AnswerOut(Schema):
    text: str
    organisation: str
    at: datetime


class FollowedOut(Schema):
    """What the short number opens: never who filed it, nor the text."""

    short_number: str
    number: str
    state: str
    holder: str
    due_at: datetime | None
    answers: list[AnswerOut]


class AppealOut(FollowedOut):
    """One appeal; ``short_number`` is empty for everybody but the signed-in person who filed it."""

    public_id: UUID
    kind: str
    tier: str
    title: str
    text: str
    category: str
    division_code: str
    filed_at: datetime
    is_confidential: bool
    dispatch_basis: str
    dispatch_obstacle: str


class SuggestionOut(Schema):
    category: str
    probability: float
    alternatives: list[tuple[str, float]]
    division_code: str
    tier: str
    organisations: list[UUID]
    is_sure: bool
    basis: str
    obstacle: str
    holder: UUID | None


class SendIn(Given):
    organisation: UUID
    category: str = ""
    division_code: str | None = None
    tier: str | None = None
    note: str = ""


class TextIn(Given):
    text: str = ""


class CallBackIn(Given):
    reached: bool
    contacted: bool | None = None
    solved: Solved | None = None
    satisfied: Solved | None = None
    redo: bool = False
    note: str = ""


class PurposeIn(Given):
    purpose: str


class CallerOut(Schema):
    name: str
    mobile: str


class RateOut(Schema):
    numerator: float
    denominator: int
    share: float | None


class RatesOut(Schema):
    response: RateOut
    solved: RateOut
    satisfied: RateOut


class DispatchOut(Schema):
    """How appeals were dispatched; an appeal that came settled is in none of these."""

    by_class: int
    to_territory: int
    to_person: int
    whole: int


@router.post("", response=FollowedOut, auth=None)
def file(request: HttpRequest, body: AppealIn) -> FollowedOut:
    """File an appeal; signing in is not needed. Send an ``Idempotency-Key`` to be safe."""
    caller = request.user if isinstance(request.user, User) else None
    check_may_send(
        address=get_adapter().get_client_ip(request),
        sender=str(caller.public_id) if caller else typed_mobile(body.mobile),
        most=settings().open_limit,
    )
    appeal = file_appeal(
        **body.dict(),
        caller=caller,
        at=now(),
        model=settings().files / "appeals.npz",
        home=settings().division,
    )
    return FollowedOut(**_followed(request.user, appeal))


@router.get("/follow/{number}", response=FollowedOut, auth=None)
def follow(request: HttpRequest, number: str) -> FollowedOut:
    """Where an appeal is, by its short number."""
    address = get_adapter().get_client_ip(request)
    found = appeal_followed(number=number, address=address, most=settings().open_limit)
    return FollowedOut(**_followed(request.user, found))


@router.get("/rates", response=RatesOut)
def rates(request: HttpRequest, days: Days = 30, within: str | None = None) -> RatesOut:
    """The three rates of the last ``days`` whole days and of today so far, of ``within`` or the
    reader's own area."""
    user = _user(request)
    prefix = scope_of(user, permission="hotline.read_rates").division_prefixes
    area = within or (f"{prefix[0]:0<6}" if prefix and prefix[0] else None)
    check_can(user, "hotline.read_rates", division_code=area or settings().division)
    since, until = rate_period(now(), days=days)
    found = three_rates(since=since, until=until, within=area)
    return RatesOut(
        response=_rate(found.response),
        solved=_rate(found.solved),
        satisfied=_rate(found.satisfied),
    )


@router.get("/dispatch", response=DispatchOut)
def dispatched(request: HttpRequest, days: Days = 30, within: str | None = None) -> DispatchOut:
    """Of the appeals filed in the last ``days`` days: how many went by class, to the territorial
    government, to a person."""
    area = _area(_user(request), within)
    today = civil_date(now())
    found = dispatch_shares(within=area, since=today - timedelta(days=days), until=today)
    return DispatchOut(
        by_class=found.by_class,
        to_territory=found.to_territory,
        to_person=found.to_person,
        whole=found.whole,
    )


@router.get("/{public_id}", response=AppealOut)
def appeal(request: HttpRequest, public_id: UUID) -> AppealOut:
    """One appeal as the reader may see it."""
    user = _user(request)
    return _appeal(user, appeal_for(user, public_id))


@router.get("/{public_id}/suggestion", response=SuggestionOut)
def suggestion(request: HttpRequest, public_id: UUID) -> SuggestionOut:
    """Class, place, urgency and office that the words suggest, with probabilities; on what
    ground it would go to ``holder`` by itself, or the obstacle that keeps it for a person."""
    found = suggest_dispatch(
        appeal_for(_user(request), public_id),
        model=settings().files / "appeals.npz",
        home=settings().division,
        at=now(),
    )
    return SuggestionOut(
        category=found.category.label if found.category else "",
        probability=found.probability,
        alternatives=list(found.alternatives),
        division_code=found.division_code,
        tier=found.tier.code,
        organisations=[row.public_id for row in found.organisations],
        is_sure=found.is_sure,
        basis=found.route.basis or "",
        obstacle=found.route.obstacle or "",
        holder=found.holder.public_id if found.holder else None,
    )


@router.post("/{public_id}/dispatch", response=AppealOut)
def dispatch(request: HttpRequest, public_id: UUID, body: SendIn) -> AppealOut:
    """Send an appeal to the organisation that shall handle it."""
    user = _user(request)
    found = dispatch_appeal(tier=body.tier, **_sending(user, public_id, body))
    return _appeal(user, found)


@router.post("/{public_id}/arbitrate", response=AppealOut)
def arbitrate(request: HttpRequest, public_id: UUID, body: SendIn) -> AppealOut:
    """Decide whose duty a returned appeal is; it cannot be returned again."""
    user = _user(request)
    return _appeal(user, arbitrate_appeal(**_sending(user, public_id, body)))


@router.post("/{public_id}/call-back", response=AppealOut)
def ask_back(request: HttpRequest, public_id: UUID, body: CallBackIn) -> AppealOut:
    """Keep what the caller said; close the appeal or have it redone."""
    user = _user(request)
    appeal_id = appeal_for(user, public_id).pk
    return _appeal(user, call_back(appeal_id=appeal_id, actor=user, at=now(), **body.dict()))


@router.post("/{public_id}/caller", response=CallerOut)
def caller(request: HttpRequest, public_id: UUID, body: PurposeIn) -> CallerOut:
    """Open who called, for a purpose; the ledger gets an entry first."""
    user = _user(request)
    found = reveal_caller(
        appeal_id=appeal_for(user, public_id).pk, actor=user, purpose=body.purpose, at=now()
    )
    return CallerOut(name=found.name, mobile=found.mobile)


@router.post("/{public_id}/moves/{verb}", response=AppealOut)
def move(request: HttpRequest, public_id: UUID, verb: Verb, body: TextIn) -> AppealOut:
    """``sign``, ``return``, ``answer``, ``answer-at-once`` or ``refer``, with its text."""
    user = _user(request)
    found = appeal_for(user, public_id)
    text = {TEXT_NAMES.get(verb, "text"): body.text}
    return _appeal(user, MOVES[verb](appeal_id=found.pk, actor=user, at=now(), **text))


def _area(user: User, within: str | None) -> str:
    """The division whose figures are asked for, which the reader may see."""
    prefix = scope_of(user, permission="hotline.read_rates").division_prefixes
    area = within or (f"{prefix[0]:0<6}" if prefix and prefix[0] else settings().division)
    check_can(user, "hotline.read_rates", division_code=area)
    return area


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _sending(user: User, public_id: UUID, body: SendIn) -> dict[str, Any]:
    return {
        "appeal_id": appeal_for(user, public_id).pk,
        "organisation": organisation(body.organisation),
        "category": next((row for row in categories() if row.label == body.category), None),
        "division_code": body.division_code,
        "note": body.note,
        "actor": user,
        "at": now(),
    }


def _followed(user: User | AnonymousUser, appeal: Appeal) -> dict[str, Any]:
    holder = appeal.unit or appeal.case.organisation
    return {
        "short_number": appeal.short_number,
        "number": appeal.case.number,
        "state": appeal.case.state,
        "holder": holder.name if holder else "",
        "due_at": appeal.case.due_at,
        "answers": [
            AnswerOut(
                text=answer.text,
                organisation=answer.organisation.name if answer.organisation else "",
                at=answer.at,
            )
            for answer in shown_answers(user, appeal)
        ],
    }


def _appeal(user: User, appeal: Appeal) -> AppealOut:
    return AppealOut(
        **_followed(user, appeal) | {"short_number": shown_number(user, appeal)},
        public_id=appeal.public_id,
        kind=appeal.kind,
        tier=appeal.tier,
        title=appeal.title,
        text=shown_text(user, appeal),
        category=appeal.category.label if appeal.category else "",
        division_code=appeal.division_code,
        filed_at=appeal.filed_at,
        is_confidential=appeal.is_confidential,
        dispatch_basis=appeal.dispatch_basis,
        dispatch_obstacle=appeal.dispatch_obstacle,
    )


def _rate(rate: Rate) -> RateOut:
    return RateOut(numerator=rate.numerator, denominator=rate.denominator, share=rate.share)
