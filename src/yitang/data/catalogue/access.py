"""Who may see and change the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import Organisation, User, check_can, scope_of

from .models import Dataset
from .rules import State

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

EDIT = "catalogue.edit"
PUBLISH = "catalogue.publish"
SEE_ALL = "catalogue.see"


def check_can_edit(user: User, organisation: Organisation) -> None:
    """A department's data officer edits the entries of that department."""
    check_can(user, EDIT, organisation_id=organisation.pk)


def check_can_publish(user: User, organisation: Organisation) -> None:
    """The head of a sharing office publishes within the division."""
    check_can(user, PUBLISH, division_code=organisation.division.code)


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


def visible_datasets(user: User | AnonymousUser) -> QuerySet[Dataset]:
    """Officers see what is published, and the drafts of their own; the public sees what is open."""
    rows = Dataset.objects.select_related("organisation__division")
    see, edit = scope_of(user, permission=SEE_ALL), scope_of(user, permission=EDIT)
    if not see.posts:
        return rows.filter(state=State.PUBLISHED, is_open=True)
    if any(post.role == "system" for post in see.posts):
        return rows
    own = {post.organisation_id for post in edit.posts}
    return rows.filter(~Q(state=State.DRAFT) | Q(organisation_id__in=own))
