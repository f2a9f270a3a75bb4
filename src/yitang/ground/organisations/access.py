"""Who may do what where: one check, from registered permissions and the posts held today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotAllowed
from yitang.ground.plumbing.api import now

from .errors import (
    NotYours,
    OutsideDivision,
    OutsideDuties,
    OutsideOrganisation,
    RoleMissing,
    SignInNeeded,
)
from .models import Appointment, User
from .rules import NATION, ROLES, Post, Reach, Scope, division_prefix, is_in_division, reaches_of

if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM_USERNAME = "system"


def posts_of(user: User | AnonymousUser, *, on: date | None = None) -> tuple[Post, ...]:
    """The posts ``user`` holds ``on`` a day (today unless given); every account is a citizen.

    Kept on the instance, so that a request or a batch asks the database once.
    """
    if not isinstance(user, User) or user.pk is None:
        return ()
    day = on or civil_date(now())
    kept: dict[date, tuple[Post, ...]] = user.__dict__.setdefault("_posts", {})
    if day not in kept:
        kept[day] = _posts(user, day)
    return kept[day]


def forget_posts(user: User) -> None:
    """After an appointment was made or ended."""
    user.__dict__.pop("_posts", None)


def _posts(user: User, day: date) -> tuple[Post, ...]:
    if user.username == SYSTEM_USERNAME:
        return (Post("system", None, NATION, frozenset()),)
    if not user.is_active:
        return ()
    appointments = (
        Appointment.objects.filter(user=user, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("organisation__division")
    )
    return (
        Post("citizen", None, NATION, frozenset()),
        *(
            Post(
                appointment.role,
                appointment.organisation_id,
                appointment.organisation.division.code,
                frozenset(appointment.organisation.duties),
            )
            for appointment in appointments
        ),
    )


def scope_of(
    user: User | AnonymousUser, *, permission: str | None = None, on: date | None = None
) -> Scope:
    """What ``user`` may see: division subtree ∩ organisation's duties ∩ role.

    With ``permission``, only through the posts that grant it; queries use this form, so that
    a role held in one place does not open another place.
    """
    scope = Scope(str(user.public_id) if isinstance(user, User) else "", posts_of(user, on=on))
    return scope.granting(permission) if permission else scope


def check_can(
    user: User | AnonymousUser,
    permission: str,
    *,
    division_code: str | None = None,
    organisation_id: int | None = None,
    owner_id: int | None = None,
    duty: str | None = None,
    on: date | None = None,
) -> None:
    """Raises ``NotAllowed`` with a reason a person can read, unless a post of ``user`` grants it.

    What is not given is not checked: without a place the question is "may this person do this
    at all", as a menu asks it. The reach of the permission says which argument counts: OWN
    ``owner_id``, ORGANISATION ``organisation_id``, DIVISION and PROVINCE ``division_code``.
    ``KeyError`` for a permission that no room registered.
    """
    reaches = reaches_of(permission)
    posts = [post for post in posts_of(user, on=on) if post.role in reaches]
    if not posts:
        raise _nobody(user, reaches)
    refusals: list[NotAllowed] = []
    for post in posts:
        refusal = _refusal(
            post,
            reaches[post.role],
            division_code=division_code,
            organisation_id=organisation_id,
            is_owner=None if owner_id is None else owner_id == user.pk,
            duty=duty,
        )
        if refusal is None:
            return
        refusals.append(refusal)
    raise refusals[-1]  # an officer's post explains more than being a citizen, which comes first


def can(
    user: User | AnonymousUser,
    permission: str,
    *,
    division_code: str | None = None,
    organisation_id: int | None = None,
    owner_id: int | None = None,
    duty: str | None = None,
    on: date | None = None,
) -> bool:
    """Whether ``check_can`` lets it pass; for templates and menus."""
    try:
        check_can(
            user,
            permission,
            division_code=division_code,
            organisation_id=organisation_id,
            owner_id=owner_id,
            duty=duty,
            on=on,
        )
    except NotAllowed:
        return False
    return True


def _nobody(user: User | AnonymousUser, roles: Iterable[str]) -> NotAllowed:
    if not isinstance(user, User):
        return SignInNeeded()
    return RoleMissing(roles=", ".join(ROLES[role].name.template for role in sorted(roles)))


def _refusal(
    post: Post,
    reach: Reach,
    *,
    division_code: str | None,
    organisation_id: int | None,
    is_owner: bool | None,
    duty: str | None,
) -> NotAllowed | None:
    """Why this post does not reach the target; ``None`` when it does."""
    if post.role == "system":
        return None
    if reach is Reach.OWN:
        return NotYours() if is_owner is False else None
    if reach is Reach.ORGANISATION and organisation_id not in {None, post.organisation_id}:
        return OutsideOrganisation()
    within = _area(post, reach)
    if within and division_code and not is_in_division(division_code, within=within):
        return OutsideDivision(code=division_code, own=within)
    if duty is not None and not post.covers_duty(duty):
        return OutsideDuties(duty=duty)
    return None


def _area(post: Post, reach: Reach) -> str:
    if reach is Reach.DIVISION:
        return post.division_code
    if reach is Reach.PROVINCE:
        return division_prefix(post.division_code)[:2].ljust(6, "0")
    return ""
