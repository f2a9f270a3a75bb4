"""Beside the moves: a masked value opened, a visit logged, a rating."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.errors import CaseClosed
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import (
    Organisation,
    User,
    appointments_of,
    check_can,
    posts_of,
)
from yitang.ground.plumbing.api import blind_index
from yitang.public.services.access import check_can_change
from yitang.public.services.errors import RatingNotPossible
from yitang.public.services.models import Application, Certificate, Visit
from yitang.public.services.queries import certificate_for

from .forms import case_of, reference_of


@transaction.atomic
def open_value(*, application_id: int, name: str, actor: User, at: datetime) -> str:
    """A masked value in full; opening it is written into the ledger, unless it is one's own."""
    application = Application.objects.select_related("item", "applicant", "case").get(
        pk=application_id
    )
    value = application.values.get(name=name)
    if actor.pk != application.applicant_id:
        case = application.case
        check_can(
            actor,
            "services.open_value",
            division_code=case.division_code if case else None,
            organisation_id=(case.organisation_id if case else None) or 0,
        )
        identity = application.applicant.identity_number or ""
        record(
            actor=str(actor.public_id),
            organisation=office_of(actor, at),
            action="services.open_value",
            purpose=application.item.name,
            matter=reference_of(application),
            subject_index=blind_index(identity) if identity else None,
            dataset=value.dataset or None,
            details={"field": name},
            at=at,
        )
    return value.text or ""


@transaction.atomic
def open_certificate(*, number: str, actor: User, at: datetime) -> Certificate:
    """A certificate in full; opening it is written into the ledger, unless it is one's own.

    Raises ``NotFound`` for others than its owner and the office that issued it.
    """
    certificate = certificate_for(actor, number)
    application = certificate.application
    if certificate.owner_index != actor.identity_index:
        record(
            actor=str(actor.public_id),
            organisation=office_of(actor, at),
            action="services.open_certificate",
            purpose=application.item.name if application else certificate.parsed().name,
            matter=reference_of(application) if application else None,
            subject_index=certificate.owner_index or None,
            dataset=None,
            details={"certificate": certificate.short_number},
            at=at,
        )
    return certificate


def office_of(actor: User, at: datetime) -> str:
    """The name of the first organisation ``actor`` works for, as a citizen reads it."""
    held = {post.organisation_id for post in posts_of(actor, on=civil_date(at))}
    offices = [post.organisation for post in appointments_of(actor)]
    return next((office.name for office in offices if office.pk in held), "")


@transaction.atomic
def log_visit(
    *, application_id: int, organisation: Organisation, reason: str, actor: User, at: datetime
) -> Visit:
    """An on-site event: the applicant came, or an officer came to them."""
    application = Application.objects.select_related("case").get(pk=application_id)
    check_can(actor, "services.accept", organisation_id=organisation.pk)
    case = case_of(application)
    if not case.is_open:
        raise CaseClosed(number=case.number)
    return Visit.objects.create(
        application=application, organisation=organisation, at=at, reason=reason, logged_by=actor
    )


@transaction.atomic
def rate_application(
    *, application_id: int, stars: int, words: str, actor: User, at: datetime
) -> Application:
    """One to five stars, once, when the matter is closed (好差评, FACTS §4.10)."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    check_can_change(actor, application)
    closed = application.case is not None and not application.case.is_open
    if not closed or application.rating is not None or not 1 <= stars <= 5:
        raise RatingNotPossible
    application.rating, application.rating_words, application.rated_at = stars, words, at
    application.save(update_fields=["rating", "rating_words", "rated_at"])
    return application
