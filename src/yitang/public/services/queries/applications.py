"""Reads of applications: one's own, one of an office's, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count

from yitang.ground.base.errors import NotFound
from yitang.ground.base.text import mask_identity_number, mask_name
from yitang.ground.casework.api import Case
from yitang.ground.organisations.api import User
from yitang.public.services.access import check_can_see_application
from yitang.public.services.models import (
    Application,
    Certificate,
    CorrectionNotice,
    FieldValue,
    Visit,
)
from yitang.public.services.rules import VisitRatio, visit_ratio
from yitang.public.services.rules.forms import FormField
from yitang.public.services.rules.newborn import FORMS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a form as a page shows it: masked where the form says so."""

    field: FormField
    value: FieldValue | None
    text: str
    is_masked: bool


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


def applications_of(user: User, *, limit: int = 50) -> list[Application]:
    """What ``user`` applied for, drafts included, newest first."""
    rows = Application.objects.filter(applicant=user).select_related("item", "case__organisation")
    return list(rows.order_by("-started_at", "-pk")[:limit])


def drafts_of(user: User) -> list[Application]:
    """What ``user`` began and has not sent, newest first."""
    rows = Application.objects.filter(applicant=user, case=None).select_related("item")
    return list(rows[:10])


def shown_values(application: Application) -> list[ShownValue]:
    """Every field of the form in order, with its value masked for a page."""
    form = FORMS.get(application.item.form)
    values = {value.name: value for value in application.values.all()}
    return [_shown(one, values.get(one.name)) for one in (form.fields if form else ())]


def _shown(one: FormField, value: FieldValue | None) -> ShownValue:
    text = (value.text or "") if value is not None else ""
    if one.mask and text and value is not None and value.dataset:
        mask = mask_name if one.mask == "name" else mask_identity_number
        return ShownValue(one, value, mask(text), is_masked=True)
    return ShownValue(one, value, text, is_masked=False)


def visits_of(application: Application) -> list[Visit]:
    """Its on-site events, oldest first."""
    return list(application.visits.select_related("organisation", "logged_by"))


def certificate_of(application: Application) -> Certificate | None:
    """The certificate that came of it, if one did."""
    return Certificate.objects.filter(application=application).first()


def correction_of(application: Application) -> CorrectionNotice | None:
    """What the applicant was told to mend, if they were."""
    return CorrectionNotice.objects.filter(application=application).first()


def visits_per_closed_case() -> VisitRatio:
    """From logged on-site events of delivered cases, never from the item list."""
    rows = Application.objects.filter(case__state=DELIVERED).annotate(count=Count("visits"))
    return visit_ratio(rows.values_list("count", flat=True))
