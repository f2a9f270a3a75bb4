"""The register of information systems as JSON: list, sums, one of them, changes, files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import DumpTooLarge
from yitang.data.catalogue.rules.systems import SystemSpec
from yitang.ground.organisations.api import User, organisation_by_credit_code
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["catalogue"], auth=django_auth)
LIMIT_MB = 30


class SystemData(Given):
    name: str
    purpose: str = ""
    network: str = ""
    hosting: str = ""
    security_grade: int = 0
    supplier: str = ""
    start_year: int | None = None
    build_cost: Decimal | None = None
    yearly_cost: Decimal | None = None


class SystemIn(SystemData):
    code: str
    organisation_code: str


class AmendmentIn(SystemData):
    note: str = ""


class SystemDecisionIn(Given):
    verb: Literal["connect", "migrate", "merge", "retire", "resume"]
    on: date | None = None
    successor: str = ""
    note: str = ""


class SystemOut(SystemData):
    public_id: UUID
    code: str
    organisation: str
    organisation_code: str
    state: str
    since: date
    successor: str


class SystemEventOut(Schema):
    verb: str
    before: str
    after: str
    on: date
    at: datetime
    actor: str
    note: str
    changes: dict[str, list[str]]


class YieldOut(Schema):
    code: str
    name: str
    gathered_at: datetime | None


class WholeSystemOut(SystemOut):
    datasets: list[YieldOut]
    history: list[SystemEventOut]


class SystemsOut(Schema):
    systems: list[SystemOut]
    next_cursor: str | None


class SumsOut(Schema):
    systems: int
    running: int
    joined: int
    ended: int
    yearly_cost: Decimal
    ended_cost: Decimal
    build_cost: Decimal
    unknown_costs: int


class DepartmentSumsOut(SumsOut):
    organisation: str
    division: str


class AllSumsOut(SumsOut):
    departments: list[DepartmentSumsOut]


class SystemFilterIn(Given):
    text: str = ""
    organisation: UUID | None = None
    state: str = ""
    network: str = ""


class FaultOut(Schema):
    field: str
    problem: str


class RowOut(Schema):
    row: int
    code: str
    faults: list[FaultOut]


class LoadedOut(Schema):
    file: str
    delivered: int
    accepted: int
    rejected: int
    created: int
    changed: int
    unchanged: int
    ignored_columns: list[str]
    rejected_rows: list[RowOut]


@router.get("", response=SystemsOut, summary="The register of information systems")
def systems(request: HttpRequest, wanted: Query[SystemFilterIn], cursor: str = "") -> SystemsOut:
    """A data officer sees those of the own department, the authority those of its division."""
    page = catalogue.systems(_user(request), _filter(wanted), cursor=cursor)
    return SystemsOut(systems=[_out(row) for row in page.rows], next_cursor=page.next_cursor)


@router.get("/sums", response=AllSumsOut, summary="What the systems come to, by department")
def sums(request: HttpRequest, wanted: Query[SystemFilterIn]) -> AllSumsOut:
    """Leaders and supervisors read the sums of their division, without the single systems."""
    user = _user(request)
    departments = [
        DepartmentSumsOut(
            organisation=one.organisation, division=one.division, **_sums(one.sums).dict()
        )
        for one in catalogue.system_sums_by_department(user, _filter(wanted))
    ]
    whole = _sums(catalogue.system_sums(user, _filter(wanted)))
    return AllSumsOut(**whole.dict(), departments=departments)


@router.post("", response=WholeSystemOut, summary="Enter a system")
def register(request: HttpRequest, given: SystemIn) -> WholeSystemOut:
    user = _user(request)
    made = catalogue.register_system(
        spec=_spec(given, given.code),
        organisation=organisation_by_credit_code(given.organisation_code),
        actor=user,
        at=now(),
    )
    return _whole(user, made.public_id)


@router.post("/files", response=LoadedOut, summary="Enter and change systems from a file")
def load(request: HttpRequest, file: File[UploadedFile], look: Form[bool] = False) -> LoadedOut:
    """CSV or Excel; each row is taken or rejected. ``look``: say so and write nothing."""
    if (file.size or 0) > LIMIT_MB * 2**20:
        size = -(-(file.size or 0) // 2**20)
        raise DumpTooLarge(file=file.name or "", size=size, limit=LIMIT_MB)
    found = catalogue.load_systems(
        content=file.read(), file=file.name or "", actor=_user(request), at=now(), look=look
    )
    return LoadedOut.model_validate(found.document)


@router.get("/{uuid:public_id}", response=WholeSystemOut, summary="One information system")
def system(request: HttpRequest, public_id: UUID) -> WholeSystemOut:
    return _whole(_user(request), public_id)


@router.put("/{uuid:public_id}", response=WholeSystemOut, summary="Change a system")
def amend(request: HttpRequest, public_id: UUID, given: AmendmentIn) -> WholeSystemOut:
    user = _user(request)
    found = catalogue.system_for(user, public_id)
    catalogue.amend_system(
        system=found, spec=_spec(given, found.code), actor=user, at=now(), note=given.note
    )
    return _whole(user, public_id)


@router.post("/{uuid:public_id}/decisions", response=WholeSystemOut, summary="Decide of a system")
def decide(request: HttpRequest, public_id: UUID, given: SystemDecisionIn) -> WholeSystemOut:
    user = _user(request)
    catalogue.decide_system(
        system=catalogue.system_for(user, public_id),
        verb=given.verb,
        actor=user,
        at=now(),
        on=given.on,
        note=given.note,
        successor=given.successor,
    )
    return _whole(user, public_id)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _filter(wanted: SystemFilterIn) -> catalogue.SystemFilter:
    return catalogue.SystemFilter(
        text=wanted.text.strip()[:100],
        organisation=str(wanted.organisation or ""),
        state=wanted.state[:20],
        network=wanted.network[:20],
    )


def _spec(given: SystemData, code: str) -> SystemSpec:
    return SystemSpec(
        code=code.strip(),
        name=given.name.strip(),
        purpose=given.purpose.strip(),
        network=given.network,
        hosting=given.hosting,
        security_grade=given.security_grade,
        supplier=given.supplier.strip(),
        start_year=given.start_year,
        build_cost=given.build_cost,
        yearly_cost=given.yearly_cost,
    )


def _sums(found: catalogue.SystemSums) -> SumsOut:
    return SumsOut(
        systems=found.systems,
        running=found.running,
        joined=found.joined,
        ended=found.ended,
        yearly_cost=found.yearly_cost,
        ended_cost=found.ended_cost,
        build_cost=found.build_cost,
        unknown_costs=found.unknown_costs,
    )


def _out(row: catalogue.InformationSystem) -> SystemOut:
    return SystemOut(
        public_id=row.public_id,
        code=row.code,
        name=row.name,
        organisation=row.organisation.name,
        organisation_code=row.organisation.credit_code,
        purpose=row.purpose,
        network=row.network,
        hosting=row.hosting,
        security_grade=row.security_grade,
        supplier=row.supplier,
        start_year=row.start_year,
        build_cost=row.build_cost,
        yearly_cost=row.yearly_cost,
        state=row.state,
        since=row.since,
        successor=row.successor.code if row.successor else "",
    )


def _whole(user: User, public_id: UUID) -> WholeSystemOut:
    row = catalogue.system_for(user, public_id)
    return WholeSystemOut(
        **_out(row).dict(),
        datasets=[
            YieldOut(code=one.code, name=one.name, gathered_at=one.gathered_at)
            for one in catalogue.datasets_of_system(user, row)
        ],
        history=[
            SystemEventOut(
                verb=event.verb,
                before=event.before,
                after=event.after,
                on=event.on,
                at=event.at,
                actor=str(event.actor),
                note=event.note,
                changes=event.changes,
            )
            for event in catalogue.system_events(row)
        ],
    )
