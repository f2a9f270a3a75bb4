"""Small trees, organisations and people; every argument has a default that makes sense."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from yitang.ground.base.identity import CREDIT_ALPHABET, credit_check_character
from yitang.ground.organisations.actions import appoint, create_user, system_actor
from yitang.ground.organisations.models import Appointment, Division, Organisation, User
from yitang.ground.organisations.rules import level_of, parents_of

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_number = count(1)


def make_division(
    code: str = "350102",
    *,
    name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    successors: tuple[Division, ...] = (),
) -> Division:
    """A division, below the nearest division that was made before."""
    known = Division.objects.filter(code=code).first()
    if known is not None:
        return known
    above = {row.code: row for row in Division.objects.filter(code__in=list(parents_of(code)))}
    parent = next((above[c] for c in parents_of(code) if c in above), None)
    row = Division.objects.create(
        code=code,
        name=name or f"Division {code}",
        short_name=name or code,
        level=level_of(code),
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    row.successors.set(successors)
    return row


def make_organisation(
    division_code: str = "350102",
    *,
    name: str = "",
    duties: tuple[str, ...] = (),
    kind: str = "department",
) -> Organisation:
    number = next(_number)
    return Organisation.objects.create(
        name=name or f"Organisation {number}",
        short_name=name or f"Organisation {number}",
        credit_code=make_credit_code(number),
        division=make_division(division_code),
        kind=kind,
        duties=list(duties),
    )


def make_credit_code(number: int) -> str:
    """A credit code of a government body (registering authority 1, body type 1) that checks."""
    digits = ""
    for _ in range(9):
        number, digit = divmod(number, len(CREDIT_ALPHABET))
        digits = CREDIT_ALPHABET[digit] + digits
    body = f"11350000{digits}"
    return body + credit_check_character(body)


def make_user(username: str = "", *, is_officer: bool = False, password: str | None = None) -> User:
    username = username or f"user{next(_number)}"
    return create_user(username=username, is_officer=is_officer, password=password, at=AT)


def make_officer(
    role: str = "handler", *, organisation: Organisation | None = None, username: str = ""
) -> User:
    """A user with one post since 2020."""
    user = make_user(username, is_officer=True)
    make_appointment(user, role, organisation or make_organisation())
    return user


def make_appointment(user: User, role: str, organisation: Organisation) -> Appointment:
    return appoint(
        user=user,
        role=role,
        organisation=organisation,
        actor=system_actor(),
        at=AT,
        valid_from=date(2020, 1, 1),
    )
