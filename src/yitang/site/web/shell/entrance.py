"""Who may open a page at all; what they may do on it is each action's own check."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse

from yitang.ground.organisations.api import ROLES, User, scope_of
from yitang.ground.organisations.errors import Either, OfficersOnly, RoleMissing, SignInNeeded

P = ParamSpec("P")


def signed_in(request: object) -> User:
    """The account a page is opened with; raises ``SignInNeeded``."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        raise SignInNeeded
    return user


def officers_only(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A page for those who hold any post."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = next(value for value in args if isinstance(value, HttpRequest))
        if not scope_of(signed_in(request)).roles & set(ROLES) - {"citizen"}:
            raise OfficersOnly
        return view(*args, **kwargs)

    return guarded


def posts_only(
    *roles: str,
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """A page for those who hold one of these posts: to others its figures would be untrue, since
    each of them is of what its reader may see."""

    def guard(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @officers_only
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request = next(value for value in args if isinstance(value, HttpRequest))
            if not scope_of(signed_in(request)).roles & set(roles):
                raise RoleMissing(roles=Either(ROLES[role].name for role in roles))
            return view(*args, **kwargs)

        return guarded

    return guard
