"""Ways back into an account: a one-time password, a second factor set up anew."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.apps import apps
from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.organisations.access import check_can_reset_sign_in
from yitang.ground.organisations.errors import NoSecondFactor
from yitang.ground.organisations.models import User

from .people import write_down


@transaction.atomic
def give_one_time_password(*, user: User, reason: str, actor: User, at: datetime) -> str:
    """A made password that opens the account until its owner chooses one, at the next sign-in.

    It is returned once and kept nowhere. Whoever is signed in with the old one is out.
    """
    check_can_reset_sign_in(actor, user, on=civil_date(at))
    _check_reason(reason)
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.has_one_time_password = True
    user.save(update_fields=["password", "has_one_time_password"])
    write_down(user, actor, at, action="organisations.give_one_time_password", purpose=reason)
    return password


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, actor: User, at: datetime) -> None:
    """Forget the authenticator app and the recovery codes; the next sign-in sets them up anew.

    Raises ``NoSecondFactor`` when there is none to forget.
    """
    check_can_reset_sign_in(actor, user, on=civil_date(at))
    _check_reason(reason)
    kept = apps.get_model("mfa", "Authenticator").objects.filter(user=user)
    if not kept.exists():
        raise NoSecondFactor(username=user.username)
    kept.delete()
    write_down(user, actor, at, action="organisations.reset_second_factor", purpose=reason)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(
            field="reason", problem=Message("organisations.reason_missing", "it is missing")
        )
