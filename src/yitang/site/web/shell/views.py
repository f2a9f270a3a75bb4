"""Pages that belong to no room: the start page and the demo's switch of roles."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.ground.plumbing.api import settings

from .navigation import HOMES, address, home_of
from .personas import find_persona, shown_personas
from .portal import items_in_all, life_cards, matters_of, phone_address
from .tour import SESSION_KEY, step_numbered


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


@require_POST
def tour(request: HttpRequest, number: int) -> HttpResponse:
    """To one step of the demo's tour, as the person it is seen with; beyond the last, the end."""
    if not settings().demo:
        raise Http404
    step = step_numbered(number)
    _sign_in(request, step.stop.persona if step else "leader")
    if step is None:
        request.session.pop(SESSION_KEY, None)
        return redirect(address(HOMES["leader"]))
    request.session[SESSION_KEY] = number
    return redirect(step.url)


def _sign_in(request: HttpRequest, username: str) -> None:
    user = find_persona(username)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")


def personas(request: HttpRequest) -> HttpResponse:
    """The demo's switch of roles; outside of the demo there is no such page."""
    if not settings().demo:
        raise Http404
    if request.method == "POST":
        _sign_in(request, request.POST.get("username", ""))
        return redirect(home_of(request))
    return render(request, "shell/personas.html", {"personas": shown_personas()})
