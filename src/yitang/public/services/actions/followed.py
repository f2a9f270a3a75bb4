"""What happens here when a case of ours moves, whoever moved it: in the same transaction."""

from __future__ import annotations

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.api import CaseMoved
from yitang.ground.metrics.api import observe
from yitang.public.services.errors import VerificationNeeded
from yitang.public.services.models import Application
from yitang.public.services.queries import OF_DELIVERED

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
        visits = application.visits.count()
        for code, observation in OF_DELIVERED.items():
            counted = observation(application.case, visits, application.trips_before)
            observe(code=code, observations=[counted], at=event.at)


def _check_verified(application: Application, event: CaseMoved) -> None:
    day = civil_date(event.at)
    for value in application.values.exclude(dataset=""):
        if value.verified_at is None or civil_date(value.verified_at) != day:
            raise VerificationNeeded
