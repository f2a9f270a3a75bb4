"""Reads of e-certificates: what anyone may check, and one's own list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from yitang.ground.base.errors import NotFound
from yitang.ground.base.text import mask_name
from yitang.ground.organisations.api import User, can
from yitang.ground.plumbing.api import check_signature, public_key
from yitang.ground.plumbing.errors import SignatureInvalid
from yitang.public.services.errors import CertificateUnknown
from yitang.public.services.models import Certificate
from yitang.public.services.rules.certificates import (
    VALID,
    CertificateContent,
    status_on,
    typed_short_number,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """What anyone learns from a number: nothing that the paper's holder would mind."""

    number: str
    name: str
    holder: str  # masked
    issuer: str
    issued_on: date
    valid_until: date | None
    status: str  # a code of CERTIFICATE_STATUS
    is_signature_valid: bool
    revoked_at: datetime | None

    @property
    def is_valid(self) -> bool:
        return self.status == VALID and self.is_signature_valid


def check_certificate(number: str, *, on: date) -> CertificateCheck:
    """Whether the certificate with a short number (or identifier) is valid on a day.

    Raises ``CertificateUnknown``. Needs no account.
    """
    certificate = Certificate.objects.filter(short_number=typed_short_number(number)).first()
    certificate = certificate or Certificate.objects.filter(identifier=number.strip()).first()
    if certificate is None:
        raise CertificateUnknown(number=number.strip()[:40])
    content = certificate.parsed()
    return CertificateCheck(
        number=certificate.short_number,
        name=content.name,
        holder=mask_name(content.holder),
        issuer=content.issuer,
        issued_on=content.issued_on,
        valid_until=content.valid_until,
        status=status_on(certificate.status, certificate.valid_until, on),
        is_signature_valid=is_signed(certificate),
        revoked_at=certificate.revoked_at,
    )


def is_signed(certificate: Certificate) -> bool:
    """Whether its content is exactly what this installation's own key signed.

    Another key in the row is no better than none: whoever can write the row could put it there.
    """
    if certificate.signing_key != public_key().hex():
        return False
    try:
        check_signature(
            (certificate.content or "").encode(),
            bytes.fromhex(certificate.signature),
            key=bytes.fromhex(certificate.signing_key),
        )
    except SignatureInvalid:
        return False
    return True


def certificates_of(user: User) -> list[tuple[Certificate, CertificateContent]]:
    """One's own certificates, newest first."""
    if not user.identity_index:
        return []
    rows = Certificate.objects.filter(owner_index=user.identity_index).select_related("issuer")
    return [(row, row.parsed()) for row in rows]


def certificate_for(user: User | AnonymousUser, short_number: str) -> Certificate:
    """One certificate in full, for its owner and the office that issued it; else ``NotFound``."""
    number = typed_short_number(short_number)
    rows = Certificate.objects.select_related("issuer__division", "application")
    certificate = rows.filter(short_number=number).first()
    if certificate is not None and isinstance(user, User):
        is_own = bool(user.identity_index) and certificate.owner_index == user.identity_index
        if is_own or can(user, "services.decide", organisation_id=certificate.issuer_id):
            return certificate
    raise NotFound(kind="certificate", id=number)


def certificates_issued_since(since: datetime | None = None) -> list[Certificate]:
    """For handing over to the data wing; oldest first."""
    rows = Certificate.objects.select_related("issuer")
    if since is not None:
        rows = rows.filter(issued_at__gt=since)
    return list(rows.order_by("issued_at", "pk"))
