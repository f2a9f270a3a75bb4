"""How allauth behaves here: no e-mail, secrets encrypted, officers keep their second factor."""

from __future__ import annotations

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext

from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import decrypt, encrypt
from yitang.site.web.accounts.second_factor import needs_second_factor
from yitang.site.web.shell.navigation import home_of

FIELD = "mfa.authenticator"
FRESH_SECONDS = 300


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-in by user name; after it, the page one works on."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request) or "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request) or "/"

    def set_password(self, user: User, password: str) -> None:
        """Chosen by the account's owner: no longer for one time."""
        user.has_one_time_password = False
        super().set_password(user, password)

    def clean_password(self, password: str, user: User | None = None) -> str:
        if user is not None and user.has_one_time_password and user.check_password(password):
            raise ValidationError(gettext("This is the one-time password. Choose another."))
        return str(super().clean_password(password, user))

    def forget_wrong_passwords(self, request: HttpRequest, username: str) -> None:
        """Open an account that rests after five wrong passwords."""
        self._delete_login_attempts_cached_email(request, username=username)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        super().populate_username(request, user)
        user.display_name = user.display_name or user.username

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in within five minutes is not asked again."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < FRESH_SECONDS for record in records)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth puts the host name in front, so that a caller who varies it counts anew.
        return str(credentials.get("username", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Keeps the secrets of authenticators encrypted, and officers from going without one."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt(text, field=FIELD)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(base64.b64decode(encrypted_text), field=FIELD)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not needs_second_factor(authenticator.user)
