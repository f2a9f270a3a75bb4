"""The whole path in one step, and what time does to grants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from yitang.data.catalogue.api import dataset as dataset_by_code
from yitang.data.catalogue.api import items_of
from yitang.data.exchange.access import check_can_share
from yitang.data.exchange.errors import GrantUnknown, NothingToSupply
from yitang.data.exchange.models import ACTIVE, Grant
from yitang.data.exchange.pipeline import publish_snapshot, table_of
from yitang.data.exchange.queries import active_grant
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import Organisation, User, system_actor

from .requests import move_request, request_sharing

YEAR = timedelta(days=365)


def share_dataset(
    *,
    dataset: str,
    organisation: Organisation,
    purpose: str,
    actor: User,
    at: datetime,
    fields: Sequence[str] = (),
    matter_kinds: Sequence[str] = (),
    basis: str = "政务数据共享条例第二十条",
    scene: str = "",
    scope: str = "",
    quota: int = 0,
    valid_to: date | None = None,
) -> Grant:
    """Request, consent, agreement and supply at once, with all their histories.

    For the demonstration and for operators: each step is the platform's own and says who
    asked for it. A grant that is in force for this already is returned as it is. ``fields``
    default to every data item, ``valid_to`` to a year from ``at``.
    """
    check_can_share(actor, organisation)
    try:
        return active_grant(dataset=dataset, organisation=organisation, purpose=purpose, at=at)
    except GrantUnknown:
        pass
    entry = dataset_by_code(dataset)
    if table_of(dataset) is None:
        raise NothingToSupply(dataset=entry.name)
    system = system_actor()
    note = "一步办结" if actor == system else f"一步办结，由{actor}发起"
    publish_snapshot(entry, at=at)
    with transaction.atomic():
        request = request_sharing(
            dataset=entry,
            organisation=organisation,
            purpose=purpose,
            fields=list(fields) or [item.name for item in items_of(entry)],
            basis=basis,
            scene=scene or purpose,
            scope=scope or organisation.division.name,
            valid_from=civil_date(at),
            valid_to=valid_to or civil_date(at) + YEAR,
            matter_kinds=matter_kinds,
            quota=quota,
            actor=system,
            at=at,
        )
        if request.case is not None:
            for verb in ("submit", "agree", "supply"):
                move_request(case_id=request.case.pk, verb=verb, actor=system, at=at, note=note)
    return active_grant(dataset=dataset, organisation=organisation, purpose=purpose, at=at)


def expire_grants(*, at: datetime) -> int:
    """Terminate what is past its last day; the demander then disposes of the data. How many."""
    over = Grant.objects.filter(state=ACTIVE, valid_to__lt=civil_date(at)).select_related("request")
    cases = [grant.request.case_id for grant in over]
    for case_id in cases:
        if case_id is not None:
            note = "授权期限已满"
            move_request(case_id=case_id, verb="terminate", actor=system_actor(), at=at, note=note)
    return len(cases)


def refresh_snapshots(*, at: datetime, codes: Sequence[str] = ()) -> int:
    """Bring the snapshots of datasets under active grants to the lake's latest version.

    ``codes`` keeps only those. Returns how many were looked at.
    """
    wanted = Grant.objects.filter(state=ACTIVE)
    if codes:
        wanted = wanted.filter(dataset__code__in=list(codes))
    served = sorted(set(wanted.values_list("dataset__code", flat=True)))
    for code in served:
        publish_snapshot(dataset_by_code(code), at=at)
    return len(served)
