"""An officer without a second factor sees one page only: the one that sets it up.

Two-factor sign-in is what GB/T 22239-2019 asks of level 3; ``YITANG_SECOND_FACTOR=0``, as in
the demo, switches it off.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yitang.ground.base.errors import NotAllowed
from yitang.ground.organisations.api import User, scope_of
from yitang.ground.plumbing.api import settings, translated

GetResponse = Callable[[HttpRequest], HttpResponse]
OPEN_PATHS = ("/accounts/", "/i18n/", "/static/")


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whether this account may not work with a password alone."""
    if not settings().second_factor or not isinstance(user, User):
        return False
    return user.is_officer or bool(scope_of(user).roles - {"citizen"})


def second_factor_middleware(get_response: GetResponse) -> GetResponse:
    """Send officers without an authenticator to set one up; the JSON interface refuses them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_PATHS) or not _is_missing(request):
            return get_response(request)
        if request.path.startswith("/api/"):
            return _problem()
        return redirect(reverse("mfa_activate_totp"))

    return middleware


def _is_missing(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not needs_second_factor(user):
        return False
    return not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def _problem() -> HttpResponse:
    """RFC 9457, as the JSON interface answers everything else."""
    error = NotAllowed(reason="officers sign in with a second factor; set yours up first")
    body = {
        "type": f"urn:yitang:error:{error.code}",
        "title": type(error).__name__,
        "status": error.http_status,
        "detail": translated(error),
        "code": error.code,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=error.http_status,
        content_type="application/problem+json",
    )
