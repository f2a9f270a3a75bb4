"""A session ends after a time without its person: at an open computer nobody works for another.

GB/T 22239-2019 asks a time limit of level 3. Real time counts, as for the age of a session:
the pinned clock of a demonstration would keep one open for good.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from yitang.ground.organisations.api import User, scope_of
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import settings
from yitang.site.web.shell.errors_in_words import page_of_error

STILL_TAKEN = ("/accounts/", "/i18n/", "/api/")  # signing in or out, the language, JSON


class SessionEnded(SignInNeeded):
    code = "site.session_ended"
    message = (
        "Nothing was sent: you were signed out meanwhile. Sign in to send it in your name; where "
        "no name is needed, go back and send it once more to send it without."
    )


GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_AT = "seen_at"
WRITE_AFTER = 60  # seconds between two notes of when someone was seen
LIVE = "HTTP_X_LIVE"  # a page that asks by itself for fresh figures is no sign of its person


def idle_minutes_of(user: User) -> int:
    """How long this account may rest: shorter for whoever holds a post."""
    is_officer = user.is_officer or bool(scope_of(user).roles - {"citizen"})
    return settings().idle_minutes if is_officer else settings().citizen_idle_minutes


def idle_middleware(get_response: GetResponse) -> GetResponse:
    """Sign out who was not seen for too long; note, at most once a minute, who is seen."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            _look_after(request, user)
        return get_response(request)

    return middleware


def _look_after(request: HttpRequest, user: User) -> None:
    here = time.time()
    seen_at = request.session.get(SEEN_AT)
    rested = 0.0 if seen_at is None else here - seen_at
    if rested > 60 * min(settings().idle_minutes, settings().citizen_idle_minutes):
        limit = idle_minutes_of(user)
        if rested > 60 * limit:
            logout(request)
            request.session_ended = True  # type: ignore[attr-defined]  # for late_form_middleware
            messages.info(request, _why(limit))
            return
    is_noted = seen_at is not None and 0 <= rested <= WRITE_AFTER
    if not is_noted and not request.META.get(LIVE):
        request.session[SEEN_AT] = here


def late_form_middleware(get_response: GetResponse) -> GetResponse:
    """Carry out no form that comes after its session ended: it would be done in nobody's name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_late = getattr(request, "session_ended", False) and request.method == "POST"
        if is_late and not request.path.startswith(STILL_TAKEN):
            return page_of_error(request, SessionEnded())
        return get_response(request)

    return middleware


def _why(minutes: int) -> str:
    said = ngettext(
        "You were signed out because nothing was done here for {n} minute.",
        "You were signed out because nothing was done here for {n} minutes.",
        minutes,
    )
    return said.format(n=minutes)
