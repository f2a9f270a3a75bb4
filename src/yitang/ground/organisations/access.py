"""Who may do what where: one check, from registered permissions and the posts held today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import NotAllowed
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import now

from .errors import (
    Either,
    NotYours,
    OutsideDivision,
    OutsideDuties,
    OutsideOrganisation,
    RoleMissing,
    SignInNeeded,
    SignInNotYoursToReset,
)
from .models import Appointment, Organisation, User
from .rules import (
    ADMINISTRATORS,
    APPOINTED,
    NATION,
    ROLES,
    Post,
    Reach,
    Scope,
    division_prefix,
    is_in_division,
    reaches_of,
)

SYSTEM_USERNAME = "system"
MOST_NAMED = 4  # posts in one refusal
RESET = "organisations.reset_sign_in"
OWN_SIGN_IN = Message("organisations.own_sign_in", "it is your own")
NO_POST = Message("organisations.no_post", "the account holds no post today")
AN_ADMINISTRATOR = Message("organisations.an_administrator", "it is an administrator's")


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

    Without any place the question is "may this person do this at all", as a menu asks it. With
    one, a post counts only if the argument its reach asks for was given: OWN ``owner_id``,
    ORGANISATION ``organisation_id``, DIVISION and PROVINCE ``division_code`` (else that of the
    organisation). ``KeyError`` for a permission that no room registered.
    """
    reaches = reaches_of(permission)
    posts = [post for post in posts_of(user, on=on) if post.role in reaches]
    if not posts:
        raise _nobody(user, reaches)
    if division_code is None and organisation_id is not None:
        division_code = _division_of(organisation_id, {reaches[post.role] for post in posts})
    target = Target(
        division_code, organisation_id, None if owner_id is None else owner_id == user.pk, duty
    )
    refusals = [_refusal(post, reaches[post.role], target) for post in posts]
    if None not in refusals:
        # An officer's post explains more than being a citizen, which comes first.
        raise refusals[-1] or NotYours()


def check_can_reset_sign_in(user: User, officer: User, *, on: date) -> None:
    """Raises unless ``user`` may give posts wherever ``officer`` holds one, and no more.

    Not one's own, and no administrator's: the three powers watch each other.
    """
    check_can(user, RESET, on=on)
    if user.username == SYSTEM_USERNAME:
        return
    posts = [post for post in posts_of(officer, on=on) if post.organisation_id is not None]
    if user.pk == officer.pk:
        reason = OWN_SIGN_IN
    elif not posts:
        reason = NO_POST
    elif any(ROLES[post.role].power in ADMINISTRATORS for post in posts):
        reason = AN_ADMINISTRATOR
    else:
        for post in posts:
            check_can(user, RESET, organisation_id=post.organisation_id, on=on)
        return
    raise SignInNotYoursToReset(name=str(officer), reason=reason)


def can_reset_sign_in(user: User, officer: User, *, on: date) -> bool:
    """Whether ``check_can_reset_sign_in`` would let ``user``."""
    try:
        check_can_reset_sign_in(user, officer, on=on)
    except NotAllowed:
        return False
    return True


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
    asked = {role for role in roles if role in ROLES}
    named = [ROLES[role].name for role in ROLES if role in (asked & set(APPOINTED) or asked)]
    if len(named) > MOST_NAMED:  # a list of a dozen would help nobody
        further = {"count": len(named) - MOST_NAMED + 1}
        rest = Message("organisations.further_posts", "one of {count} further posts", further)
        named = [*named[: MOST_NAMED - 1], rest]
    return RoleMissing(roles=Either(named))


@dataclass(frozen=True, slots=True)
class Target:
    """What a permission is asked for; ``None`` where the caller did not say."""

    division_code: str | None
    organisation_id: int | None
    is_owner: bool | None
    duty: str | None

    @property
    def is_placed(self) -> bool:
        return (self.division_code, self.organisation_id, self.is_owner) != (None, None, None)


def _division_of(organisation_id: int, reaches: Iterable[Reach]) -> str | None:
    """Where an organisation stands, if one of the reaches asks for a division."""
    if not {Reach.DIVISION, Reach.PROVINCE} & set(reaches):
        return None
    row = Organisation.objects.filter(pk=organisation_id).select_related("division").first()
    return row.division.code if row else None


def _refusal(post: Post, reach: Reach, target: Target) -> NotAllowed | None:
    """Why this post does not reach the target; ``None`` when it does."""
    if post.role == "system":
        return None
    if target.is_placed:
        if reach is Reach.OWN:
            return None if target.is_owner else NotYours()
        if reach is Reach.ORGANISATION and target.organisation_id != post.organisation_id:
            return OutsideOrganisation()
        within = _area(post, reach)
        if within and not _lies_in(target.division_code, within, reach):
            return OutsideDivision(code=target.division_code or "?", own=within)
    if target.duty is not None and not post.covers_duty(target.duty):
        return OutsideDuties(duty=target.duty)
    return None


def _lies_in(code: str | None, within: str, reach: Reach) -> bool:
    if code is None:
        return reach is Reach.PROVINCE  # an installation is a province; nothing says otherwise
    return is_in_division(code, within=within)


def _area(post: Post, reach: Reach) -> str:
    if reach is Reach.DIVISION:
        return post.division_code
    if reach is Reach.PROVINCE:
        return division_prefix(post.division_code)[:2].ljust(6, "0")
    return ""
