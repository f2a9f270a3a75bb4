"""Departments that a file names before anybody has registered them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from yitang.ground.base.identity import CREDIT_ALPHABET, credit_check_character
from yitang.ground.organisations.access import check_can
from yitang.ground.organisations.models import Organisation, User
from yitang.ground.organisations.queries import division
from yitang.ground.organisations.rules import PROVISIONAL


@transaction.atomic
def register_provisional_organisation(
    *, name: str, division_code: str, actor: User, at: datetime
) -> Organisation:
    """The organisation called ``name`` in a division, made provisionally if nobody knows it.

    Its credit code begins with Y, the class GB 32100 leaves for others, and is made of its name:
    no registered department has it. Load the organisation with its own code later; files that
    name it then mean that one.
    """
    check_can(actor, "organisations.load")
    home = division(division_code)
    code = _code(name, home.code)
    made, _ = Organisation.objects.select_related("division").get_or_create(
        credit_code=code,
        defaults={
            "name": name[:200], "short_name": name[:100], "division": home, "kind": PROVISIONAL,
        },
    )  # fmt: skip
    return made


def _code(name: str, division_code: str) -> str:
    number = int(hashlib.sha256(name.encode()).hexdigest(), 16)
    letters = ""
    for _ in range(9):
        number, at = divmod(number, len(CREDIT_ALPHABET))
        letters += CREDIT_ALPHABET[at]
    body = f"Y1{division_code[:6]}{letters}"
    return body + credit_check_character(body)
