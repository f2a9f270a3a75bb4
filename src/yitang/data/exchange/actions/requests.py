"""A sharing request from its draft to its end; each move in one transaction with its case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.catalogue.rules import SharingClass
from yitang.data.exchange.access import check_can_oversee, check_can_request
from yitang.data.exchange.errors import (
    AlreadyReturned,
    DatasetNotShareable,
    FieldsUnknown,
    OwnDataset,
    RequestIncomplete,
    RequestUnknown,
)
from yitang.data.exchange.events import DatasetShared, GrantStopped
from yitang.data.exchange.measures import observe_move
from yitang.data.exchange.models import ACTIVE, ENDED, SUSPENDED, Grant, SharingRequest
from yitang.data.exchange.pipeline import publish_snapshot
from yitang.data.exchange.queries import all_grants, client_keys, exchange_folder
from yitang.data.exchange.rules import (
    EXTENSION,
    NUMBER_PREFIX,
    TO_DEMANDER,
    TO_PROVIDER,
    WORKFLOW_NAME,
    answer_term,
    check_end,
    missing_parts,
    write_grants,
)
from yitang.ground.base.clock import Term, civil_date
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import (
    Case,
    advance_case,
    allowed_verbs,
    extend_case,
    open_case,
)
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import announce

# What each move makes of the grant.
GRANT_STATES = {"suspend": SUSPENDED, "resume": ACTIVE, "terminate": ENDED}


@transaction.atomic
def request_sharing(
    *,
    dataset: Dataset,
    organisation: Organisation,
    purpose: str,
    fields: Sequence[str],
    actor: User,
    at: datetime,
    basis: str = "",
    scene: str = "",
    scope: str = "",
    mode: str = "interface",
    valid_from: date | None = None,
    valid_to: date | None = None,
    matter_kinds: Sequence[str] = (),
    row_column: str = "",
    row_prefixes: Sequence[str] = (),
    quota: int = 0,
) -> SharingRequest:
    """Draft a request of ``organisation`` for ``fields`` (names of data items) of ``dataset``.

    A draft may still lack parts; sending it may not. ``purpose`` is what every read must
    name; ``matter_kinds`` the kinds of matter (``services.application``) a read must serve;
    ``row_prefixes`` keep rows whose ``row_column`` begins with one; ``quota`` reads a day.
    Raises ``DatasetNotShareable``, ``OwnDataset``, ``FieldsUnknown``, ``NotAllowed``.
    """
    check_can_request(actor, organisation)
    _check_askable(dataset, organisation, [*fields, row_column] if row_column else fields)
    check_end(valid_to, today=civil_date(at))
    request = SharingRequest(
        dataset=dataset,
        organisation=organisation,
        provider=dataset.organisation,
        purpose=purpose.strip(),
        basis=basis.strip(),
        scene=scene.strip(),
        scope=scope.strip(),
        mode=mode,
        fields=list(dict.fromkeys(fields)),
        matter_kinds=list(matter_kinds),
        row_column=row_column,
        row_prefixes=list(row_prefixes),
        quota=quota,
        valid_from=valid_from,
        valid_to=valid_to,
        made_by=actor,
        made_at=at,
    )
    return _opened(request, actor, at)


def _check_askable(dataset: Dataset, organisation: Organisation, wanted: Sequence[str]) -> None:
    """Raises unless ``organisation`` may ask at all, and for data items that there are."""
    if dataset.sharing_class == SharingClass.NOT_SHARED:
        raise DatasetNotShareable(dataset=dataset.name, basis=dataset.legal_basis)
    if dataset.organisation_id == organisation.pk:
        raise OwnDataset(dataset=dataset.name)
    known = {item.name for item in items_of(dataset)}
    if unknown := [name for name in wanted if name not in known]:
        raise FieldsUnknown(field="fields", dataset=dataset.name, fields=", ".join(unknown))


def _opened(request: SharingRequest, actor: User, at: datetime) -> SharingRequest:
    """Keep the draft and open its case, held by the demander until its head consents."""
    request.full_clean(exclude=["case"])
    request.save()
    organisation, dataset = request.organisation, request.dataset
    request.case = open_case(
        workflow=WORKFLOW_NAME,
        subject=Reference("exchange.request", str(request.public_id)),
        title=f"{organisation.short_name} ← {dataset.name}",
        division_code=organisation.division.code,
        organisation=organisation,
        actor=actor,
        at=at,
        number_prefix=NUMBER_PREFIX,
        summary={"dataset": dataset.name, "purpose": request.purpose},
    )
    request.save(update_fields=["case"])
    return request


@transaction.atomic
def amend_request(
    *, request: SharingRequest, actor: User, at: datetime, **parts: str | date | int | list[str]
) -> SharingRequest:
    """Fill in or correct parts of a draft, or of a request that was returned.

    ``parts`` are fields of the request (``basis``, ``scene``, ``scope``, ``valid_to`` …).
    """
    check_can_request(actor, request.organisation)
    case = _case_of(request)
    if case.state not in {"drafted", "incomplete"}:
        case.definition.check_transition(state=case.state, verb="complete")
    for name, value in parts.items():
        if name not in AMENDABLE:
            raise FieldsUnknown(field=name, dataset=request.dataset.name, fields=name)
        setattr(request, name, value)
    if "valid_to" in parts:
        check_end(request.valid_to, today=civil_date(at))
    request.full_clean(exclude=["case"])
    request.save()
    return request


AMENDABLE = frozenset(
    {"purpose", "basis", "scene", "scope", "mode", "fields", "valid_from", "valid_to", "quota"}
)


def move_request(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """Make one move of a request's workflow, with everything that belongs to it.

    ``submit`` and ``complete`` check that nothing is missing (``RequestIncomplete`` names
    all) and start the provider's time; ``return`` works once (``AlreadyReturned``);
    ``supply`` publishes the snapshot and makes the grant. The desk and all pages come here.
    """
    request = _request_of(case_id)
    if verb == "supply" and _may(actor, _case_of(request), verb):
        publish_snapshot(request.dataset, at=at)  # long for a large table, so before the locks
    with transaction.atomic():
        request = (
            SharingRequest.objects.select_for_update(of=("self",))
            .select_related("dataset", "organisation__division", "provider__division")
            .get(pk=request.pk)
        )
        case = _move(request, case_id, verb, actor, at, note)
        _follow(request, case, verb, at, note)
        observe_move(request, case)
    return case


def decide_sharing(
    *, request: SharingRequest, verb: str, actor: User, at: datetime, note: str = ""
) -> Case:
    """``move_request`` for who holds the request: ``agree``, ``refuse``, ``return`` and so on."""
    return move_request(case_id=_case_of(request).pk, verb=verb, actor=actor, at=at, note=note)


@transaction.atomic
def extend_answer(*, request: SharingRequest, actor: User, at: datetime, reason: str) -> Case:
    """The authority's consent to ten more working days for the answer (D5), once."""
    case = _case_of(request)
    check_can_oversee(actor, case)
    return extend_case(case_id=case.pk, term=EXTENSION, reason=reason, actor=actor, at=at)


