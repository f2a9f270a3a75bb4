"""Divisions and organisations as JSON: public registers; proposals for officers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotFound
from yitang.ground.organisations.api import (
    Division,
    Level,
    Organisation,
    OrganisationProposal,
    User,
    check_can,
    confirm_organisation,
    division,
    division_path,
    divisions_below,
    organisation,
    organisations_in,
    organisations_with_duty,
    proposal_for,
    proposals,
    propose_organisation,
    refuse_organisation,
    resolve_division,
    user_by_username,
    verify_identity,
)
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["organisations"], auth=None)


class DivisionOut(Schema):
    code: str
    name: str
    short_name: str
    level: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None


class DivisionDetailOut(DivisionOut):
    path: str
    stands_for: list[str]


class OrganisationOut(Schema):
    public_id: UUID
    name: str
    short_name: str
    credit_code: str
    division_code: str
    kind: str
    duties: list[str]


class ProposalIn(Given):
    name: str
    division_code: str
    found_in: str = ""


class IdentityIn(Given):
    name: str
    identity_number: str
    purpose: str


class VerifiedOut(Schema):
    username: str
    is_verified: bool


class DecisionIn(Given):
    confirm: bool
    credit_code: str = ""
    note: str = ""


class ProposalOut(Schema):
    public_id: UUID
    name: str
    division_code: str
    found_in: str
    state: str
    proposed_at: datetime
    decided_at: datetime | None
    note: str
    credit_code: str


@router.get("/divisions/{code}", response=DivisionDetailOut, summary="One division")
def one_division(request: HttpRequest, code: str, on: date | None = None) -> DivisionDetailOut:
    """``stands_for``: the codes in force ``on`` a day (today), successors followed."""
    found = division(code)
    current = resolve_division(code, on=on or civil_date(now()))
    return DivisionDetailOut(
        **_division_out(found).dict(),
        path=division_path(code),
        stands_for=[row.code for row in current],
    )


@router.get("/divisions/{code}/children", response=list[DivisionOut], summary="The next level")
def children(request: HttpRequest, code: str, on: date | None = None) -> list[DivisionOut]:
    known = division(code)
    return [_division_out(row) for row in divisions_below(known.code, on=on or civil_date(now()))]


@router.get("/organisations", response=list[OrganisationOut], summary="Organisations of a place")
def organisations(
    request: HttpRequest, division_code: str, duty: str = ""
) -> list[OrganisationOut]:
    """Of a division and below; with ``duty``, those charged with it at the nearest level above."""
    found = (
        organisations_with_duty(duty, division_code) if duty else organisations_in(division_code)
    )
    return [_organisation_out(row) for row in found]


@router.get("/organisations/{uuid:public_id}", response=OrganisationOut, summary="One organisation")
def one_organisation(request: HttpRequest, public_id: UUID) -> OrganisationOut:
    return _organisation_out(organisation(public_id))


@router.get(
    "/organisations/proposals",
    response=list[ProposalOut],
    auth=django_auth,
    summary="Organisations proposed",
)
def proposed(request: HttpRequest, state: str = "") -> list[ProposalOut]:
    """All for who may found them, else those of one's own office; at most 200."""
    return [_proposal_out(row) for row in proposals(_user(request), state=state[:10])]


@router.post(
    "/organisations/proposals",
    response=ProposalOut,
    auth=django_auth,
    summary="Propose an organisation",
)
def propose(request: HttpRequest, payload: ProposalIn) -> ProposalOut:
    """For an office that exists and is not registered; the same again is the open proposal."""
    row = propose_organisation(actor=_user(request), at=now(), **payload.dict())
    return _proposal_out(row)


@router.post(
    "/organisations/proposals/{uuid:public_id}/decision",
    response=ProposalOut,
    auth=django_auth,
    summary="Found or refuse it",
)
def decide(request: HttpRequest, public_id: UUID, payload: DecisionIn) -> ProposalOut:
    """Without a credit code it is founded provisionally; a refusal says why."""
    user = _user(request)
    row = proposal_for(user, public_id)
    if payload.confirm:
        confirm_organisation(proposal=row, credit_code=payload.credit_code, actor=user, at=now())
    else:
        refuse_organisation(proposal=row, note=payload.note, actor=user, at=now())
    return _proposal_out(proposal_for(user, public_id))


@router.post(
    "/accounts/{username}/identity",
    response=VerifiedOut,
    auth=django_auth,
    summary="Verify whose account it is",
)
def verify(request: HttpRequest, username: str, payload: IdentityIn) -> VerifiedOut:
    """By a counter clerk with the identity card in hand; once, and it stands in the ledger."""
    actor = _user(request)
    check_can(actor, "organisations.verify_identity")
    user = user_by_username(username)
    if user is None:
        raise NotFound(kind="user", id=username)
    verify_identity(user=user, actor=actor, at=now(), **payload.dict())
    return VerifiedOut(username=username, is_verified=True)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _proposal_out(row: OrganisationProposal) -> ProposalOut:
    return ProposalOut(
        public_id=row.public_id,
        name=row.name,
        division_code=row.division.code,
        found_in=row.found_in,
        state=row.state,
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        note=row.note,
        credit_code=row.organisation.credit_code if row.organisation else "",
    )


def _division_out(row: Division) -> DivisionOut:
    return DivisionOut(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=Level(row.level).name.lower(),
        parent=row.parent.code if row.parent else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _organisation_out(row: Organisation) -> OrganisationOut:
    return OrganisationOut(
        public_id=row.public_id,
        name=row.name,
        short_name=row.short_name,
        credit_code=row.credit_code,
        division_code=row.division.code,
        kind=row.kind,
        duties=row.duties,
    )
