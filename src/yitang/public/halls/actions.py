"""Writes: a hall with its matters and windows, as measured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitang.ground.organisations.api import Organisation, User, check_can
from yitang.public.workforce.api import Demand

from .models import Hall, ServiceType, Window


@transaction.atomic
def record_hall(
    *,
    name: str,
    organisation: Organisation,
    demands: Sequence[Demand],
    integrated_windows: int = 0,
    actor: User,
    at: datetime,
) -> Hall:
    """Keep what a hall was measured to need; a later measurement replaces the earlier.

    ``demands[].windows`` are windows of that kind alone; ``integrated_windows`` serve every kind.
    """
    check_can(actor, "halls.record", organisation_id=organisation.pk)
    hall, _ = Hall.objects.select_for_update().update_or_create(
        organisation=organisation, name=name, defaults={"measured_at": at}
    )
    hall.windows.all().delete()
    hall.service_types.all().delete()
    kinds = ServiceType.objects.bulk_create(
        ServiceType(
            hall=hall,
            name=demand.name,
            visits_per_day=demand.visits_per_day,
            mean_minutes=demand.mean_minutes,
            cv=demand.cv,
        )
        for demand in demands
    )
    serves = [
        kind
        for kind, demand in zip(kinds, demands, strict=True)
        for _ in range(demand.windows or 0)
    ]
    Window.objects.bulk_create(
        Window(hall=hall, number=number, service_type=kind)
        for number, kind in enumerate([*serves, *[None] * integrated_windows], start=1)
    )
    return hall
