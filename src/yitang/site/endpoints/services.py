"""Items, their trips, applications and certificates as JSON. Lists and checks are public."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth

from yitang.data.catalogue.api import dataset_for
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import User
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now
from yitang.public.services import api as services
from yitang.public.services.errors import AlreadyApplied
from yitang.public.services.rules import Trip
from yitang.public.services.rules.attachments import GivenFile

from .intake import Given

router = Router(tags=["services"], auth=django_auth)


class ItemOut(Schema):
    code: str
    name: str
    department: str
    volume: int
    trips_before: int
    trips_after: int


class ItemsOut(Schema):
    items: list[ItemOut]
    next_cursor: str | None


class TripOut(Schema):
    stage: str
    place: str
    reasons: list[str]
    datasets: list[str]


class ItemTripsOut(Schema):
    code: str
    name: str
    before: list[TripOut]
    after: list[TripOut]
    materials_before: int
    materials_after: int


class SummaryOut(Schema):
    items: int
    cases_a_year: int
    average_before: float
    average_after: float
    trips_saved_a_year: int
    zero_trip_share: float
    at_most_one_share: float
    unstated: int
    visits_per_closed_case: float | None


class GainOut(Schema):
    dataset: str
    trips_a_year: int
    materials_a_year: int
    items: list[str]


class LosingOut(Schema):
    code: str
    name: str
    before: int
    after: int
    volume: int


class CheckOut(Schema):
    number: str
    name: str
    holder: str
    issuer: str
    issued_on: date
    valid_until: date | None
    status: str
    is_signature_valid: bool
    is_valid: bool


class ValueOut(Schema):
    name: str
    label: str
    text: str
    doubt: str
    is_masked: bool
    dataset: str
    department: str
    as_of: date | None


class OpenedOut(Schema):
    text: str
    doubt: str
    is_recorded: bool


class MaterialOut(Schema):
    name: str
    satisfied_by: str


class AttachmentOut(Schema):
    id: UUID
    position: int
    kind: str
    size: int


class ApplicationOut(Schema):
    id: UUID
    item: str
    number: str
    state: str
    submitted_at: datetime | None
    due_at: datetime | None
    trips_before: int
    trips_after: int
    values: list[ValueOut]
    materials: list[MaterialOut]
    attachments: list[AttachmentOut]


class AnswersIn(Given):
    answers: dict[str, str] = Field(default_factory=dict)
    doubts: dict[str, str] = Field(default_factory=dict)


class MoveIn(Given):
    verb: str
    note: str = ""


@router.get("/items", response=ItemsOut, auth=None)
def items(
    request: HttpRequest, q: str = "", department: str = "", target: str = "", cursor: str = ""
) -> ItemsOut:
    """Items in use, the most used first; words of ``q`` in Chinese, English or pinyin."""
    page = services.search_items(q, department=department, target=target, cursor=cursor)
    rows = [
        ItemOut(
            code=row.item.code,
            name=row.item.name,
            department=row.item.department,
            volume=row.item.volume,
            trips_before=len(row.trips.before),
            trips_after=len(row.trips.after),
        )
        for row in page.rows
    ]
    return ItemsOut(items=rows, next_cursor=page.next_cursor)


@router.get("/items/{code}/trips", response=ItemTripsOut, auth=None)
def item_trips(request: HttpRequest, code: str) -> ItemTripsOut:
    """The journeys of one item before and after sharing, with the reasons of each."""
    item = services.item_by_code(code)
    counted = services.trips_of(item)
    return ItemTripsOut(
        code=item.code,
        name=item.name,
        before=[_trip(trip) for trip in counted.before],
        after=[_trip(trip) for trip in counted.after],
        materials_before=counted.materials_before,
        materials_after=counted.materials_after,
    )


def _trip(trip: Trip) -> TripOut:
    return TripOut(
        stage=trip.stage,
        place=trip.place,
        reasons=[str(cause.message) for cause in trip.causes],
        datasets=sorted({cause.dataset for cause in trip.causes if cause.dataset}),
    )


@router.get("/trips", response=SummaryOut, auth=None)
def trips(request: HttpRequest) -> SummaryOut:
    """Journeys over all items, weighted by cases a year; shares between 0 and 1."""
    summary = services.trip_summary()
    return SummaryOut(
        items=summary.items,
        cases_a_year=summary.cases_a_year,
        average_before=summary.average_before,
        average_after=summary.average_after,
        trips_saved_a_year=summary.trips_saved,
        zero_trip_share=summary.zero_trip_share,
        at_most_one_share=summary.item_ratio,
        unstated=summary.unstated,
        visits_per_closed_case=services.visits_per_closed_case().visits_per_case,
    )


@router.get("/datasets/next", response=list[GainOut], auth=None)
def next_datasets(request: HttpRequest) -> list[GainOut]:
    """Which dataset to share next, the one that saves most trips a year first."""
    return [
        GainOut(
            dataset=gain.dataset,
            trips_a_year=gain.trips_a_year,
            materials_a_year=gain.materials_a_year,
            items=list(gain.items),
        )
        for gain in services.sharing_gains()
    ]


@router.get("/datasets/{code}/items", response=list[LosingOut], auth=None)
def losing(request: HttpRequest, code: str) -> list[LosingOut]:
    """The items that lose a trip by one dataset, the most used first."""
    rows = services.trips_after_sharing(code)
    if not rows:  # an item may name a record that the catalogue does not have yet
        dataset_for(request.user, code)
    return [
        LosingOut(code=item.code, name=item.name, before=before, after=after, volume=item.volume)
        for item, before, after in rows
    ]


@router.get("/certificates/{number}", response=CheckOut, auth=None)
def certificate(request: HttpRequest, number: str) -> CheckOut:
    """What anyone may know of a certificate: whether it is valid, its holder masked."""
    found = services.check_certificate(number, on=civil_date(now()))
    return CheckOut(
        number=found.number,
        name=found.name,
        holder=found.holder,
        issuer=found.issuer,
        issued_on=found.issued_on,
        valid_until=found.valid_until,
        status=found.status,
        is_signature_valid=found.is_signature_valid,
        is_valid=found.is_valid,
    )


@router.post("/items/{code}/applications", response=ApplicationOut)
def draft(request: HttpRequest, code: str) -> ApplicationOut:
    """Open the draft for an item and fill it from the records behind its form.

    Refused where the records say that this child, say, was applied for already.
    """
    user, at = _user(request), now()
    made = services.draft_application(item=services.item_by_code(code), actor=user, at=at)
    read = services.records_reader(made, actor=user, at=at)
    services.prefill_application(application_id=made.pk, actor=user, read=read)
    before = services.applied_before(user, made)
    if before is not None:
        raise AlreadyApplied(number=before.number)
    return _application(user, services.application_for(user, made.public_id))


@router.get("/applications/{application_id}", response=ApplicationOut)
def application(request: HttpRequest, application_id: UUID) -> ApplicationOut:
    """One's own application, or one of the office one works for; personal values masked."""
    user = _user(request)
    return _application(user, services.application_for(user, application_id))


