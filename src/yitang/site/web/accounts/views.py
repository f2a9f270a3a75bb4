"""Who holds which post: the security administrator gives, the audit administrator reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import DomainError
from yitang.ground.organisations.api import (
    APPOINTED,
    ROLES,
    User,
    appoint,
    can,
    can_reset_sign_in,
    check_can,
    end_appointment,
    give_one_time_password,
    organisation,
    organisations_seen_by,
    post_for,
    reset_second_factor,
    user_by_username,
    visible_posts,
)
from yitang.ground.plumbing.api import now, translated

from .forms import ReasonForm


class AppointForm(forms.Form):
    """A post for somebody who has an account."""

    username = forms.CharField(label=gettext_lazy("User name"), max_length=80)
    role = forms.ChoiceField(label=gettext_lazy("Post"))
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        offered = {
            "role": [(role, translated(ROLES[role].name)) for role in ROLES if role in APPOINTED],
            "organisation": [
                (str(row.public_id), f"{row.name} · {row.division.name}")
                for row in organisations_seen_by(actor, "organisations.appoint")
            ],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def clean_username(self) -> User:
        user = user_by_username(self.cleaned_data["username"])
        if user is None:
            raise forms.ValidationError(gettext("Nobody has this user name."))
        return user

    def carry_out(self) -> bool:
        """Make the appointment; a refusal becomes an error of the form."""
        given = self.cleaned_data
        try:
            appoint(
                user=given["username"],
                role=given["role"],
                organisation=organisation(given["organisation"]),
                actor=self.actor,
                at=now(),
            )
        except DomainError as error:
            self.add_error(None, translated(error))
        return not self.errors


@login_required
def posts(request: HttpRequest) -> HttpResponse:
    """Posts of one's division, and a form for those who may give them."""
    user = signed_in(request)
    check_can(user, "organisations.see_posts")
    text = request.GET.get("q", "").strip()[:80]
    found = visible_posts(user, text=text, cursor=request.GET.get("cursor", ""))
    page: dict[str, object] = {"posts": found.rows, "page": found, "q": text}
    page["today"] = now()
    if can(user, "organisations.appoint"):
        form = AppointForm(request.POST or None, actor=user)
        if request.method == "POST" and form.is_valid() and form.carry_out():
            messages.success(request, gettext("The post is given, and stands in the ledger."))
            return redirect("posts")
        page["form"] = form
    return render(request, "accounts/posts.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a post today; asked first, with whose and which it is."""
    user = signed_in(request)
    post = post_for(user, public_id)
    if request.method != "POST":
        check_can(user, "organisations.appoint")
        return render(request, "accounts/end_post.html", {"post": post, "today": now()})
    end_appointment(appointment_id=post.pk, actor=user, at=now())
    messages.success(request, gettext("The post has ended, and that stands in the ledger."))
    return redirect("posts")


@login_required
def reset_sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For the officer who holds a post and forgot the password or lost the phone."""
    user, at = signed_in(request), now()
    post = post_for(user, public_id)
    check_can(user, "organisations.reset_sign_in")
    officer = post.user
    form = ReasonForm(request.POST or None)
    page: dict[str, object] = {"post": post, "form": form}
    page["may"] = can_reset_sign_in(user, officer, on=civil_date(at))
    if request.method == "POST" and form.is_valid():
        given = {"user": officer, "reason": form.cleaned_data["reason"], "actor": user, "at": at}
        if request.POST.get("what") == "second_factor":
            reset_second_factor(**given)
            messages.success(request, gettext("The next sign-in sets up the second step anew."))
            return redirect("reset_sign_in", public_id=public_id)
        page["password"] = give_one_time_password(**given)
        get_adapter(request).forget_wrong_passwords(request, officer.username)
    response = render(request, "accounts/reset_sign_in.html", page)
    response["Cache-Control"] = "no-store"
    return response


def signed_in(request: HttpRequest) -> User:
    """The account behind ``login_required``."""
    if not isinstance(request.user, User):
        raise TypeError("this view needs login_required")
    return request.user
