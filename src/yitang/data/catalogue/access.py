"""Who may see and change the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import can_see
from yitang.ground.organisations.api import (
    Organisation,
    Post,
    User,
    can,
    check_can,
    scope_of,
)

from .models import DRAFT, WITHDRAWN, Dataset, EntryVersion, InformationSystem
from .rules import AUTHORITY_DUTY, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

EDIT = "catalogue.edit"
CONSENT = "catalogue.consent"
PUBLISH = "catalogue.publish"
PUBLISH_DIRECTLY = "catalogue.publish_directly"
TAKE_IN = "catalogue.take_in"
SEE_ALL = "catalogue.see"
KEEP_SYSTEMS = "catalogue.systems_keep"
DECIDE_SYSTEMS = "catalogue.systems_decide"
SEE_SYSTEMS = "catalogue.systems_see"
SUM_SYSTEMS = "catalogue.systems_sums"


def check_can_edit(user: User, organisation: Organisation) -> None:
    """A department's data officer edits the entries of that department."""
    check_can(user, EDIT, organisation_id=organisation.pk)


def check_can_take_in(user: User, organisation: Organisation) -> None:
    """Entries from a file: its department's officer, or the authority of its division."""
    if not can_take_in_for(user, organisation):
        check_can_edit(user, organisation)


def can_take_in_for(user: User, organisation: Organisation) -> bool:
    """As the authority: what a file says becomes a draft of its department, no more."""
    home = organisation.division.code
    return can(user, TAKE_IN, division_code=home, duty=AUTHORITY_DUTY)


def check_can_import(user: User | AnonymousUser) -> None:
    """Whoever writes entries of a department, and the authority."""
    if not any(
        post.covers_duty(AUTHORITY_DUTY) for post in scope_of(user, permission=TAKE_IN).posts
    ):
        check_can(user, EDIT)


def can_import(user: User | AnonymousUser) -> bool:
    try:
        check_can_import(user)
    except NotAllowed:
        return False
    return True


def check_can_see_imports(user: User) -> None:
    """Who imports, and the heads who consent to what was imported for their department."""
    if not can(user, CONSENT):
        check_can_import(user)


def check_can_publish(user: User, organisation: Organisation) -> None:
    """The authority, which is charged with data, publishes within its division."""
    check_can(user, PUBLISH, division_code=organisation.division.code, duty=AUTHORITY_DUTY)


def can_edit(user: User, organisation: Organisation) -> bool:
    try:
        check_can_edit(user, organisation)
    except NotAllowed:
        return False
    return True


def can_publish(user: User, organisation: Organisation) -> bool:
    try:
        check_can_publish(user, organisation)
    except NotAllowed:
        return False
    return True


def can_publish_directly(user: User) -> bool:
    """Without consent and review: the platform itself, for loading and for repair."""
    return can(user, PUBLISH_DIRECTLY)


def visible_datasets(user: User | AnonymousUser) -> QuerySet[Dataset]:
    """Officers see what is published, and drafts of their own; the public sees what is open.

    The authority also sees the drafts of its division, which it is to review.
    """
    rows = Dataset.objects.select_related("organisation__division")
    see = scope_of(user, permission=SEE_ALL)
    if not see.posts:
        return rows.filter(state=State.PUBLISHED, is_open=True)
    if any(post.role == "system" for post in see.posts):
        return rows
    drafts = Q(organisation_id__in=own_organisations(user))
    for prefix in reviewed_divisions(user):
        drafts |= Q(organisation__division__code__startswith=prefix)
    return rows.filter(~Q(state=State.DRAFT) | drafts)


def own_organisations(user: User | AnonymousUser) -> set[int]:
    """The departments whose drafts ``user`` works on."""
    posts = [*scope_of(user, permission=EDIT).posts, *scope_of(user, permission=CONSENT).posts]
    return {post.organisation_id for post in posts if post.organisation_id is not None}


def reviewed_divisions(user: User | AnonymousUser) -> list[str]:
    """The prefixes of the divisions whose drafts ``user`` reviews."""
    posts = scope_of(user, permission=PUBLISH).posts
    return [post.division_prefix for post in posts if post.covers_duty(AUTHORITY_DUTY)]


def can_see_version(user: User | AnonymousUser, version: EntryVersion) -> bool:
    """What was published every officer may read; a draft those who work on it."""
    see = scope_of(user, permission=SEE_ALL)
    if not isinstance(user, User) or not see.posts:
        return False
    if any(post.role == "system" for post in see.posts):
        return True
    if version.state not in {DRAFT, WITHDRAWN}:
        return True
    if version.organisation_id in own_organisations(user):
        return True
    return version.case is not None and can_see(user, version.case)


def check_can_keep_system(user: User, organisation: Organisation) -> None:
    """A department's data officer writes the systems of that department."""
    check_can(user, KEEP_SYSTEMS, organisation_id=organisation.pk)


def can_keep_system(user: User, organisation: Organisation) -> bool:
    try:
        check_can_keep_system(user, organisation)
    except NotAllowed:
        return False
    return True


def check_can_decide_system(user: User, organisation: Organisation) -> None:
    """Connected, migrated, merged, retired: the authority decides within its division."""
    check_can(user, DECIDE_SYSTEMS, division_code=organisation.division.code, duty=AUTHORITY_DUTY)


def can_decide_system(user: User, organisation: Organisation) -> bool:
    try:
        check_can_decide_system(user, organisation)
    except NotAllowed:
        return False
    return True


def visible_systems(user: User | AnonymousUser) -> QuerySet[InformationSystem]:
    """The systems of one's own department; the authority's, of its division and below."""
    return _systems_of(user, SEE_SYSTEMS)


def counted_systems(user: User | AnonymousUser) -> QuerySet[InformationSystem]:
    """Those of which ``user`` may read sums: leaders and supervisors those of their division."""
    seen = _systems_of(user, SEE_SYSTEMS)
    if not scope_of(user, permission=SUM_SYSTEMS).posts:
        return seen
    return seen | _systems_of(user, SUM_SYSTEMS)


def _systems_of(user: User | AnonymousUser, permission: str) -> QuerySet[InformationSystem]:
    rows = InformationSystem.objects.select_related("organisation__division", "successor")
    within = Q(pk__in=[])
    for post in scope_of(user, permission=permission).posts:
        if post.role == "system":
            return rows
        if permission == SUM_SYSTEMS or _is_authority(post):
            within |= Q(organisation__division__code__startswith=post.division_prefix)
        else:
            within |= Q(organisation_id=post.organisation_id)
    return rows.filter(within)


def _is_authority(post: Post) -> bool:
    return post.role == "sharing_head" and post.covers_duty(AUTHORITY_DUTY)
