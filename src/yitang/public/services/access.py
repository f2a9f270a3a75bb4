"""Who may see and do what with applications and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.casework.api import can_see
from yitang.ground.organisations.api import User, can, check_can

from .models import Application, Certificate

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def check_can_apply(user: User | AnonymousUser) -> None:
    """Raises unless ``user`` has an account to apply with."""
    check_can(user, "services.apply")


def check_can_see_application(user: User | AnonymousUser, application: Application) -> None:
    """Raises ``NotFound`` for other people's: that it exists is not told either."""
    if not can_see_application(user, application):
        raise NotFound(kind="application", id=application.public_id)


def can_see_application(user: User | AnonymousUser, application: Application) -> bool:
    """Its applicant always; officers through their posts once it was sent."""
    if isinstance(user, User) and application.applicant_id == user.pk:
        return True
    return application.case is not None and can_see(user, application.case)


def works_on(user: User | AnonymousUser, application: Application) -> bool:
    """Whether ``user`` serves in the office that holds the application."""
    holder = application.case.organisation_id if application.case is not None else None
    return holder is not None and can(user, "services.open_value", organisation_id=holder)


def check_can_open(user: User | AnonymousUser, application: Application) -> None:
    """What an application holds in full is its applicant's and the office's that has the case."""
    if isinstance(user, User) and application.applicant_id == user.pk:
        return
    case = application.case
    check_can(
        user,
        "services.open_value",
        division_code=case.division_code if case else None,
        organisation_id=(case.organisation_id if case else None) or 0,
    )


def can_open(user: User | AnonymousUser, application: Application) -> bool:
    try:
        check_can_open(user, application)
    except NotAllowed:
        return False
    return True


def check_can_change(user: User | AnonymousUser, application: Application) -> None:
    """Only the applicant fills in an application."""
    check_can_see_application(user, application)
    check_can(user, "services.apply", owner_id=application.applicant_id)


def check_can_revoke(user: User | AnonymousUser, certificate: Certificate) -> None:
    """Raises unless ``user`` decides for the office that issued it."""
    check_can(
        user,
        "services.revoke_certificate",
        organisation_id=certificate.issuer_id,
        division_code=certificate.issuer.division.code,
    )


def check_can_load_items(user: User | AnonymousUser) -> None:
    check_can(user, "services.load_items")