@router.post("/applications/{application_id}/submit", response=ApplicationOut)
def submit(request: HttpRequest, application_id: UUID, given: AnswersIn) -> ApplicationOut:
    """Send a draft with what was asked and what is doubted."""
    user = _user(request)
    found = services.application_for(user, application_id)
    services.submit_application(
        application_id=found.pk,
        actor=user,
        at=now(),
        answers=given.answers,
        doubts=given.doubts,
    )
    return _application(user, services.application_for(user, application_id))


@router.post("/applications/{application_id}/moves", response=ApplicationOut)
def move(request: HttpRequest, application_id: UUID, wanted: MoveIn) -> ApplicationOut:
    """Make one move: accept, ask_correction, reject, deliver or withdraw.

    Decisions are made on the page, where the officer sees the records that were read again.
    """
    user = _user(request)
    found = services.application_for(user, application_id)
    services.move_application(
        case_id=found.case_id or 0, verb=wanted.verb, actor=user, at=now(), note=wanted.note
    )
    return _application(user, services.application_for(user, application_id))


@router.post("/applications/{application_id}/correction", response=ApplicationOut)
def correction(
    request: HttpRequest,
    application_id: UUID,
    words: Form[str] = "",
    files: File[list[UploadedFile]] = [],  # noqa: B006  (the framework's form of "none")
) -> ApplicationOut:
    """Answer what the office asked for: words, photos (JPEG, PNG) or PDF, or both.

    At most 5 files, together 15 MB; their kind is told by what they hold.
    """
    user = _user(request)
    found = services.application_for(user, application_id)
    services.answer_correction(
        application_id=found.pk,
        actor=user,
        at=now(),
        words=words,
        answers={},
        files=[GivenFile(one.name or "", one.read()) for one in files],
    )
    return _application(user, services.application_for(user, application_id))


@router.post("/applications/{application_id}/attachments/{attachment_id}/opening")
def open_file(request: HttpRequest, application_id: UUID, attachment_id: UUID) -> HttpResponse:
    """The bytes of one attachment; unless it is one's own, the ledger says it was opened."""
    user = _user(request)
    found = services.application_for(user, application_id)
    opened = services.open_attachment(
        application_id=found.pk, attachment_id=attachment_id, actor=user, at=now()
    )
    response = HttpResponse(opened.content, content_type=opened.content_type)
    response["Content-Disposition"] = content_disposition_header(True, opened.name) or ""
    response["Cache-Control"] = "no-store"
    return response


@router.post("/applications/{application_id}/values/{name}/opening", response=OpenedOut)
def opening(request: HttpRequest, application_id: UUID, name: str) -> OpenedOut:
    """One masked value in full, or ``answer``; unless it is one's own, the ledger says so."""
    user = _user(request)
    found = services.application_for(user, application_id)
    opened = services.open_value(application_id=found.pk, name=name, actor=user, at=now())
    is_recorded = found.applicant_id != user.pk
    return OpenedOut(text=opened.text, doubt=opened.doubt, is_recorded=is_recorded)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _application(user: User, found: services.Application) -> ApplicationOut:
    case = found.case
    return ApplicationOut(
        id=found.public_id,
        item=found.item.name,
        number=case.number if case else "",
        state=case.state if case else "draft",
        submitted_at=found.submitted_at,
        due_at=case.due_at if case else None,
        trips_before=found.trips_before,
        trips_after=found.trips_after,
        values=[
            ValueOut(
                name=one.field.name,
                label=one.field.label,
                text=one.text,
                doubt=one.doubt,
                is_masked=one.is_masked,
                dataset=one.value.dataset if one.value else "",
                department=one.value.department if one.value else "",
                as_of=one.value.as_of if one.value else None,
            )
            for one in services.shown_values(user, found)
        ],
        materials=[
            MaterialOut(name=one.name, satisfied_by=one.satisfied_by)
            for one in found.materials.all()
        ],
        attachments=[
            AttachmentOut(id=one.public_id, position=one.position, kind=one.kind, size=one.size)
            for one in services.attachments_of(user, found)
        ],
    )
