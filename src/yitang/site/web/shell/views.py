"""Pages that belong to no room: the start page and the demo's switch of roles."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yitang.ground.plumbing.api import settings

from .navigation import HOMES, address, audience_of
from .personas import find_persona, shown_personas
from .portal import items_in_all, life_cards, matters_of, phone_address


def start(request: HttpRequest) -> HttpResponse:
    """The citizen's one question: what do I need to do?"""
    return render(
        request,
        "shell/start.html",
        {
            "cards": life_cards(),
            "items": items_in_all(),
            "matters": matters_of(request.user),
            "phone_address": phone_address(request),
        },
    )


def personas(request: HttpRequest) -> HttpResponse:
    """The demo's switch of roles; outside of the demo there is no such page."""
    if not settings().demo:
        raise Http404
    if request.method == "POST":
        user = find_persona(request.POST.get("username", ""))
        login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect(address(HOMES[audience_of(request)]) or "/")
    return render(request, "shell/personas.html", {"personas": shown_personas()})
