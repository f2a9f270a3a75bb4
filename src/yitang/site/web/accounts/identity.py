"""A counter checks who an account belongs to, with the identity card in hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.api import User, check_can, user_by_username, verify_identity
from yitang.ground.plumbing.api import now, translated

from .views import signed_in


class VerifyForm(forms.Form):
    """The account as its owner says it, the person as the card says."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("As the person signs in; have them say it."),
        max_length=80,
    )
    name = forms.CharField(label=gettext_lazy("Name on the card"), max_length=100)
    identity_number = forms.CharField(
        label=gettext_lazy("Identity number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        help_text=gettext_lazy("The person reads it among the uses of their data."),
        initial=gettext_lazy("Came to the counter to have the account verified"),
        max_length=200,
    )

    def clean_username(self) -> User:
        user = user_by_username(self.cleaned_data["username"])
        if user is None:
            raise forms.ValidationError(gettext("Nobody has this user name."))
        return user

    def carry_out(self, actor: User) -> bool:
        """Verify; a refusal becomes an error of the form, which keeps what was typed."""
        given = self.cleaned_data
        try:
            verify_identity(
                user=given["username"],
                name=given["name"],
                identity_number=given["identity_number"],
                purpose=given["purpose"],
                actor=actor,
                at=now(),
            )
        except DomainError as error:
            self.add_error(None, translated(error))
        return not self.errors


@login_required
def verify(request: HttpRequest) -> HttpResponse:
    """The page of the counter clerk."""
    user = signed_in(request)
    check_can(user, "organisations.verify_identity")
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.carry_out(user):
        messages.success(
            request,
            gettext("The account %(account)s is verified; its owner can apply from home now.")
            % {"account": form.cleaned_data["username"].username},
        )
        return redirect("verify_identity")
    status = 422 if form.is_bound else 200
    response = render(request, "accounts/verify.html", {"form": form}, status=status)
    response["Cache-Control"] = "no-store"
    return response
