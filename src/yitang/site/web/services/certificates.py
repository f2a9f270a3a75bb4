"""E-certificates: one's own, in full and on paper, and the check that anyone can make."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import can
from yitang.ground.plumbing.api import now, translated
from yitang.public.services.api import (
    certificate_for,
    certificates_of,
    check_certificate,
    open_certificate,
    revoke_certificate,
)
from yitang.public.services.errors import CertificateUnknown
from yitang.public.services.rules import CERTIFICATE_STATUS
from yitang.public.services.rules.certificates import VALID, grouped, typed_short_number
from yitang.site.web.shell.entrance import signed_in

from .showing import full_day, said_value


def mine(request: HttpRequest) -> HttpResponse:
    """Every certificate that was issued to the reader."""
    rows = [
        (row, content, grouped(row.short_number), CERTIFICATE_STATUS.label(row.status))
        for row, content in certificates_of(signed_in(request))
    ]
    return render(request, "services/certificates.html", {"rows": rows})


def one(request: HttpRequest, number: str) -> HttpResponse:
    """A certificate in full, with its QR code and short number; prints on one page."""
    user = signed_in(request)
    certificate = open_certificate(number=number, actor=user, at=now())
    content = certificate.parsed()
    address = reverse("services:checked", args=[certificate.short_number])
    page = {
        "certificate": certificate,
        "content": content,
        "facts": [(gettext(label), _said(label, text)) for label, text in content.facts.items()],
        "issued_on": full_day(content.issued_on),
        "number": grouped(certificate.short_number),
        "check_url": request.build_absolute_uri(address),
        "is_valid": certificate.status == VALID,
        "status": CERTIFICATE_STATUS.label(certificate.status),
        "can_revoke": certificate.status == VALID
        and can(user, "services.revoke_certificate", organisation_id=certificate.issuer_id),
    }
    return render(request, "services/certificate.html", page)


@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """The issuing office takes a certificate back, with a reason."""
    user = signed_in(request)
    certificate = certificate_for(user, number)
    revoke_certificate(
        certificate_id=certificate.pk,
        reason=request.POST.get("reason", "")[:500],
        actor=user,
        at=now(),
    )
    messages.success(request, gettext("Revoked. Whoever checks it is told so from now on."))
    return redirect("services:certificate", number=certificate.short_number)


def ask(request: HttpRequest) -> HttpResponse:
    """Type the short number of any certificate."""
    typed = request.GET.get("number", "")[:20]
    number = typed_short_number(typed)
    if number:
        return redirect("services:checked", number=number)
    if typed:
        return _unknown(request, typed, CertificateUnknown(number=typed))
    return render(request, "services/check.html")


def check(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a certificate is valid; what its QR code opens. Needs no account."""
    try:
        found = check_certificate(number, on=civil_date(now()))
    except CertificateUnknown as unknown:
        return _unknown(request, number, unknown)
    page = {
        "found": found,
        "number": grouped(found.number),
        "status": CERTIFICATE_STATUS.label(found.status),
    }
    return render(request, "services/checked.html", page)


def _unknown(request: HttpRequest, typed: str, unknown: CertificateUnknown) -> HttpResponse:
    page = {"typed": typed, "problem": translated(unknown)}
    return render(request, "services/check.html", page, status=404)


def _said(label: str, text: str) -> str:
    kinds = {"Sex": "sex", "Date of birth": "date"}
    return said_value(kinds.get(label, "text"), text)
