"""Accounts and posts."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.identity import check_identity_number, normalise_identity_number
from yitang.ground.base.ids import Reference
from yitang.ground.base.text import Message
from yitang.ground.ledger.api import record
from yitang.ground.organisations.access import (
    SYSTEM_USERNAME,
    check_can,
    forget_posts,
    posts_of,
)
from yitang.ground.organisations.errors import (
    AppointmentInvalid,
    PersonHasAccount,
    PowersNotSeparate,
    RoleUnknown,
    UsernameTaken,
)
from yitang.ground.organisations.models import Appointment, Organisation, User
from yitang.ground.organisations.rules import APPOINTED, ROLES, powers_clash
from yitang.ground.plumbing.api import blind_index


def create_user(
    *,
    username: str,
    at: datetime,
    password: str | None = None,
    display_name: str = "",
    is_officer: bool = False,
    mobile: str | None = None,
    identity_number: str | None = None,
    email: str = "",
) -> User:
    """Open an account; without a password nobody can sign in with it yet.

    The identity number is checked, stored encrypted, and found again by its blind index only:
    one person, one account.
    """
    user = User(
        username=username,
        display_name=display_name or username,
        is_officer=is_officer,
        mobile=mobile,
        email=email,
        date_joined=at,
    )
    if identity_number is not None:
        number = normalise_identity_number(identity_number)
        check_identity_number(number)
        user.identity_number, user.identity_index = number, blind_index(number)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        if User.objects.filter(username=username).exists():
            raise UsernameTaken(username=username) from None
        raise PersonHasAccount from None
    return user


def system_actor() -> User:
    """The platform itself as an actor: it cannot sign in and holds the one role ``system``."""
    user = User.objects.filter(username=SYSTEM_USERNAME).first()
    if user is None:
        user = User(
            username=SYSTEM_USERNAME,
            display_name="system",
            is_active=False,
            date_joined=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        )
        user.set_unusable_password()
        user, _ = User.objects.get_or_create(
            username=SYSTEM_USERNAME,
            defaults={
                "display_name": user.display_name,
                "is_active": False,
                "date_joined": user.date_joined,
                "password": user.password,
            },
        )
    return user


@transaction.atomic
def set_password(*, user: User, password: str, actor: User, at: datetime) -> None:
    """Give an account a first or a new password, as the security administrator does."""
    check_can(actor, "organisations.appoint")
    try:
        validate_password(password, user)
    except ValidationError as error:
        problem = " ".join(error.messages).rstrip(".")
        raise InvalidInput(field="password", problem=problem) from None
    user.set_password(password)
    user.has_one_time_password = False
    user.save(update_fields=["password", "has_one_time_password"])
    write_down(user, actor, at, action="organisations.set_password", purpose="new password")


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    organisation: Organisation,
    actor: User,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Appointment:
    """Give ``user`` a post, from today unless ``valid_from`` says otherwise.

    Holding it already from that day on changes nothing. Raises ``PowersNotSeparate`` when the
    person would unite powers that watch each other, on any day both posts would be held.
    """
    if role not in APPOINTED:
        raise RoleUnknown(role=role)
    check_can(actor, "organisations.appoint", division_code=organisation.division.code)
    start = valid_from or civil_date(at)
    if valid_to is not None and valid_to <= start:
        raise AppointmentInvalid(problem=_text("it would end on {day}, before it begins", valid_to))
    if user.pk == actor.pk:
        raise AppointmentInvalid(problem="nobody appoints themselves")
    User.objects.select_for_update().get(pk=user.pk)  # two appointments at once wait in turn
    held = _held_between(user, start, valid_to)
    for post in held:
        if powers_clash(post.role, role):
            raise PowersNotSeparate(
                name=str(user),
                held=ROLES[post.role].name,
                wanted=ROLES[role].name,
            )
        same = post.role == role and post.organisation_id == organisation.pk
        if same and post.valid_from <= start and post.valid_to is None:
            return post
    forget_posts(user)
    if not user.is_officer:
        user.is_officer = True
        user.save(update_fields=["is_officer"])
    post = Appointment.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=start,
        valid_to=valid_to,
        appointed_by=actor,
        appointed_at=at,
    )
    write_down(user, actor, at, action="organisations.appoint", purpose=str(post))
    return post


@transaction.atomic
def end_appointment(
    *, appointment_id: int, actor: User, at: datetime, valid_to: date | None = None
) -> Appointment:
    """End a post: ``valid_to`` (today unless given) is the first day it is no more held."""
    post = Appointment.objects.select_for_update().get(pk=appointment_id)
    check_can(actor, "organisations.appoint", division_code=post.organisation.division.code)
    end = valid_to or civil_date(at)
    if post.user_id == actor.pk:
        raise AppointmentInvalid(problem="nobody ends their own post")
    if post.valid_to is not None and post.valid_to <= end:
        raise AppointmentInvalid(problem=_text("it already ended on {day}", post.valid_to))
    if end < post.valid_from:
        raise AppointmentInvalid(problem=_text("it begins only on {day}", post.valid_from))
    post.valid_to, post.ended_by, post.ended_at = end, actor, at
    post.save(update_fields=["valid_to", "ended_by", "ended_at"])
    forget_posts(post.user)
    write_down(post.user, actor, at, action="organisations.end_appointment", purpose=str(post))
    return post


@transaction.atomic
def close_account(*, user: User, actor: User, at: datetime) -> User:
    """Close an account for good: every post ends today, and nobody signs in with it again."""
    for post in user.appointments.filter(valid_to__isnull=True, valid_from__lte=civil_date(at)):
        end_appointment(appointment_id=post.pk, actor=actor, at=at)
    check_can(actor, "organisations.appoint")
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    forget_posts(user)
    write_down(user, actor, at, action="organisations.close_account", purpose="account closed")
    return user


def _text(template: str, day: date) -> Message:
    return Message("organisations.appointment_problem", template, {"day": day})


def write_down(
    user: User, actor: User, at: datetime, *, action: str, purpose: str, subject: str | None = None
) -> None:
    """Whoever gives or takes power leaves an entry in the ledger."""
    homes = [p.organisation_id for p in posts_of(actor) if p.organisation_id is not None]
    own = Organisation.objects.filter(pk__in=homes).first()
    record(
        actor=str(actor.public_id),
        organisation=str(own or actor),
        action=action,
        purpose=purpose,
        matter=Reference("organisations.user", str(user.public_id)),
        subject_index=subject,
        at=at,
    )


def _held_between(user: User, start: date, end: date | None) -> list[Appointment]:
    """Posts of ``user`` in force on some day from ``start`` until before ``end``."""
    rows = Appointment.objects.filter(user=user).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=start)
    )
    if end is not None:
        rows = rows.filter(valid_from__lt=end)
    return list(rows)
