"""Beside the moves: a masked value opened, a visit logged, a rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotFound
from yitang.ground.casework.errors import CaseClosed
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import (
    Organisation,
    User,
    check_can,
    office_name,
)
from yitang.ground.plumbing.api import blind_index
from yitang.public.services.access import check_can_change, check_can_open
from yitang.public.services.errors import RatingNotPossible
from yitang.public.services.models import Application, Certificate, CorrectionNotice, Visit
from yitang.public.services.queries import certificate_for
from yitang.public.services.rules.newborn import FORMS

from .forms import case_of, reference_of

ANSWER = "answer"  # what was written when something had to be mended, beside the form's fields


@dataclass(frozen=True, slots=True)
class Opened:
    """What stood behind a mask: the value, and what the applicant says instead."""

    text: str
    doubt: str


@transaction.atomic
def open_value(*, application_id: int, name: str, actor: User, at: datetime) -> Opened:
    """A masked value in full; opening it is written into the ledger, unless it is one's own.

    ``name`` is a field of the form, or ``ANSWER``. The applicant finds the entry, and so does
    whoever an identity number beside the value names. Raises ``NotFound``, ``NotAllowed``.
    """
    application = Application.objects.select_related("item", "applicant", "case").get(
        pk=application_id
    )
    opened, dataset = _behind(application, name)
    check_can_open(actor, application)
    if actor.pk == application.applicant_id:
        return opened
    for number in _named_beside(application, name):
        record(
            actor=str(actor.public_id),
            organisation=office_name(actor, on=civil_date(at)),
            action="services.open_value",
            purpose=application.item.name,
            matter=reference_of(application),
            subject_index=blind_index(number),
            dataset=dataset or None,
            details={"field": name},
            at=at,
        )
    return opened


def _behind(application: Application, name: str) -> tuple[Opened, str]:
    """What is masked, and the dataset it was read from."""
    if name == ANSWER:
        notice = CorrectionNotice.objects.filter(application=application).first()
        if notice is not None:
            return Opened(notice.answer or "", ""), ""
    value = application.values.filter(name=name).first()
    if value is None:
        raise NotFound(kind="value", id=name)
    return Opened(value.text or "", value.doubt or ""), value.dataset


def _named_beside(application: Application, name: str) -> list[str]:
    """The identity numbers of whom a value is about: the applicant, and those of its group."""
    form = FORMS.get(application.item.form)
    one = form.field_named(name) if form else None
    beside = [f.name for f in form.fields if one and f.group == one.group] if form else []
    identities = [f.name for f in form.fields if f.mask == "identity"] if form else []
    rows = application.values.filter(name__in={*beside} & {*identities})
    numbers = [application.applicant.identity_number, *(row.text for row in rows)]
    return list(dict.fromkeys(number for number in numbers if number))


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
            organisation=office_name(actor, on=civil_date(at)),
            action="services.open_certificate",
            purpose=application.item.name if application else certificate.parsed().name,
            matter=reference_of(application) if application else None,
            subject_index=certificate.owner_index or None,
            dataset=None,
            details={"certificate": certificate.short_number},
            at=at,
        )
    return certificate


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