def _move(
    request: SharingRequest, case_id: int, verb: str, actor: User, at: datetime, note: str
) -> Case:
    term: Term | None = None
    holder: Organisation | None = None
    if verb in TO_PROVIDER:
        if missing := missing_parts(request.text):
            raise RequestIncomplete(field="request", missing=", ".join(map(str, missing)))
        check_end(request.valid_to, today=civil_date(at))  # a draft may lie for long
        term, holder = answer_term(request.dataset.sharing_class), request.provider
    elif verb == "return" and request.missing and _case_of(request).state == "received":
        raise AlreadyReturned(number=_case_of(request).number)
    elif verb in TO_DEMANDER:
        holder = request.organisation
    return advance_case(
        case_id=case_id,
        verb=verb,
        actor=actor,
        at=at,
        note=note,
        term=term,
        organisation=holder,
        division_code=holder.division.code if holder else None,
    )


def _follow(request: SharingRequest, case: Case, verb: str, at: datetime, note: str) -> None:
    """What a move changes beside the case."""
    if verb == "return":
        request.missing = note
        request.save(update_fields=["missing"])
    elif verb == "supply":
        grant = _grant(request, case, at)
        announce(_shared(grant, at))
    elif verb in GRANT_STATES:
        grant = Grant.objects.select_for_update().get(request=request)
        grant.state, grant.changed_at = GRANT_STATES[verb], at
        grant.save(update_fields=["state", "changed_at"])
        announce(_shared(grant, at) if grant.state == ACTIVE else _stopped(grant, at))
    else:
        return
    transaction.on_commit(compile_grants)


def _grant(request: SharingRequest, case: Case, at: datetime) -> Grant:
    if request.valid_to is None:
        raise RequestIncomplete(field="valid_to", missing="until when it is needed")
    return Grant.objects.create(
        request=request,
        number=case.number,
        dataset=request.dataset,
        organisation=request.organisation,
        purpose=request.purpose,
        fields=request.fields,
        matter_kinds=request.matter_kinds,
        row_column=request.row_column,
        row_prefixes=request.row_prefixes,
        quota=request.quota,
        valid_from=request.valid_from or civil_date(at),
        valid_to=request.valid_to,
        made_at=at,
        changed_at=at,
    )


def compile_grants() -> int:
    """Write every grant and client key for the gateway; returns the number of grants."""
    grants = [grant.compiled() for grant in all_grants()]
    write_grants(exchange_folder() / "grants.json", grants=grants, clients=client_keys())
    return len(grants)


def _shared(grant: Grant, at: datetime) -> DatasetShared:
    return DatasetShared(
        grant_id=str(grant.public_id),
        dataset=grant.dataset.code,
        organisation_id=grant.organisation_id,
        purpose=grant.purpose,
        at=at,
    )


def _stopped(grant: Grant, at: datetime) -> GrantStopped:
    return GrantStopped(
        grant_id=str(grant.public_id),
        dataset=grant.dataset.code,
        organisation_id=grant.organisation_id,
        purpose=grant.purpose,
        state=grant.state,
        at=at,
    )


def _may(actor: User, case: Case, verb: str) -> bool:
    return any(move.verb == verb for move in allowed_verbs(actor, case))


def _request_of(case_id: int) -> SharingRequest:
    found = (
        SharingRequest.objects.filter(case_id=case_id)
        .select_related("case", "dataset__organisation", "organisation", "provider")
        .first()
    )
    if found is None:
        raise RequestUnknown(id=case_id)
    return found


def _case_of(request: SharingRequest) -> Case:
    if request.case is None:
        raise RequestUnknown(id=request.public_id)
    return request.case
