"""The demo's people: one account for each role, signed in with one click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from yitang.ground.base.errors import NotFound
from yitang.ground.organisations.api import ROLES, User, user_by_username
from yitang.ground.plumbing.api import translated

# The sample gives each role one account whose user name is the role's code.
WHAT_THEY_DO: Mapping[str, str] = {
    "citizen": gettext_noop(
        "Registers a newborn without a trip, writes to 12345, sees who read her data."
    ),
    "leader": gettext_noop("Sees what is wrong, where, and what would help most."),
    "handler": gettext_noop("Decides applications and answers appeals at the county."),
    "dispatcher": gettext_noop("Sends each appeal to the office that can settle it."),
    "hotline_agent": gettext_noop("Takes calls, files appeals, calls back."),
    "clerk": gettext_noop("Sits at the counter and helps those who come in person."),
    "data_officer": gettext_noop("Hands over the department's data and mends what was rejected."),
    "sharing_head": gettext_noop("Decides which data are shared with whom, and for what."),
    "supervisor": gettext_noop("Follows up what is late or comes back."),
    "system_admin": gettext_noop("Keeps the machines running; reads no one's data."),
    "security_admin": gettext_noop("Grants roles; cannot use them."),
    "audit_admin": gettext_noop("Reads the ledger; decides nothing."),
}


@dataclass(frozen=True, slots=True)
class Persona:
    username: str
    name: str
    role: str
    does: str


def shown_personas() -> list[Persona]:
    """Those whose account exists, in the order a visitor would meet them."""
    found = [(role, user_by_username(role)) for role in WHAT_THEY_DO]
    return [
        Persona(
            username=user.username,
            name=str(user),
            role=translated(ROLES[role].name),
            does=gettext(WHAT_THEY_DO[role]),
        )
        for role, user in found
        if user is not None
    ]


def find_persona(username: str) -> User:
    """The account to be signed in as; only those on the list."""
    user = user_by_username(username) if username in WHAT_THEY_DO else None
    if user is None:
        raise NotFound(kind="demo account", id=username)
    return user
