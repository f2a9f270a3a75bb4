"""Reads of requests and grants."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from yitang.data.catalogue.api import Dataset, Lineage, Neighbour, Use
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.casework.api import case_of_subject
from yitang.ground.ledger.api import LedgerEntry, entries_with
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import Page, cursor_of, derived_key, numbers_of, settings
from yitang.ground.plumbing.errors import CursorInvalid
from yitang.ground.plumbing.rules import keyed_hash

from .access import visible_grants, visible_keys, visible_requests
from .errors import GrantUnknown, KeyUnknown, RequestUnknown
from .models import ACTIVE, Client, Grant, SharingRequest
from .rules import Hashes, Matter, usage_book

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


PAGE_LENGTH = 20
Row = TypeVar("Row", bound=Model)
READER = Message("exchange.lineage.reader", "reads it under a grant")
MatterFinder = Callable[[str], Matter | None]
_matter_finders: dict[str, MatterFinder] = {}


def register_matter_finder(kind: str, finder: MatterFinder) -> None:
    """Ask ``finder`` about matters of ``kind``, by id; rooms register theirs in ``apps.py``."""
    _matter_finders[kind] = finder


def case_matters(kind: str) -> MatterFinder:
    """A finder for matters that have a case from their first day: its holder, its applicant."""

    def find(subject: str) -> Matter | None:
        try:
            case = case_of_subject(Reference(kind, subject))
        except NotFound:
            return None
        return Matter(case.is_open, holder=case.organisation_id, owner=case.applicant_id)

    return find


def matter_of(reference: Reference) -> Matter | None:
    """What its room says of a matter; ``None`` when there is none, or no room knows its kind."""
    finder = _matter_finders.get(reference.kind)
    return finder(reference.id) if finder is not None else None


def exchange_folder() -> Path:
    """Snapshots, compiled grants and counters; to be kept from everyone but the platform."""
    return settings().home / "exchange"


def hashes() -> Hashes:
    """The keyed hashes of this installation: of keys in snapshots, of people in the ledger."""
    keys, people = derived_key("blind:exchange"), derived_key("blind:identity")
    return Hashes(lambda value: keyed_hash(keys, value), lambda value: keyed_hash(people, value))


def request_for(user: User | AnonymousUser, public_id: UUID | str) -> SharingRequest:
    """The request, if ``user`` may see it; raises ``RequestUnknown``."""
    found = visible_requests(user).filter(public_id=_uuid(public_id)).first()
    if found is None:
        raise RequestUnknown(id=public_id)
    return found


def requests_of(
    user: User | AnonymousUser, *, cursor: str = "", limit: int = PAGE_LENGTH
) -> Page[SharingRequest]:
    """The requests ``user`` may see page by page, newest first."""
    return _newest_first(visible_requests(user), cursor, limit)


def requests_under_way(user: User | AnonymousUser, *, limit: int = 100) -> list[SharingRequest]:
    """Those ``user`` may see that wait for somebody, newest first."""
    open_ones = visible_requests(user).filter(case__isnull=False, case__closed_at=None)
    return list(open_ones.exclude(case__state="supplied")[:limit])


def granted(
    user: User | AnonymousUser, *, cursor: str = "", limit: int = PAGE_LENGTH
) -> Page[Grant]:
    """The grants ``user`` may see page by page, newest first."""
    return _newest_first(visible_grants(user), cursor, limit)


def _newest_first(rows: QuerySet[Row], cursor: str, limit: int) -> Page[Row]:
    rows = rows.order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=numbers_of(cursor, length=1)[0])
    return _paged(rows, limit)


def _paged(rows: QuerySet[Row], limit: int) -> Page[Row]:
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], cursor_of(found[limit - 1].pk) if more else None)


def grant_for(user: User | AnonymousUser, public_id: UUID | str) -> Grant:
    """The grant, if ``user`` may see it; raises ``GrantUnknown``."""
    found = visible_grants(user).filter(public_id=_uuid(public_id)).first()
    if found is None:
        raise GrantUnknown(organisation="?", dataset=public_id)
    return found


def active_grant(*, dataset: str, organisation: Organisation, purpose: str, at: datetime) -> Grant:
    """The grant under which ``organisation`` reads ``dataset`` for ``purpose`` today.

    ``dataset`` is a catalogue code. Raises ``GrantUnknown``.
    """
    found = (
        _in_force(at)
        .filter(dataset__code=dataset, organisation=organisation, purpose=purpose)
        .first()
    )
    if found is None:
        raise GrantUnknown(organisation=organisation.name, dataset=dataset)
    return found


def active_grants(
    *, organisation: Organisation, purposes: Collection[str], at: datetime
) -> list[Grant]:
    """Every grant under which ``organisation`` reads for one of ``purposes`` today."""
    return list(_in_force(at).filter(organisation=organisation, purpose__in=purposes))


def supplied_datasets(*, at: datetime, organisation: Organisation | None = None) -> frozenset[str]:
    """Codes of the datasets that someone (or ``organisation``) may read under a grant now."""
    rows = _in_force(at)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return frozenset(rows.values_list("dataset__code", flat=True))


def grant_uses(grant: Grant, *, limit: int = 50) -> list[LedgerEntry]:
    """The latest reads and refusals under a grant, from the ledger, newest first."""
    found = []
    for entry in entries_with(dataset=grant.dataset.code, limit=limit * 4):
        details = entry.details or {}
        if details.get("grant") == grant.number and "asked" not in details:
            found.append(entry)  # once per read, not per person named in it
    return found[:limit]


def used_today(grant: Grant, *, at: datetime) -> int:
    """Reads counted against the quota on the civil day of ``at``."""
    return usage_book(exchange_folder()).used(str(grant.public_id), civil_date(at))


def reads_today(user: User | AnonymousUser, *, at: datetime) -> tuple[int, int]:
    """How many active grants ``user`` may see, and the reads counted under them today."""
    active = visible_grants(user).filter(state=ACTIVE).values_list("public_id", flat=True)
    used = usage_book(exchange_folder()).used_on(civil_date(at))
    counted = [used.get(str(public_id), 0) for public_id in active]
    return len(counted), sum(counted)


def uses_of_dataset(dataset: Dataset) -> list[Use]:
    """Who uses a dataset, for its page in the catalogue."""
    rows = Grant.objects.filter(dataset=dataset, state=ACTIVE).select_related("organisation")
    return [
        Use(row.organisation.name, row.purpose, since=row.valid_from.isoformat()) for row in rows
    ]


def lineage_of_dataset(dataset: Dataset) -> Lineage:
    """The organisations that read a dataset under a grant, each once."""
    rows = Grant.objects.filter(dataset=dataset, state=ACTIVE).order_by("pk")
    names = dict.fromkeys(rows.values_list("organisation__name", flat=True))
    return Lineage(down=[Neighbour(READER, name) for name in names])


def client_keys() -> dict[str, list[str]]:
    """Credit code to the public keys of every organisation that may call the gateway."""
    found: dict[str, list[str]] = {}
    rows = Client.objects.filter(revoked_at=None)
    for code, key in rows.values_list("organisation__credit_code", "key"):
        found.setdefault(code, []).append(key)
    return found


def keys_of(user: User | AnonymousUser, *, limit: int = 200) -> list[Client]:
    """The first keys that ``user`` keeps, those in use first, each kind newest first."""
    return keys_page(user, limit=limit).rows


def keys_page(
    user: User | AnonymousUser, *, cursor: str = "", limit: int = PAGE_LENGTH
) -> Page[Client]:
    """The same, page by page; raises ``CursorInvalid``."""
    rows = visible_keys(user)
    if cursor:
        last = rows.filter(pk=numbers_of(cursor, length=1)[0]).first()
        if last is None:
            raise CursorInvalid
        rows = rows.filter(_keys_after(last))
    rows = rows.order_by(F("revoked_at").desc(nulls_first=True), "-pk")
    return _paged(rows, limit)


def _keys_after(last: Client) -> Q:
    if last.revoked_at is None:
        return Q(revoked_at=None, pk__lt=last.pk) | Q(revoked_at__isnull=False)
    return Q(revoked_at__lt=last.revoked_at) | Q(revoked_at=last.revoked_at, pk__lt=last.pk)


def key_for(user: User | AnonymousUser, wanted: UUID | str) -> Client:
    """The key with this public id or fingerprint, if ``user`` keeps it; ``KeyUnknown``."""
    digits = "".join(str(wanted).split()).lower()
    for client in visible_keys(user):
        if digits in {str(client.public_id), client.fingerprint.replace(" ", "")}:
            return client
    raise KeyUnknown(id=wanted)


def all_grants() -> list[Grant]:
    """Every grant, loaded to be compiled."""
    return list(Grant.objects.select_related("dataset__organisation", "organisation__division"))


def _in_force(at: datetime) -> QuerySet[Grant]:
    today = civil_date(at)
    return Grant.objects.filter(
        state=ACTIVE, valid_from__lte=today, valid_to__gte=today
    ).select_related("dataset__organisation", "organisation__division", "request__case")


def _uuid(text: UUID | str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        return UUID(int=0)  # nobody's
