"""The foundation databases as JSON: counts, and one person for a purpose."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.data.fusion import api as fusion
from yitang.ground.organisations.api import User
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["fusion"], auth=django_auth)


class SourceOut(Schema):
    dataset: str
    party: str
    records: int
    matched: int
    missing: int
    invalid: int


class CoverageOut(Schema):
    division_code: str
    band: str
    persons: int
    with_address: int
    with_phone: int


class ReportOut(Schema):
    base: str
    at: datetime
    version: int
    entities: int
    records: int
    matched: int
    unmatched: int
    conflicts: dict[str, int]
    filled: dict[str, int]
    sources: list[SourceOut]
    coverage: list[CoverageOut]


class OpenIn(Given):
    """The number goes in the body, never in the address."""

    identity_number: str
    purpose: str


class ClaimOut(Schema):
    dataset: str
    organisation: str
    value: str
    as_of: date | None
    is_chosen: bool


class FieldOut(Schema):
    name: str
    value: str
    is_disputed: bool
    claims: list[ClaimOut]


class PersonOut(Schema):
    person_id: str
    fields: list[FieldOut]


@router.get("/bases/{slug:base}", response=ReportOut, summary="A base's last fusion")
def base_report(request: HttpRequest, base: str) -> ReportOut:
    fusion.check_can_see(_user(request))
    report = fusion.last_report(fusion.base_named(base))
    return ReportOut(
        base=report.base,
        at=report.at,
        version=report.version,
        entities=report.entities,
        records=report.records,
        matched=report.matched,
        unmatched=report.unmatched,
        conflicts=dict(report.conflicts),
        filled=dict(report.filled),
        sources=[
            SourceOut(
                dataset=row.dataset,
                party=row.party,
                records=row.records,
                matched=row.matched,
                missing=row.missing,
                invalid=row.invalid,
            )
            for row in report.sources
        ],
        coverage=[
            CoverageOut(
                division_code=row.division_code,
                band=row.band,
                persons=row.persons,
                with_address=row.with_address,
                with_phone=row.with_phone,
            )
            for row in report.coverage
        ],
    )


@router.post("/people/open", response=PersonOut, summary="Open a person's record, recorded")
def open_person(request: HttpRequest, asked: OpenIn) -> PersonOut:
    """Each field with what every department says of it; an entry goes into the ledger."""
    found = fusion.open_person(
        identity_number=asked.identity_number,
        purpose=asked.purpose,
        actor=_user(request),
        at=now(),
    )
    return PersonOut(
        person_id=found.person_id,
        fields=[
            FieldOut(
                name=field.name,
                value=field.value,
                is_disputed=field.is_disputed,
                claims=[
                    ClaimOut(
                        dataset=claim.dataset,
                        organisation=claim.organisation,
                        value=claim.value,
                        as_of=claim.as_of,
                        is_chosen=claim.is_chosen,
                    )
                    for claim in field.claims
                ],
            )
            for field in found.fields
        ],
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user
