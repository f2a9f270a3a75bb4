"""Who may see an issue: whoever oversees a division that it touches."""

from __future__ import annotations

from django.db.models import Q

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, can, check_can, scope_of

from .models import HotIssue

SEE, NOTE, REFRESH = "insight.see", "insight.note_measure", "insight.refresh"
PROVINCE_PREFIX = 2  # characters: such a scope also sees issues of no known place


def visible_prefixes(user: User, *, permission: str = SEE) -> tuple[str, ...]:
    """What the codes of the divisions begin with in which ``user`` may see issues."""
    return scope_of(user, permission=permission).division_prefixes


def within(prefixes: tuple[str, ...], field: str) -> Q:
    """Rows whose ``field`` lies in one of the divisions; nothing for no division."""
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
        if len(prefix) <= PROVINCE_PREFIX:
            condition |= Q(**{field: ""})
    return condition


def touches(prefixes: tuple[str, ...]) -> Q:
    """Issues that lie, even in part, in one of the divisions."""
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(divisions__division_code__startswith=prefix)
        if len(prefix) <= PROVINCE_PREFIX:
            condition |= Q(divisions__isnull=True)
    return condition


def check_can_note_measure(user: User, issue: HotIssue) -> None:
    """Raises ``NotAllowed`` unless ``user`` answers for the whole place of the issue."""
    if issue.place_code:
        check_can(user, NOTE, division_code=issue.place_code)
        return
    check_can(user, NOTE)
    if not any(
        len(prefix) <= PROVINCE_PREFIX for prefix in visible_prefixes(user, permission=NOTE)
    ):
        raise NotAllowed(reason="the issue lies in no known place, so the province answers for it")


def can_note_measure(user: User, issue: HotIssue) -> bool:
    try:
        check_can_note_measure(user, issue)
    except NotAllowed:
        return False
    return True


def can_refresh(user: User) -> bool:
    return can(user, REFRESH)
