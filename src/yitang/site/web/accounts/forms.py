"""The forms of the second factor in our words: six digits, a keyboard of digits, one key."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django import forms
from django.utils.translation import gettext_lazy

SIX_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """Shows one key until it is used: a page loaded again would undo what the phone scanned."""

    code = forms.CharField(
        label=gettext_lazy("Authenticator code"), widget=forms.TextInput(attrs=SIX_DIGITS)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        shown = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if shown:
            self.secret = session[SECRET_SESSION_KEY] = shown


class _EitherCode(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Six digits, or a recovery code"),
        widget=forms.TextInput(attrs=SIX_DIGITS),
    )


class SecondStepForm(_EitherCode, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """At signing in."""


class StillYouForm(_EitherCode, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Before the protection of the account is changed."""


class ReasonForm(forms.Form):
    """Why somebody's way of signing in is reset; it stands in the ledger."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Such as: password forgotten, told in person at the office."),
        max_length=200,
    )
