"""Reads of applications: one's own, one of an office's, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count

from yitang.data.exchange.api import Matter
from yitang.ground.base.errors import NotFound
from yitang.ground.casework.api import Case
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import blind_index
from yitang.public.services.access import can_see_application, check_can_see_application
from yitang.public.services.models import (
    Application,
    Certificate,
    CorrectionNotice,
    Item,
    Visit,
)
from yitang.public.services.rules import VisitRatio, visit_ratio
from yitang.public.services.rules.newborn import FORMS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

DELIVERED = "delivered"


def application_for(user: User | AnonymousUser, public_id: UUID | str) -> Application:
    """One application that ``user`` may see; raises ``NotFound``."""
    rows = Application.objects.select_related(
        "item__organisation", "case__organisation", "applicant"
    )
    try:
        application = rows.filter(public_id=public_id).first()
    except ValidationError:
        application = None
    if application is None:
        raise NotFound(kind="application", id=public_id)
    check_can_see_application(user, application)
    return application


def application_of_case(user: User | AnonymousUser, case: Case) -> Application:
    """The application that ``case`` is about, if ``user`` may see it."""
    return application_for(user, case.subject_id)


def application_with_case(case_id: int) -> Application:
    """The application of a case, whoever asks: for moves, which check their own permission."""
    return Application.objects.select_related("item", "applicant", "case").get(case_id=case_id)


def matter_of_application(public_id: str) -> Matter | None:
    """What a read of the exchange may serve: a draft of its applicant's, an office's open case."""
    try:
        rows = Application.objects.filter(public_id=public_id).select_related("case")
        application = rows.first()
    except ValidationError:
        return None
    if application is None:
        return None
    case = application.case
    return Matter(
        is_open=case is None or case.is_open,
        holder=case.organisation_id if case is not None else None,
        owner=application.applicant_id,
    )


def applications_of(user: User, *, limit: int = 50) -> list[Application]:
    """What ``user`` applied for, drafts included, newest first."""
    rows = Application.objects.filter(applicant=user).select_related("item", "case__organisation")
    return list(rows.order_by("-started_at", "-pk")[:limit])


def standing_application(user: User, item: Item) -> Application | None:
    """What ``user`` sent for ``item`` last, unless it ended without a result."""
    rows = Application.objects.filter(applicant=user, item=item).exclude(holder_index="")
    return rows.exclude(case=None).order_by("-submitted_at").first()


@dataclass(frozen=True, slots=True)
class AppliedBefore:
    """The application that a draft would repeat; where it stands only for who may see it."""

    number: str
    public_id: UUID | None
    is_stated: bool = False  # by what the applicant wrote, who may have mistyped it


def applied_before(user: User, draft: Application) -> AppliedBefore | None:
    """What was sent already for whom ``draft`` is about (this very child), by whichever parent.

    Known as soon as a record, or the applicant, has said who that is.
    """
    form = FORMS.get(draft.item.form)
    holder = draft.values.filter(name=form.holder_code).first() if form else None
    if holder is None or not holder.text:
        return None
    earlier = application_of_holder(draft.item, holder_index(holder.text))
    if earlier is None or earlier.case is None:
        return None
    is_theirs = can_see_application(user, earlier)
    return AppliedBefore(
        earlier.case.number,
        earlier.public_id if is_theirs else None,
        is_stated=not holder.dataset,
    )


def application_of_holder(item: Item, index: str) -> Application | None:
    """The application for ``item`` under way or done for one holder; there is at most one."""
    rows = Application.objects.filter(item=item, holder_index=index).exclude(case=None)
    return rows.select_related("case", "applicant").first()


def holder_index(code: str) -> str:
    """What stands for a holder, this very child, in the table of applications."""
    return blind_index(code, purpose="services.holder")


def drafts_of(user: User) -> list[Application]:
    """What ``user`` began and has not sent, newest first."""
    rows = Application.objects.filter(applicant=user, case=None).select_related("item")
    return list(rows[:10])


def visits_of(application: Application) -> list[Visit]:
    """Its on-site events, oldest first."""
    return list(application.visits.select_related("organisation", "logged_by"))


def certificate_of(application: Application) -> Certificate | None:
    """The certificate that came of it, if one did."""
    return Certificate.objects.filter(application=application).first()


def correction_of(application: Application) -> CorrectionNotice | None:
    """What the applicant was told to mend, if they were."""
    return (
        CorrectionNotice.objects.filter(application=application)
        .select_related("application")
        .first()
    )


def visits_per_closed_case() -> VisitRatio:
    """From logged on-site events of delivered cases, never from the item list."""
    rows = Application.objects.filter(case__state=DELIVERED).annotate(count=Count("visits"))
    return visit_ratio(rows.values_list("count", flat=True))
