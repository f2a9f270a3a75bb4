"""A counter makes an account that somebody opened at home the account of a person."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.identity import check_identity_number, normalise_identity_number
from yitang.ground.base.text import Message
from yitang.ground.organisations.access import check_can
from yitang.ground.organisations.errors import AlreadyVerified, PersonHasAccount
from yitang.ground.organisations.models import User
from yitang.ground.plumbing.api import blind_index

from .people import write_down

VERIFY = "organisations.verify_identity"
MISSING = Message("organisations.value_missing", "it is missing")


@transaction.atomic
def verify_identity(
    *, user: User, name: str, identity_number: str, purpose: str, actor: User, at: datetime
) -> User:
    """Link ``user`` to the person whose card the clerk has in hand; once, and for good.

    From then on records are looked up for it. The person finds the entry among the uses of
    their data. Raises ``AlreadyVerified``, ``PersonHasAccount``; nobody verifies themselves.
    """
    check_can(actor, VERIFY)
    for field, value in (("name", name), ("purpose", purpose)):
        if not value.strip():
            raise InvalidInput(field=field, problem=MISSING)
    number = normalise_identity_number(identity_number)
    check_identity_number(number)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == actor.pk or not user.is_active or user.identity_index:
        raise AlreadyVerified(username=user.username)
    user.identity_number, user.identity_index = number, blind_index(number)
    user.display_name = name.strip()
    try:
        with transaction.atomic():
            user.save(update_fields=["identity_number", "identity_index", "display_name"])
    except IntegrityError:
        raise PersonHasAccount from None
    write_down(user, actor, at, action=VERIFY, purpose=purpose.strip(), subject=user.identity_index)
    return user
