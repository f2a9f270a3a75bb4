"""Versions of entries, drafts on their way, and the feed of what was published."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import EntryInvalid
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec, spec_of
from yitang.ground.organisations.api import User, organisation
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now
from yitang.site.endpoints.intake import Given

router = Router(tags=["catalogue"], auth=None)


class VersionOut(Schema):
    id: UUID
    dataset: str
    number: int | None
    state: str
    case: str | None
    case_state: str | None
    due_at: datetime | None
    is_direct: bool
    made_at: datetime
    published_at: datetime | None


class DifferenceOut(Schema):
    """One field that differs; ``item`` is empty for the entry's own fields."""

    item: str
    field: str
    before: Any
    after: Any


class WholeVersionOut(VersionOut):
    document: dict[str, Any]
    differences: list[DifferenceOut]
    secrecy_risk: str
    privacy_impact: str
    returned_because: str


class DraftIn(Given):
    """``entry``: the fields of the catalogue's TOML, the data items under ``items``."""

    organisation: UUID
    entry: dict[str, Any]
    law: str = ""
    law_changed_on: date | None = None
    secrecy_risk: str = ""
    privacy_impact: str = ""


class AmendIn(Given):
    entry: dict[str, Any] | None = None
    secrecy_risk: str | None = None
    privacy_impact: str | None = None


class EntryMoveIn(Given):
    verb: str
    note: str = ""


class ChangeOut(Schema):
    """``kind``: published, changed, retired, or removed from what the caller may see."""

    sequence: int
    kind: str
    dataset: str
    version: int
    at: datetime


class ChangesOut(Schema):
    changes: list[ChangeOut]
    next_after: int


@router.get("/datasets/{slug:code}/versions", response=list[VersionOut], summary="Versions")
def versions(request: HttpRequest, code: str) -> list[VersionOut]:
    """The versions of an entry, drafts first, then the newest; officers only."""
    entry = catalogue.dataset_for(request.user, code)
    return [_version_out(row) for row in catalogue.versions_of(request.user, entry)]


@router.get("/versions/{uuid:version_id}", response=WholeVersionOut, summary="One version")
def version(request: HttpRequest, version_id: UUID) -> WholeVersionOut:
    """What it says, and how it differs from the published one before it."""
    return _whole(catalogue.version_for(request.user, version_id))


@router.post("/drafts", response=WholeVersionOut, auth=django_auth, summary="Draft an entry")
def draft(request: HttpRequest, body: DraftIn) -> WholeVersionOut:
    """Begin an entry, or a change of one; what is published stays until the draft is."""
    user = _user(request)
    made = catalogue.draft_entry(
        spec=_spec(body.entry),
        organisation=organisation(body.organisation),
        actor=user,
        at=now(),
        **body.dict(exclude={"entry", "organisation"}),
    )
    return _whole(made)


@router.post(
    "/versions/{uuid:version_id}/amend", response=WholeVersionOut, auth=django_auth,
    summary="Write in a draft",
)  # fmt: skip
def amend(request: HttpRequest, version_id: UUID, body: AmendIn) -> WholeVersionOut:
    """What is left out stays; ``entry`` replaces the whole entry."""
    user = _user(request)
    changed = catalogue.amend_entry(
        version=catalogue.version_for(user, version_id),
        actor=user,
        at=now(),
        spec=_spec(body.entry) if body.entry is not None else None,
        secrecy_risk=body.secrecy_risk,
        privacy_impact=body.privacy_impact,
    )
    return _whole(changed)


@router.post(
    "/versions/{uuid:version_id}/move", response=WholeVersionOut, auth=django_auth,
    summary="Move a draft on",
)  # fmt: skip
def move(request: HttpRequest, version_id: UUID, body: EntryMoveIn) -> WholeVersionOut:
    """``propose``, ``consent``, ``publish``, ``return`` and so on, by whoever may."""
    user = _user(request)
    found = catalogue.version_for(user, version_id)
    if found.case is not None:
        catalogue.move_entry(
            case_id=found.case.pk, verb=body.verb, actor=user, at=now(), note=body.note
        )
    return _whole(catalogue.version_for(user, version_id))


@router.get("/changes", response=ChangesOut, summary="Published changes since a number")
def changes(
    request: HttpRequest, response: HttpResponse, after: int = 0, limit: int = 500
) -> ChangesOut | HttpResponse:
    """In the order of publication. Ask again with ``after`` = ``next_after``; ETag answers 304."""
    found = catalogue.changes_since(request.user, after=after, limit=min(max(limit, 1), 1000))
    last = found[-1].sequence if found else after
    tag = f'"{sha256(f"{after} {last} {[row.kind for row in found]}".encode()).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        unchanged = HttpResponse(status=304)
        unchanged["ETag"] = tag
        return unchanged
    response["ETag"] = tag
    listed = [
        ChangeOut(
            sequence=row.sequence,
            kind=row.kind,
            dataset=row.row.dataset.code,
            version=row.row.version,
            at=row.row.at,
        )
        for row in found
    ]
    return ChangesOut(changes=listed, next_after=last)


def _version_out(row: catalogue.EntryVersion) -> VersionOut:
    return VersionOut(
        id=row.public_id,
        dataset=row.dataset.code,
        number=row.number,
        state=row.state,
        case=row.case.number if row.case else None,
        case_state=row.case.state if row.case else None,
        due_at=row.case.due_at if row.case else None,
        is_direct=row.is_direct,
        made_at=row.made_at,
        published_at=row.published_at,
    )


def _whole(row: catalogue.EntryVersion) -> WholeVersionOut:
    return WholeVersionOut(
        **_version_out(row).dict(),
        document=row.document,
        differences=[
            DifferenceOut(item=one.item, field=one.field, before=one.before, after=one.after)
            for one in catalogue.changes_in(row)
        ],
        secrecy_risk=row.secrecy_risk,
        privacy_impact=row.privacy_impact,
        returned_because=row.returned_because,
    )


def _spec(entry: dict[str, Any]) -> DatasetSpec:
    """The entry of a body; a word that is no field is an error, as in a file."""
    code = str(entry.get("code", "?"))
    items = entry.get("items", [])
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    _check_known(code, "", set(entry), {field.name for field in fields(DatasetSpec)})
    for number, row in enumerate(rows, start=1):
        known = {field.name for field in fields(ItemSpec)}
        _check_known(code, f"item {number}, ", set(row), known)
        if not {"name", "label"} <= set(row):
            raise EntryInvalid(code=code, field=f"item {number}", problem="name and label needed")
    missing = {"code", "name"} - set(entry)
    if missing:
        raise EntryInvalid(code=code, field=min(missing), problem="it is missing")
    return spec_of({"organisation": "", **entry, "items": rows})


def _check_known(code: str, where: str, given: set[str], known: set[str]) -> None:
    for name in sorted(given - known):
        raise EntryInvalid(code=code, field=f"{where}{name}", problem="there is no such field")


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user
