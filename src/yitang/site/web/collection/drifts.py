"""Columns that are not as they were: the list of what waits, and deciding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yitang.data.catalogue.rules import ITEM_TYPES, VALUE_RULES
from yitang.data.collection import api as collection
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, translated

from .forms import DriftForm

KIND_WORDS: Mapping[str, str] = {
    "added": gettext_noop("further column"),
    "lost": gettext_noop("missing column"),
    "renamed": gettext_noop("renamed column"),
    "changed": gettext_noop("changed column"),
    "gone": gettext_noop("rows that would be gone"),
}
STATE_WORDS: Mapping[str, str] = {
    "pending": gettext_noop("waits for a decision"),
    "added": gettext_noop("added to the entry's draft"),
    "ignored": gettext_noop("left out from now on"),
    "taken": gettext_noop("taken"),
    "sent_back": gettext_noop("sent back to be mended"),
    "settled": gettext_noop("settled by a later batch"),
}
VERB_WORDS: Mapping[str, str] = {
    "add": gettext_noop("Add it to the entry"),
    "ignore": gettext_noop("Leave it out from now on"),
    "take": gettext_noop("Take the next batch so"),
    "send_back": gettext_noop("The file will be mended"),
}


@dataclass(frozen=True, slots=True)
class DriftRow:
    """A column as the page shows it, with the moves that are open to the reader."""

    drift: collection.Drift
    can_decide: bool
    form: DriftForm | None = None

    @property
    def kind(self) -> str:
        return KIND_WORDS[self.drift.kind]

    @property
    def state(self) -> str:
        return STATE_WORDS[self.drift.state]

    @property
    def said(self) -> str:
        """What is known of it: what it seems to hold, or what is not as it was."""
        if self.drift.kind == "added":
            guess = self.drift.guess
            return translated(VALUE_RULES.get(guess["rule"]) or ITEM_TYPES[guess["type"]])
        return translated(collection.said_of(self.drift))

    @property
    def verbs(self) -> list[tuple[str, str]]:
        if not self.can_decide or self.drift.state != "pending":
            return []
        if self.drift.kind == "added":
            return [(verb, VERB_WORDS[verb]) for verb in ("add", "ignore")]
        verbs = ("send_back",) if self.drift.kind == "lost" else ("take", "send_back")
        return [(verb, VERB_WORDS[verb]) for verb in verbs]


def drifts(request: HttpRequest) -> HttpResponse:
    """What waits for a decision; with ``state=``, what was decided before."""
    return _page(request)


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add or ignore a further column; take a changed batch so, or send it back."""
    user = _user(request)
    drift = collection.drift_for(user, public_id)
    form = DriftForm(request.POST)
    if not form.is_valid():
        return _page(request, drift, form)
    collection.decide_drift(drift=drift, actor=user, at=now(), **form.cleaned_data)
    return redirect("collection:drifts")


def _page(
    request: HttpRequest, wrong: collection.Drift | None = None, form: DriftForm | None = None
) -> HttpResponse:
    user = _user(request)
    state = request.GET.get("state", "pending")
    state = state if state in STATE_WORDS else "pending"
    found = collection.drifts(user, state=state, dataset=request.GET.get("dataset", "")[:60])
    rows = [
        DriftRow(
            drift, collection.can_decide(user, drift.dataset), form if drift == wrong else None
        )
        for drift in found
    ]
    context = {
        "rows": rows,
        "state": state,
        "states": [(code, label, code == state) for code, label in STATE_WORDS.items()],
        "form": form,
    }
    return render(request, "collection/drifts.html", context, status=422 if wrong else 200)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user
