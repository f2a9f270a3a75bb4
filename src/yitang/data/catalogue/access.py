"""Who may see and change the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import can_see
from yitang.ground.organisations.api import Organisation, User, can, check_can, scope_of

from .models import DRAFT, WITHDRAWN, Dataset, EntryVersion
from .rules import AUTHORITY_DUTY, State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

EDIT = "catalogue.edit"
CONSENT = "catalogue.consent"
PUBLISH = "catalogue.publish"
PUBLISH_DIRECTLY = "catalogue.publish_directly"
SEE_ALL = "catalogue.see"


def check_can_edit(user: User, organisation: Organisation) -> None:
    """A department's data officer edits the entries of that department."""
    check_can(user, EDIT, organisation_id=organisation.pk)


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
