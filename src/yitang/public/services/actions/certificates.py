"""E-certificates: issued and signed with an approval, revoked with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import public_key, sign
from yitang.public.services.access import check_can_revoke
from yitang.public.services.errors import CertificateNotValid
from yitang.public.services.models import Application, Certificate, CertificateSeries
from yitang.public.services.rules.certificates import (
    REVOKED,
    VALID,
    CertificateContent,
    certificate_identifier,
)
from yitang.public.services.rules.forms import ItemForm

from .forms import form_of

TYPE_SERIAL = 1  # the first kind of certificate its defining body numbers


@transaction.atomic
def issue_certificate(*, application_id: int, at: datetime) -> Certificate:
    """Sign and keep the e-certificate of an approved application; once for each application.

    Called with the approval, in its transaction: whether the officer may decide was checked
    there. The defining body is the item's own, the issuer the office that decided.
    """
    application = Application.objects.select_related(
        "item__organisation", "case__organisation", "applicant"
    ).get(pk=application_id)
    known = Certificate.objects.filter(application=application).first()
    if known is not None:
        return known
    item, form = application.item, form_of(application.item)
    issuer = (application.case.organisation if application.case else None) or item.organisation
    if issuer is None:
        raise ValueError(f"application {application_id} has no office that could issue")
    defined_by = (item.organisation or issuer).credit_code
    type_code = f"{defined_by}{TYPE_SERIAL:03}"
    serial = _next_serial(type_code, issuer.credit_code, at)
    identifier = certificate_identifier(
        defined_by=defined_by, type_serial=TYPE_SERIAL, issued_by=issuer.credit_code, serial=serial
    )
    content = _content(application, form, issuer, identifier, at)
    signed = content.canonical()
    return Certificate.objects.create(
        identifier=identifier,
        application=application,
        name=content.name,
        type_code=type_code,
        serial=serial,
        issuer=issuer,
        owner_index=application.applicant.identity_index or "",
        content=signed.decode(),
        signature=sign(signed).hex(),
        signing_key=public_key().hex(),
        issued_at=at,
    )


def _content(
    application: Application, form: ItemForm, issuer: Organisation, identifier: str, at: datetime
) -> CertificateContent:
    """What is signed: the values as they were decided on, a doubt that was granted included."""
    item = application.item
    values = {value.name: value.doubt or value.text or "" for value in application.values.all()}
    named = {one.name: one.label for one in form.fields}
    return CertificateContent(
        identifier=identifier,
        name=item.result_name or item.name,
        holder=values.get(form.holder, ""),
        holder_code=values.get(form.holder_code, ""),
        issuer=issuer.name,
        issuer_code=issuer.credit_code,
        issued_on=civil_date(at),
        valid_until=None,
        item=item.name,
        facts={named[n]: values[n] for n in form.certificate_facts if values.get(n)},
    )


def _next_serial(type_code: str, issuer_code: str, at: datetime) -> str:
    """Year and six digits; whoever asks next waits for our commit."""
    name = f"{type_code}:{issuer_code}:{civil_date(at):%Y}"
    if not CertificateSeries.objects.filter(name=name).update(last=F("last") + 1):
        CertificateSeries.objects.bulk_create([CertificateSeries(name=name)], ignore_conflicts=True)
        CertificateSeries.objects.filter(name=name).update(last=F("last") + 1)
    last = CertificateSeries.objects.get(name=name).last
    return f"{civil_date(at):%Y}{last:06}"


@transaction.atomic
def revoke_certificate(
    *, certificate_id: int, reason: str, actor: User, at: datetime
) -> Certificate:
    """Take a certificate back; whoever checks it sees so from now on. The row stays."""
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("issuer__division")
        .get(pk=certificate_id)
    )
    check_can_revoke(actor, certificate)
    if certificate.status != VALID:
        raise CertificateNotValid(number=certificate.short_number)
    certificate.status, certificate.revoked_at = REVOKED, at
    certificate.revoked_by, certificate.revocation_reason = actor, reason
    certificate.save(update_fields=["status", "revoked_at", "revoked_by", "revocation_reason"])
    return certificate
