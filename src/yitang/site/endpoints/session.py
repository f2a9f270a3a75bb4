"""How a program begins: a token, a sign-in with the second factor, an end."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.internal.flows import check_rate_limit, post_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema
from ninja.security import django_auth
from ninja.utils import check_csrf

from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.api import User

from .intake import Given
from .problems import TokenMissing

router = Router(tags=["session"], auth=None)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignInRefused(DomainError):
    """One sentence for whatever was wrong: nobody learns which accounts exist."""

    code = "site.sign_in_refused"
    message = "User name, password or code is not right. After five tries the account rests."
    http_status = 403


class CodeNeeded(DomainError):
    code = "site.code_needed"
    message = "This account has a second factor. Send its six digits, or a recovery code, as code."
    http_status = 403


class TooManyTries(DomainError):
    code = "site.too_many_tries"
    message = "Too many tries failed. Wait fifteen minutes, then try again."
    http_status = 429


class SignInIn(Given):
    username: str
    password: str
    code: str = ""


class SessionOut(Schema):
    """Send ``csrf_token`` as ``X-CSRFToken`` with every POST, and keep the cookies."""

    username: str | None
    csrf_token: str


@router.get("", response=SessionOut, summary="Who one is, and the token to post with")
def session(request: HttpRequest) -> SessionOut:
    return _session(request)


@router.post("", response=SessionOut, summary="Sign in")
def sign_in(request: HttpRequest, given: SignInIn) -> SessionOut:
    """Take a token by GET first. Five wrong passwords or codes let the account rest.

    The answer has a new token: with the sign-in the one before it ended.
    """
    if check_csrf(request):
        raise TokenMissing
    adapter = get_adapter(request)
    try:
        user = adapter.authenticate(request, username=given.username, password=given.password)
    except ValidationError:
        raise TooManyTries from None
    if not isinstance(user, User) or not user.is_active:
        raise SignInRefused
    factor = _factor(user, given.code)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password", username=user.username)
    if factor is not None:
        post_authentication(request, factor)
    return _session(request)


@router.delete("", response=SessionOut, auth=django_auth, summary="Sign out")
def sign_out(request: HttpRequest) -> SessionOut:
    logout(request)
    return _session(request)


def _factor(user: User, code: str) -> Authenticator | None:
    """The authenticator that ``code`` fits; ``None`` for an account without one."""
    factors = list(Authenticator.objects.filter(user=user))
    if not factors:
        return None
    if not code:
        raise CodeNeeded
    try:
        forget_tries = check_rate_limit(user)
    except ValidationError:
        raise TooManyTries from None
    for factor in factors:
        if factor.wrap().validate_code(code):
            forget_tries()
            return factor
    raise SignInRefused


def _session(request: HttpRequest) -> SessionOut:
    user = request.user
    name = user.username if isinstance(user, User) else None
    return SessionOut(username=name, csrf_token=get_token(request))
