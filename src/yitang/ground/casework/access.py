"""Who sees a case, who moves it and who manages it: through the organisations room's scopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from yitang.ground.base.errors import NotAllowed, NotFound
from yitang.ground.organisations.api import (
    Post,
    Reach,
    User,
    check_can,
    division_prefix,
    is_in_division,
    posts_of,
    scope_of,
)
from yitang.ground.organisations.rules import reaches_of

from .models import Case
from .rules import Transition, current_workflows, workflow_named

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

WHOLE = "000000"


@dataclass(frozen=True, slots=True)
class Slice:
    """One index range a worklist reads: the cases of a workflow in one place.

    Exactly one of ``organisation_id``, ``applicant_id`` and ``prefix`` counts. ``duties``
    narrows a place to what an organisation is charged with; ``None`` does not narrow.
    """

    workflow: str
    organisation_id: int | None = None
    applicant_id: int | None = None
    prefix: str | None = None
    duties: frozenset[str] | None = None


def slices_of(user: User, *, on: date | None = None, workflow: str | None = None) -> list[Slice]:
    """What ``user`` may see, as index ranges without any that another one contains.

    ``workflow`` keeps only that one. Being an applicant opens no worklist: see ``own_cases``.
    """
    found: dict[Slice, None] = {}
    for known in current_workflows():
        if workflow in {None, known.name}:
            reaches = reaches_of(known.view)
            for post in posts_of(user, on=on):
                if post.role in reaches:
                    found |= dict.fromkeys(_slices(known.name, post, reaches[post.role]))
    return [one for one in found if not any(_contains(other, one) for other in found)]


def _slices(workflow: str, post: Post, reach: Reach) -> Iterator[Slice]:
    duties = post.duties or None
    if post.role == "system":
        yield Slice(workflow, prefix="")
    elif reach is Reach.OWN:
        return
    elif reach is Reach.ORGANISATION:
        yield Slice(workflow, organisation_id=post.organisation_id)
    else:
        prefix = post.division_prefix[: 2 if reach is Reach.PROVINCE else None]
        yield Slice(workflow, prefix=prefix, duties=duties)
        if duties:  # and what its organisation holds, whatever it is about
            yield Slice(workflow, organisation_id=post.organisation_id)


def _contains(outer: Slice, inner: Slice) -> bool:
    if outer == inner or outer.workflow != inner.workflow:
        return False
    if outer.prefix is None or inner.prefix is None:
        return False
    covers = outer.duties is None or (inner.duties is not None and inner.duties <= outer.duties)
    return covers and inner.prefix.startswith(outer.prefix)


def check_can_see(user: User | AnonymousUser, case: Case, *, on: date | None = None) -> None:
    """Raises ``NotFound`` for a case outside the scope: that it exists is not told either."""
    if not can_see(user, case, on=on):
        raise NotFound(kind="case", id=case.public_id)


def can_see(user: User | AnonymousUser, case: Case, *, on: date | None = None) -> bool:
    """Whether a post of ``user``, or being its applicant, opens ``case``."""
    if not isinstance(user, User):
        return False
    reaches = reaches_of(workflow_named(case.workflow).view)
    return any(
        _reaches(post, reaches[post.role], case, user)
        for post in posts_of(user, on=on)
        if post.role in reaches
    )


def _reaches(post: Post, reach: Reach, case: Case, user: User) -> bool:
    if post.role == "system":
        return True
    if reach is Reach.OWN:
        return case.applicant_id == user.pk
    is_held = case.organisation_id is not None and case.organisation_id == post.organisation_id
    if reach is Reach.ORGANISATION:
        return is_held
    if is_held and post.duties:  # whatever it is about
        return True
    prefix = division_prefix(post.division_code)
    area = prefix[:2].ljust(6, "0") if reach is Reach.PROVINCE else post.division_code
    within = is_in_division(case.division_code, within=area if prefix else WHOLE)
    return within and post.covers_duty(case.duty)


def check_can_advance(
    user: User | AnonymousUser, case: Case, transition: Transition, *, on: date | None = None
) -> None:
    """Raises ``NotAllowed`` unless ``user`` may make this move with this case."""
    check_can_act(user, case, transition.permission, on=on)


def can_advance(
    user: User | AnonymousUser, case: Case, transition: Transition, *, on: date | None = None
) -> bool:
    """Whether ``check_can_advance`` lets it pass; for buttons."""
    try:
        check_can_advance(user, case, transition, on=on)
    except NotAllowed:
        return False
    return True


def check_can_manage(user: User | AnonymousUser, case: Case, *, on: date | None = None) -> None:
    """Raises ``NotAllowed`` unless ``user`` may assign, pause and extend ``case``."""
    check_can_act(user, case, case.definition.manage, on=on)


def can_manage(user: User | AnonymousUser, case: Case, *, on: date | None = None) -> bool:
    """Whether ``check_can_manage`` lets it pass; for buttons."""
    try:
        check_can_manage(user, case, on=on)
    except NotAllowed:
        return False
    return True


def check_can_act(
    user: User | AnonymousUser, case: Case, permission: str, *, on: date | None = None
) -> None:
    """Raises ``NotAllowed`` unless ``permission`` reaches ``case`` for ``user``.

    A case that nobody holds, or without an account as applicant, is nobody's own: 0 is no id.
    What one's own organisation holds is not narrowed by duties, else a case that was sent to
    the wrong organisation could not even be returned by it.
    """
    held = isinstance(user, User) and case.organisation_id in scope_of(user, on=on).organisation_ids
    check_can(
        user,
        permission,
        division_code=case.division_code,
        organisation_id=case.organisation_id or 0,
        owner_id=case.applicant_id or 0,
        duty=None if held else case.duty,
        on=on,
    )
