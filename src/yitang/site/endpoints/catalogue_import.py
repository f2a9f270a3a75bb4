"""A portal's dump over HTTP: looked at first, then taken in."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import AnswerWrong, DumpTooLarge
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

router = Router(tags=["catalogue"], auth=django_auth)
LIMIT_MB = 30
RECORDS = 1000


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
    return _out(taken.run, repeated=taken.repeated)


@router.get("/{uuid:public_id}", response=ImportOut, summary="What came of a dump")
def taken(request: HttpRequest, public_id: UUID) -> ImportOut:
    return _out(catalogue.import_for(_user(request), public_id), repeated=False)


@router.get("/{uuid:public_id}/records", response=list[RecordOut], summary="Its records")
def records(request: HttpRequest, public_id: UUID, outcome: str = "") -> list[RecordOut]:
    """At most 1000; ``outcome`` is created, changed, unchanged or rejected."""
    run = catalogue.import_for(_user(request), public_id)
    return [
        RecordOut(
            number=row.number,
            outcome=row.outcome,
            name=row.name,
            department=row.department,
            reason=str(row.reason) if row.outcome == "rejected" else "",
            dataset=row.dataset.code if row.dataset is not None else "",
        )
        for row in catalogue.records_of(run, outcome=outcome, limit=RECORDS)
    ]


def _user(request: HttpRequest) -> User:
    check_can(request.user, "catalogue.edit")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


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


def _out(run: catalogue.CatalogueImport, *, repeated: bool) -> ImportOut:
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
        reasons=[
            CountedReasonOut(code=text.code, reason=str(text), records=count)
            for text, count in catalogue.reasons_of(run)
        ],
    )
