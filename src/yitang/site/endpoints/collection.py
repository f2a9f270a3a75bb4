"""Batches as JSON: hand one in, read the receipts."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from ninja.security import django_auth

from yitang.data.catalogue.api import dataset_for, items_of
from yitang.data.collection import api as collection
from yitang.data.collection.errors import UploadTooLarge
from yitang.data.collection.rules import Receipt
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, public_key

router = Router(tags=["collection"], auth=django_auth)
LIMIT_MB = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ProblemOut(Schema):
    item: str
    code: str
    problem: str
    rows: int
    severity: str


class ReceiptOut(Schema):
    number: str
    dataset: str
    delivered: int
    accepted: int
    rejected: int
    digest: str
    at: datetime
    seconds: float
    version: int | None
    problems: list[ProblemOut]
    unknown_columns: list[str]
    changes: dict[str, int]
    replaced: int | None
    understood: dict[str, str]
    signature: str
    public_key: str
    repeated: bool


class ReceiptsOut(Schema):
    receipts: list[ReceiptOut]
    next_cursor: str | None


class ChangeOut(Schema):
    key: str
    item: str
    before: str
    after: str


class ComparisonOut(Schema):
    dataset: str
    earlier: int
    later: int
    key: list[str]
    rows_before: int
    rows_after: int
    new: int
    gone: int
    same: int
    changed_rows: int
    changed: dict[str, int]
    repeated: int
    keyless: int
    examples: list[ChangeOut]


class SampleOut(Schema):
    items: list[str]
    rows: list[list[str]]


@router.post("/datasets/{slug:code}/batches", response=ReceiptOut, summary="Hand a batch in")
def hand_in(
    request: HttpRequest,
    code: str,
    file: File[UploadedFile],
    batch: Form[str] = "",
    table: Form[str] = "",
    fewer: Form[bool] = False,
) -> ReceiptOut:
    """A file of any kind that is read. ``batch`` is the supplier's own number of it.

    With ``fewer`` a whole table is taken though most of the rows that are there would be gone.
    """
    user = _user(request)
    entry = dataset_for(user, code)
    if (file.size or 0) > LIMIT_MB * 2**20:
        size = -(-(file.size or 0) // 2**20)
        raise UploadTooLarge(file=file.name or "", size=size, limit=LIMIT_MB)
    with tempfile.TemporaryDirectory(prefix="yitang-") as folder:
        path = Path(folder) / "batch"
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        receipt = collection.gather_file(
            dataset=entry,
            path=path,
            actor=user,
            at=now(),
            table=table,
            name=file.name or "",
            supplier_number=batch,
            fewer="take" if fewer else "ask",
        )
    return _out(receipt)


@router.get("/batches", response=ReceiptsOut, summary="Receipts one may see")
def batches(request: HttpRequest, dataset: str = "", cursor: str = "") -> ReceiptsOut:
    page = collection.receipts(_user(request), dataset=dataset, cursor=cursor)
    found = [_out(collection.receipt_of(row)) for row in page.rows]
    return ReceiptsOut(receipts=found, next_cursor=page.next_cursor)


@router.get("/batches/{slug:number}", response=ReceiptOut, summary="One receipt")
def batch(request: HttpRequest, number: str) -> ReceiptOut:
    return _out(collection.receipt_of(collection.batch_for(_user(request), number)))


class TakenOut(Schema):
    batch: str
    rows: int


class MendingOut(Schema):
    batch: str
    mends: str
    rejected: int
    taken: list[TakenOut]
    open: int
    holds: list[TakenOut]


@router.get(
    "/batches/{slug:number}/mending", response=MendingOut, summary="What became of rejected rows"
)
def mending(request: HttpRequest, number: str) -> MendingOut:
    """How many of the rows sent back were taken in which later batch, and how many are open.

    `holds`: of which earlier batches this one took rows that had been sent back.
    """
    found = collection.mending_of(collection.batch_for(_user(request), number))
    return MendingOut(
        batch=number,
        mends=found.mends,
        rejected=found.rejected,
        taken=[TakenOut(batch=batch, rows=rows) for batch, rows in found.taken],
        open=found.open,
        holds=[TakenOut(batch=batch, rows=rows) for batch, rows in found.holds],
    )


@router.get("/datasets/{slug:code}/template", summary="An empty workbook to be filled in")
def template(request: HttpRequest, code: str) -> HttpResponse:
    """XLSX with the column names, kinds and lists of the catalogue entry."""
    entry = dataset_for(_user(request), code)
    return HttpResponse(collection.template_workbook(entry, say=str), content_type=XLSX)


@router.get(
    "/datasets/{slug:code}/comparison",
    response=ComparisonOut,
    summary="What is new, gone and changed between two versions",
)
def comparison(
    request: HttpRequest,
    code: str,
    key: str = "",
    earlier: int | None = None,
    later: int | None = None,
) -> ComparisonOut:
    """``key`` names one item or several (``a,b``); without versions, the last two."""
    user = _user(request)
    found = collection.compare_versions(
        user,
        dataset=dataset_for(user, code),
        key=[name.strip() for name in key.split(",") if name.strip()],
        earlier=earlier,
        later=later,
    )
    return ComparisonOut(**asdict(found))


@router.post(
    "/datasets/{slug:code}/sample", response=SampleOut, summary="A few rows, masked; recorded"
)
def sample(request: HttpRequest, code: str) -> SampleOut:
    """Sensitive values are masked; where there are any, the ledger says who looked."""
    user = _user(request)
    entry = dataset_for(user, code)
    rows = collection.sample_rows(dataset=entry, actor=user, at=now())
    return SampleOut(items=[item.name for item in items_of(entry)], rows=rows)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.try")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _out(receipt: Receipt) -> ReceiptOut:
    return ReceiptOut(
        number=receipt.number,
        dataset=receipt.dataset,
        delivered=receipt.delivered,
        accepted=receipt.accepted,
        rejected=receipt.rejected,
        digest=receipt.digest,
        at=receipt.at,
        seconds=receipt.seconds,
        version=receipt.version,
        problems=[
            ProblemOut(
                item=p.label,
                code=p.code,
                problem=str(p.message),
                rows=p.rows,
                severity=p.severity,
            )
            for p in receipt.problems
        ],
        unknown_columns=list(receipt.unknown_columns),
        changes=dict(receipt.changes),
        replaced=receipt.replaced,
        understood=dict(receipt.understood),
        signature=receipt.signature,
        public_key=public_key().hex(),
        repeated=receipt.repeated,
    )
