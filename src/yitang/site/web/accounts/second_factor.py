"""An officer without a second factor sees one page only: the one that sets it up. Whoever signed
in with a one-time password first chooses another.

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
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, scope_of
from yitang.ground.plumbing.api import settings, translated

SET_UP = Message(
    "site.second_factor_missing", "officers sign in with a second factor; set yours up first"
)
CHOOSE = Message(
    "site.one_time_password", "the password was for one time; choose your own on the page first"
)
GetResponse = Callable[[HttpRequest], HttpResponse]
OPEN_PATHS = ("/accounts/", "/i18n/", "/static/")
# What an account is used for, not how it is opened.
WORK_PATHS = ("/accounts/posts/", "/accounts/identity/")
OPEN_WITH_ONE_TIME_PASSWORD = (
    "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/",
    "/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/", "/i18n/", "/static/",
)  # fmt: skip


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whether this account may not work with a password alone."""
    if not settings().second_factor or not isinstance(user, User):
        return False
    return user.is_officer or bool(scope_of(user).roles - {"citizen"})


def second_factor_middleware(get_response: GetResponse) -> GetResponse:
    """Send officers without an authenticator to set one up; the JSON interface refuses them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_api = request.path.startswith("/api/")
        if _must_choose_a_password(request):
            return _problem(CHOOSE) if is_api else redirect("account_change_password")
        is_open = request.path.startswith(OPEN_PATHS) and not request.path.startswith(WORK_PATHS)
        if is_open or not _is_missing(request):
            return get_response(request)
        return _problem(SET_UP) if is_api else redirect(reverse("mfa_activate_totp"))

    return middleware


def _must_choose_a_password(request: HttpRequest) -> bool:
    if request.path.startswith(OPEN_WITH_ONE_TIME_PASSWORD):
        return False
    return isinstance(request.user, User) and request.user.has_one_time_password


def _is_missing(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not needs_second_factor(user):
        return False
    return not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def _problem(reason: Message) -> HttpResponse:
    """RFC 9457, as the JSON interface answers everything else."""
    error = NotAllowed(reason=reason)
    body = {
        "type": f"urn:yitang:error:{error.code}",
        "title": error.title,
        "status": error.http_status,
        "detail": translated(error),
        "code": error.code,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=error.http_status,
        content_type="application/problem+json",
    )
