"""What happens here when a case of ours moves, whoever moved it: in the same transaction."""

from __future__ import annotations

from decimal import Decimal

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.api import CaseMoved
from yitang.ground.metrics.api import Observation, observe
from yitang.public.services.errors import VerificationNeeded
from yitang.public.services.models import Application

from .certificates import issue_certificate

APPROVED, DELIVERED = "approved", "delivered"
WITHOUT_RESULT = frozenset({"refused", "not_accepted", "withdrawn"})


def follow_case(event: CaseMoved) -> None:
    """An approval needs records read today and brings the certificate; a delivery is counted."""
    if event.subject.kind != "services.application":
        return
    application = Application.objects.select_related("item", "case").get(case_id=event.case_id)
    if event.to_state == APPROVED:
        _check_verified(application, event)
        if "electronic" in application.item.delivery:
            issue_certificate(application_id=application.pk, at=event.at)
    if event.to_state in WITHOUT_RESULT:  # the same matter may be applied for again
        Application.objects.filter(pk=application.pk).update(holder_index="")
    if event.to_state == DELIVERED and application.case is not None:
        place, day = application.case.division_code, civil_date(event.at)
        visits = Decimal(application.visits.count())
        saved = Decimal(application.trips_before) - visits
        observe(
            code="services.visits_per_closed_case",
            observations=[Observation(day, place, visits, Decimal(1))],
            at=event.at,
        )
        observe(
            code="services.trips_saved", observations=[Observation(day, place, saved)], at=event.at
        )


def _check_verified(application: Application, event: CaseMoved) -> None:
    day = civil_date(event.at)
    for value in application.values.exclude(dataset=""):
        if value.verified_at is None or civil_date(value.verified_at) != day:
            raise VerificationNeeded
