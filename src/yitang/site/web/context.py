"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yitang.ground.organisations.api import ROLES, User, posts_of
from yitang.ground.plumbing.api import now, settings, translated

from .accounts.second_factor import needs_second_factor
from .shell.navigation import audience_of, home_of, menu_for
from .shell.returning import page_to_return_to
from .shell.tour import position_of


def site_context(request: HttpRequest) -> dict[str, object]:
    """Whom the page speaks to (``audience``), its menu, and whether this is the demo."""
    audience = audience_of(request)
    return {
        "is_demo": settings().demo,
        "now": now(),
        "is_pinned": settings().now is not None,
        "this_page": SimpleLazyObject(lambda: page_to_return_to(request)),
        "idle": settings(),  # minutes until one is signed out
        "audience": audience,
        "home": SimpleLazyObject(lambda: home_of(request)),
        "navigation": SimpleLazyObject(lambda: menu_for(request, audience)),
        "tour": SimpleLazyObject(lambda: position_of(request)) if settings().demo else None,
        "needs_second_factor": SimpleLazyObject(lambda: needs_second_factor(request.user)),
        "signed_in_role": SimpleLazyObject(lambda: signed_in_role(request)),
    }


def signed_in_role(request: HttpRequest) -> str:
    """What the officer is here, ``派单员``; empty for the public."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return ""
    posts = [post for post in posts_of(user) if post.role in ROLES and post.organisation_id]
    return translated(ROLES[posts[-1].role].name) if posts else ""
