"""Divisions and organisations as JSON: public registers, no people."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import (
    Division,
    Level,
    Organisation,
    division,
    division_path,
    divisions_below,
    organisation,
    organisations_in,
    organisations_with_duty,
    resolve_division,
)
from yitang.ground.plumbing.api import now

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
