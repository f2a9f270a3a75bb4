"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from yitang.ground.organisations.api import ROLES, User, posts_of
from yitang.ground.plumbing.api import now, settings

from .shell.navigation import HOMES, address, audience_of, menu_for
from .texts import translated


def site_context(request: HttpRequest) -> dict[str, object]:
    """Whom the page speaks to (``audience``), its menu, and whether this is the demo."""
    audience = audience_of(request)
    return {
        "is_demo": settings().demo,
        "now": now(),
        "audience": audience,
        "home": address(HOMES[audience]) or "/",
        "navigation": SimpleLazyObject(lambda: menu_for(request, audience)),
        "signed_in_name": SimpleLazyObject(lambda: signed_in_name(request)),
    }


def signed_in_name(request: HttpRequest) -> str:
    """``闽海省数据局 · 周敏（共享科科长）`` without the parts there are none of."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return ""
    roles = [translated(ROLES[post.role].name) for post in posts_of(user) if post.role in ROLES]
    role = roles[-1] if roles else ""
    return gettext("{name} ({role})").format(name=user, role=role) if role else str(user)
