"""Two questions: who has read my data, and has anyone altered what the ledger says."""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.ground.ledger.api import (
    alter_for_demonstration,
    entries_about,
    is_altered,
    ledger_state,
    restore_after_demonstration,
    verify_and_note,
)
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

from .rows import findings, rows_of

SHOWN = 30


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Every use of the reader's own data, newest first."""
    reader = request.user
    if not isinstance(reader, User) or not reader.identity_index:
        return render(request, "ledger/start.html", {"is_unknown": True})
    before = _uuid(request.GET.get("before", ""))
    entries = entries_about(reader.identity_index, limit=SHOWN + 1, before=before)
    context = {
        "rows": rows_of(entries[:SHOWN], reader=reader),
        "next": entries[SHOWN - 1].id if len(entries) > SHOWN else "",
        "is_later_page": before is not None,
    }
    return render(request, "ledger/start.html", context)


@login_required
def verification(request: HttpRequest) -> HttpResponse:
    """The audit administrator's page; a POST verifies now."""
    check_can(request.user, "ledger.verify")
    state = ledger_state()
    context: dict[str, object] = {"is_altered": is_altered()}
    if state.last_anchor:
        context["anchored_at"] = datetime.fromisoformat(state.last_anchor.at)
    if request.method == "POST":
        began = time.perf_counter()
        result = verify_and_note(now())
        context |= {"result": result, "findings": findings(result.problems)}
        context["seconds"] = time.perf_counter() - began
        state = ledger_state()
    context["state"] = state
    return render(request, "ledger/verification.html", context)


@require_POST
@login_required
def alter(request: HttpRequest) -> HttpResponse:
    """The demo: change one byte of the newest entry, so that a visitor sees it named."""
    check_can(request.user, "ledger.verify")
    alter_for_demonstration()
    return redirect("ledger:verification")


@require_POST
@login_required
def restore(request: HttpRequest) -> HttpResponse:
    check_can(request.user, "ledger.verify")
    restore_after_demonstration()
    verify_and_note(now())  # else the cockpit would go on saying what is no longer so
    return redirect("ledger:verification")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
