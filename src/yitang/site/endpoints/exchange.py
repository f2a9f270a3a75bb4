"""Sharing requests, grants and reads as JSON."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.data.catalogue.api import dataset_for
from yitang.data.exchange import api as exchange
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.ids import Reference
from yitang.ground.organisations.api import User, organisation
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["exchange"], auth=django_auth)


class RequestIn(Given):
    """Art 20 of Decree 809; what is left out may be filled in before it is sent."""

    dataset: str
    organisation: UUID
    purpose: str = ""
    fields: list[str]
    basis: str = ""
    scene: str = ""
    scope: str = ""
    mode: str = "interface"
    valid_from: date | None = None
    valid_to: date | None = None
    matter_kinds: tuple[str, ...] = ()
    quota: int = 0


class RequestOut(Schema):
    id: UUID
    number: str
    state: str
    dataset: str
    organisation: str
    provider: str
    purpose: str
    due_at: datetime | None


class RequestsOut(Schema):
    requests: list[RequestOut]
    next_cursor: str | None


class MoveIn(Given):
    verb: str
    note: str = ""


class GrantOut(Schema):
    id: UUID
    number: str
    state: str
    dataset: str
    organisation: str
    purpose: str
    fields: list[str]
    quota: int
    valid_from: date
    valid_to: date


class GrantsOut(Schema):
    grants: list[GrantOut]
    next_cursor: str | None


class ReadIn(Given):
    """``key`` is an identity number, credit code or record number: never in an address."""

    key: str
    purpose: str
    matter: str = ""
    fields: tuple[str, ...] = ()
    column: str | None = None


class ProvenanceOut(Schema):
    dataset: str
    dataset_name: str
    organisation: str
    batch: str
    as_of: str


class RecordOut(Schema):
    values: dict[str, str]
    provenance: dict[str, ProvenanceOut]
    entry: str


class UseOut(Schema):
    id: UUID
    at: datetime
    action: str
    purpose: str
    matter: str


class KeyIn(Given):
    organisation: UUID
    key: str
    label: str = ""


class NewKeyIn(Given):
    key: str


class ReasonIn(Given):
    reason: str


class KeyOut(Schema):
    id: UUID
    fingerprint: str
    organisation: str
    label: str
    registered_at: datetime
    revoked_at: datetime | None
    reason: str


class KeysOut(Schema):
    keys: list[KeyOut]
    next_cursor: str | None


@router.get("/keys", response=KeysOut)
def keys(request: HttpRequest, cursor: str = "") -> KeysOut:
    """The keys of gateway callers that the caller keeps, those in use first, page by page."""
    page = exchange.keys_page(_user(request), cursor=cursor)
    return KeysOut(keys=[_key_out(row) for row in page.rows], next_cursor=page.next_cursor)


@router.post("/keys", response=KeyOut)
def add_key(request: HttpRequest, body: KeyIn) -> KeyOut:
    """Let one more system of an organisation call the gateway."""
    made = exchange.add_key(
        organisation=organisation(body.organisation),
        key=body.key,
        label=body.label,
        actor=_user(request),
        at=now(),
    )
    return _key_out(made)


@router.post("/keys/{public_id}/rotation", response=KeyOut)
def rotate_key(request: HttpRequest, public_id: UUID, body: NewKeyIn) -> KeyOut:
    """Put another key in the place of one, which is revoked; the new one is returned."""
    user = _user(request)
    client = exchange.key_for(user, public_id)
    return _key_out(exchange.rotate_key(client=client, key=body.key, actor=user, at=now()))


@router.post("/keys/{public_id}/revocation", response=KeyOut)
def revoke_key(request: HttpRequest, public_id: UUID, body: ReasonIn) -> KeyOut:
    """From the next call on nothing signed with the key is answered."""
    user = _user(request)
    client = exchange.key_for(user, public_id)
    exchange.revoke_key(client=client, reason=body.reason, actor=user, at=now())
    return _key_out(exchange.key_for(user, public_id))


@router.get("/requests", response=RequestsOut)
def requests(request: HttpRequest, cursor: str = "") -> RequestsOut:
    """The requests the caller may see page by page, newest first."""
    page = exchange.requests_of(_user(request), cursor=cursor)
    found = [_request_out(row) for row in page.rows]
    return RequestsOut(requests=found, next_cursor=page.next_cursor)


@router.post("/requests", response=RequestOut)
def ask(request: HttpRequest, body: RequestIn) -> RequestOut:
    """Draft a request; the head of the sharing office sends it with the verb ``submit``."""
    user = _user(request)
    given = body.dict(exclude={"dataset", "organisation"})
    asked = exchange.request_sharing(
        dataset=dataset_for(user, body.dataset),
        organisation=organisation(body.organisation),
        actor=user,
        at=now(),
        **given,
    )
    return _request_out(asked)


@router.post("/requests/{public_id}/moves", response=RequestOut)
def move(request: HttpRequest, public_id: UUID, body: MoveIn) -> RequestOut:
    """Make a move of the request's workflow."""
    user = _user(request)
    asked = exchange.request_for(user, public_id)
    exchange.decide_sharing(request=asked, verb=body.verb, actor=user, at=now(), note=body.note)
    return _request_out(exchange.request_for(user, public_id))


