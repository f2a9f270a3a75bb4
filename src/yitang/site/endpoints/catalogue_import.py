"""A portal's dump over HTTP: looked at first, then taken in."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import AnswerWrong, DumpTooLarge, NoWorkbook
from yitang.ground.organisations.api import User
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now, translated

from .intake import Given

router = Router(tags=["catalogue"], auth=django_auth)
LIMIT_MB = 30
RECORDS = 1000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FieldOut(Schema):
    field: str
    target: str
    score: float
    reason: str
    examples: list[str]


class QuestionOut(Schema):
    key: str
    question: str
    records: int
    choices: list[str]
    otherwise: str


class CountedReasonOut(Schema):
    code: str
    reason: str
    records: int


class PlanOut(Schema):
    file: str
    kind: str
    understood: dict[str, str]
    delivered: int
    accepted: int
    rejected: int
    missing: list[str]
    fields: list[FieldOut]
    reasons: list[CountedReasonOut]
    questions: list[QuestionOut]
    unknown_departments: list[str]
    bad_cells: list[BadCellOut]


class BadCellOut(Schema):
    sheet: str
    row: int
    column: str
    problem: str


class MarkedOut(Schema):
    file: str
    bad_cells: int
    base64: str


class MoveIn(Given):
    verb: Literal["propose", "consent", "publish"]
    secrecy_risk: str = ""
    privacy_impact: str = ""


class LeftOut(Schema):
    dataset: str
    code: str
    reason: str


class MovedOut(Schema):
    verb: str
    moved: int
    left: list[LeftOut]


class ImportOut(Schema):
    id: UUID
    file: str
    kind: str
    delivered: int
    accepted: int
    rejected: int
    created: int
    changed: int
    published: int
    repeated: bool
    at: datetime
    mapping: dict[str, str]
    next: dict[str, int]
    reasons: list[CountedReasonOut]


class RecordOut(Schema):
    number: int
    outcome: str
    name: str
    department: str
    reason: str
    dataset: str


@router.post("/plans", response=PlanOut, summary="Look at a portal's dump")
def plan(
    request: HttpRequest,
    file: File[UploadedFile],
    mapping: Form[str] = "{}",
    answers: Form[str] = "{}",
    source: Form[str] = "",
) -> PlanOut:
    """The proposed mapping with its reasons, and the open questions. Nothing is written.

    ``mapping`` (field to target) and ``answers`` (key to value) are JSON objects of texts.
    """
    found = catalogue.plan_import(
        content=_content(file),
        file=file.name or "",
        actor=_user(request),
        given=_texts("mapping", mapping),
        answers=_texts("answers", answers),
        source=source,
    )
    return PlanOut(
        file=found.file,
        kind=found.kind,
        understood=dict(found.understood),
        delivered=found.delivered,
        accepted=found.delivered - found.rejected,
        rejected=found.rejected,
        missing=list(found.missing),
        fields=[
            FieldOut(
                field=row.field,
                target=row.target,
                score=row.score,
                reason=str(row.reason),
                examples=list(row.examples),
            )
            for row in found.fields
        ],
        reasons=[
            CountedReasonOut(code=text.code, reason=str(text), records=count)
            for text, count in found.reasons
        ],
        questions=[
            QuestionOut(
                key=question.key,
                question=str(question.text),
                records=question.records,
                choices=list(question.choices),
                otherwise=question.otherwise,
            )
            for question in found.questions
        ],
        unknown_departments=found.unknown,
        bad_cells=[
            BadCellOut(
                sheet=fault.sheet, row=fault.row, column=fault.heading, problem=str(fault.problem)
            )
            for fault in (found.workbook.faults if found.workbook else [])
        ],
    )


@router.get("/template.xlsx", summary="The empty workbook of entries")
def template(request: HttpRequest) -> HttpResponse:
    """A sheet of entries, a sheet of their items, and what may be written where."""
    _user(request)
    return _workbook(catalogue.workbook_of([]), "catalogue.xlsx")


@router.post("/marked", response=MarkedOut, summary="A workbook with its bad cells marked")
def marked(request: HttpRequest, file: File[UploadedFile]) -> MarkedOut:
    """Nothing is written; a file that was not made from the template is refused."""
    content = _content(file)
    found = catalogue.plan_import(content=content, file=file.name or "", actor=_user(request))
    if found.workbook is None:
        raise NoWorkbook(file=file.name or "")
    told = catalogue.marked_entries(content, found.workbook.faults, say=translated)
    return MarkedOut(
        file=file.name or "",
        bad_cells=len(found.workbook.faults),
        base64=base64.b64encode(told).decode(),
    )


@router.post("", response=ImportOut, summary="Take a portal's dump in")
def take(
    request: HttpRequest,
    file: File[UploadedFile],
    mapping: Form[str] = "{}",
    answers: Form[str] = "{}",
    source: Form[str] = "",
    publish: Form[bool] = False,
) -> ImportOut:
    """Every record becomes an entry, a draft of its department, or is rejected with a reason."""
    taken = catalogue.import_catalogue(
        content=_content(file),
        file=file.name or "",
        actor=_user(request),
        at=now(),
        given=_texts("mapping", mapping),
        answers=_texts("answers", answers),
        source=source,
        publish=publish,
    )
    return _out(_user(request), taken.run, repeated=taken.repeated)


@router.get("/{uuid:public_id}", response=ImportOut, summary="What came of a dump")
def taken(request: HttpRequest, public_id: UUID) -> ImportOut:
    user = _signed_in(request)
    return _out(user, catalogue.import_for(user, public_id), repeated=False)


@router.post("/{uuid:public_id}/moves", response=MovedOut, summary="Move its entries on")
def move(request: HttpRequest, public_id: UUID, payload: MoveIn) -> MovedOut:
    """Propose, consent to or publish every entry of it that the caller may; the others say why."""
    user = _signed_in(request)
    done = catalogue.move_imported(
        run=catalogue.import_for(user, public_id), actor=user, at=now(), **payload.dict()
    )
    return MovedOut(
        verb=done.verb,
        moved=done.moved,
        left=[
            LeftOut(dataset=draft.dataset.code, code=reason.code, reason=str(reason))
            for draft, reason in done.left
        ],
    )


@router.get("/{uuid:public_id}/records", response=list[RecordOut], summary="Its records")
def records(request: HttpRequest, public_id: UUID, outcome: str = "") -> list[RecordOut]:
    """At most 1000; ``outcome`` is created, changed, unchanged or rejected."""
    user = _signed_in(request)
    run = catalogue.import_for(user, public_id)
    return [
        RecordOut(
            number=row.number,
            outcome=row.outcome,
            name=row.name,
            department=row.department,
            reason=str(row.reason) if row.outcome == "rejected" else "",
            dataset=row.dataset.code if row.dataset is not None else "",
        )
        for row in catalogue.records_of(user, run, outcome=outcome, limit=RECORDS)
    ]


def _user(request: HttpRequest) -> User:
    user = _signed_in(request)
    catalogue.check_can_import(user)
    return user


def _signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _content(file: UploadedFile) -> bytes:
    if (file.size or 0) > LIMIT_MB * 2**20:
        size = -(-(file.size or 0) // 2**20)
        raise DumpTooLarge(file=file.name or "", size=size, limit=LIMIT_MB)
    content: bytes = file.read()
    return content


def _texts(name: str, text: str) -> dict[str, str]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise AnswerWrong(key=name, value=text[:80], problem="it is no JSON object of texts")
    return value


def _out(user: User, run: catalogue.CatalogueImport, *, repeated: bool) -> ImportOut:
    return ImportOut(
        id=run.public_id,
        file=run.file_name,
        kind=run.kind,
        delivered=run.delivered,
        accepted=run.accepted,
        rejected=run.rejected,
        created=run.created,
        changed=run.changed,
        published=run.published,
        repeated=repeated,
        at=run.at,
        mapping=run.mapping,
        next={verb: len(rows) for verb, rows in catalogue.next_moves(user, run).items()},
        reasons=[
            CountedReasonOut(code=text.code, reason=str(text), records=count)
            for text, count in catalogue.reasons_of(user, run)
        ],
    )
