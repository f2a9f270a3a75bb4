"""Who a page speaks to, and the main menu for them.

A room's pages appear in a menu once their address exists; the order is the order here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from yitang.ground.organisations.api import User, can, scope_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu: a page by its name in ``urls.py``, its words, the rooms it covers."""

    page: str
    label: str
    rooms: frozenset[str]
    permission: str = ""  # shown only to those who may do this at all


@dataclass(frozen=True, slots=True)
class ShownEntry:
    url: str
    label: str
    is_current: bool


def _entry(page: str, label: str, *rooms: str, permission: str = "") -> Entry:
    return Entry(page, label, frozenset(rooms or {page.partition(":")[0]}), permission)


MENUS: Mapping[str, tuple[Entry, ...]] = {
    "public": (
        _entry("start", gettext_noop("Services"), "", "services"),
        _entry("hotline:start", "12345"),
        _entry("services:certificates", gettext_noop("My certificates"), "services:certificates"),
        _entry("ledger:start", gettext_noop("Who has read my data")),
    ),
    "officer": (
        _entry("desk:start", gettext_noop("My desk")),
        _entry("catalogue:start", gettext_noop("Data"), "catalogue", "collection", "fusion"),
        _entry("exchange:start", gettext_noop("Sharing")),
        _entry(
            "exchange:keys",
            gettext_noop("Gateway keys"),
            "exchange:keys",
            permission="exchange.keys",
        ),
        _entry("services:start", gettext_noop("Services"), "services"),
        _entry("hotline:start", "12345"),
        _entry("halls:start", gettext_noop("Halls")),
        _entry("insight:start", gettext_noop("What people say"), permission="insight.see"),
        _entry(
            "catalogue:departments",
            gettext_noop("Departments proposed"),
            "catalogue:departments",
            permission="organisations.load",
        ),
        _entry(
            "verify_identity",
            gettext_noop("Verify an account"),
            permission="organisations.verify_identity",
        ),
        _entry("posts", gettext_noop("Posts"), permission="organisations.appoint"),
        _entry("ledger:verification", gettext_noop("Ledger"), permission="ledger.verify"),
    ),
    "leader": (
        _entry("cockpit:start", gettext_noop("Overview")),
        _entry(
            "catalogue:start", gettext_noop("Data"), "catalogue", "collection", "fusion", "exchange"
        ),
        _entry("services:start", gettext_noop("Services"), "services", "halls"),
        _entry("hotline:start", "12345"),
        _entry("insight:start", gettext_noop("What people say")),
        _entry("economy:start", gettext_noop("Digital economy")),
    ),
}
HOMES = {"public": "start", "officer": "desk:start", "leader": "cockpit:start"}
# Administrators handle no cases, so a desk is no home for them.
HOMES_OF_ROLES = {"security_admin": "posts", "audit_admin": "ledger:verification"}


def audience_of(request: HttpRequest) -> str:
    """``leader``, ``officer`` or ``public``, by the posts held today."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return "public"
    roles = scope_of(user).roles - {"citizen"}
    if "leader" in roles:
        return "leader"
    return "officer" if roles else "public"


def home_of(request: HttpRequest) -> str:
    """The page this person begins on."""
    audience = audience_of(request)
    user = getattr(request, "user", None)
    roles = scope_of(user).roles if isinstance(user, User) else frozenset()
    own = [page for role, page in HOMES_OF_ROLES.items() if role in roles]
    return address(own[0] if own and audience == "officer" else HOMES[audience])


def menu_for(request: HttpRequest, audience: str) -> list[ShownEntry]:
    """The menu of an audience with the current page marked."""
    user = getattr(request, "user", None)
    shown = [
        (entry, address(entry.page))
        for entry in MENUS[audience]
        if not entry.permission or (isinstance(user, User) and can(user, entry.permission))
    ]
    current = _current(request, audience)
    return [
        ShownEntry(url, gettext(entry.label), is_current=entry is current)
        for entry, url in shown
        if url
    ]


def address(page: str) -> str:
    """The address of a page by its name; empty while no room has made it."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, audience: str) -> Entry | None:
    match = request.resolver_match
    if match is None:
        return None
    exact = match.view_name
    entries = MENUS[audience]
    by_page = [entry for entry in entries if entry.page == exact]
    by_room = [entry for entry in entries if (match.namespace or ":") in entry.rooms]
    return next(iter([*by_page, *by_room]), None)
