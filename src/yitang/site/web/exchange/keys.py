"""Keys with which systems of one's office sign calls to the gateway."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yitang.data.exchange.api import (
    add_key,
    can_keep_keys,
    key_for,
    keys_of,
    revoke_key,
    rotate_key,
)
from yitang.ground.organisations.api import Organisation, User, appointments_of, check_can
from yitang.ground.organisations.api import organisation as organisation_by_id
from yitang.ground.plumbing.api import now
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import KeyForm


@officers_only
def start(request: HttpRequest) -> HttpResponse:
    """Every key of the reader's offices, and a form for another."""
    user = signed_in(request)
    check_can(user, "exchange.keys")
    form = KeyForm(_offices(user), request.POST or None)
    if request.method == "POST" and form.is_valid():
        return carried_out_once(request, lambda: _added(user, form, request))
    context = {"form": form, "keys": keys_of(user), "once": new_once()}
    return render(request, "exchange/keys.html", context, status=422 if form.is_bound else 200)


def _added(user: User, form: KeyForm, request: HttpRequest) -> HttpResponse:
    added = add_key(
        organisation=organisation_by_id(form.cleaned_data["organisation"]),
        key=form.cleaned_data["key"],
        label=form.cleaned_data["label"],
        actor=user,
        at=now(),
    )
    said = gettext("Added: {fingerprint}. Calls signed with it are answered from now on.")
    messages.success(request, said.format(fingerprint=added.fingerprint))
    return redirect("exchange:keys")


@require_POST
@officers_only
def rotate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another key in the place of one."""
    user = signed_in(request)

    def work() -> HttpResponse:
        added = rotate_key(
            client=key_for(user, public_id), key=request.POST.get("key", ""), actor=user, at=now()
        )
        said = gettext("Replaced. From the next call on only {fingerprint} is answered.")
        messages.success(request, said.format(fingerprint=added.fingerprint))
        return redirect("exchange:keys")

    return carried_out_once(request, work)


@require_POST
@officers_only
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """No call signed with it is answered any more."""
    user = signed_in(request)

    def work() -> HttpResponse:
        revoke_key(
            client=key_for(user, public_id),
            reason=request.POST.get("reason", ""),
            actor=user,
            at=now(),
        )
        messages.success(request, gettext("Revoked. It is refused from the next call on."))
        return redirect("exchange:keys")

    return carried_out_once(request, work)


def _offices(user: User) -> list[Organisation]:
    places = {post.organisation.pk: post.organisation for post in appointments_of(user)}
    return [one for one in places.values() if can_keep_keys(user, one)]
