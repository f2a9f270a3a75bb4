"""Who may open a page at all; what they may do on it is each action's own check."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponse

from yitang.ground.organisations.api import ROLES, User, scope_of
from yitang.ground.organisations.errors import RoleMissing, SignInNeeded

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
            raise RoleMissing(roles=ROLES["handler"].name.template)
        return view(*args, **kwargs)

    return guarded