@router.get("/grants", response=GrantsOut)
def grants(request: HttpRequest, cursor: str = "") -> GrantsOut:
    """The grants the caller may see page by page, newest first."""
    page = exchange.granted(_user(request), cursor=cursor)
    return GrantsOut(grants=[_grant_out(row) for row in page.rows], next_cursor=page.next_cursor)


@router.get("/grants/{public_id}/uses", response=list[UseOut])
def uses(request: HttpRequest, public_id: UUID) -> list[UseOut]:
    """The latest reads and refusals under a grant."""
    grant = exchange.grant_for(_user(request), public_id)
    return [
        UseOut(
            id=use.id, at=use.at, action=use.action, purpose=use.purpose,
            matter=str(use.matter or ""),
        )
        for use in exchange.grant_uses(grant)
    ]  # fmt: skip


@router.post("/grants/{public_id}/reads", response=list[RecordOut])
def read(request: HttpRequest, public_id: UUID, body: ReadIn) -> list[exchange.Record]:
    """Every record with the key, the latest first; a ledger entry either way."""
    user = _user(request)
    return exchange.find_records(
        grant=exchange.grant_for(user, public_id),
        key=body.key,
        matter=_matter(body.matter),
        purpose=body.purpose,
        actor=user,
        at=now(),
        column=body.column,
        fields=body.fields,
        directly=True,
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user


def _matter(text: str) -> Reference | None:
    try:
        return Reference.parse(text) if text else None
    except ValueError:
        raise InvalidInput(field="matter", problem="write it as kind:id") from None


def _request_out(asked: exchange.SharingRequest) -> RequestOut:
    case = asked.case
    return RequestOut(
        id=asked.public_id,
        number=case.number if case else "",
        state=case.state if case else "",
        dataset=asked.dataset.code,
        organisation=asked.organisation.name,
        provider=asked.provider.name,
        purpose=asked.purpose,
        due_at=case.due_at if case else None,
    )


def _key_out(client: exchange.Client) -> KeyOut:
    return KeyOut(
        id=client.public_id,
        fingerprint=client.fingerprint,
        organisation=client.organisation.name,
        label=client.label,
        registered_at=client.registered_at,
        revoked_at=client.revoked_at,
        reason=client.reason,
    )


def _grant_out(grant: exchange.Grant) -> GrantOut:
    return GrantOut(
        id=grant.public_id,
        number=grant.number,
        state=grant.state,
        dataset=grant.dataset.code,
        organisation=grant.organisation.name,
        purpose=grant.purpose,
        fields=grant.fields,
        quota=grant.quota,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
    )
