"""The officer's page: the facts with their sources, the records read again, the decision."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yitang.ground.casework.api import allowed_verbs, case_timeline
from yitang.ground.plumbing.api import now, translated
from yitang.public.services.api import (
    ANSWER,
    Opened,
    application_for,
    attachments_of,
    can_open,
    certificate_of,
    correction_of,
    decide_application,
    log_visit,
    move_application,
    open_value,
    records_reader,
    shown_answer,
    visits_of,
)
from yitang.public.services.errors import RecordChanged
from yitang.site.web.desk.facts import moved_once
from yitang.site.web.desk.words import happened, word
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .showing import name_of, shown_groups

DECISIONS = frozenset({"approve", "refuse"})


@officers_only
def application(
    request: HttpRequest, public_id: UUID, opened: tuple[str, Opened] | None = None
) -> HttpResponse:
    """One application: what an officer needs to decide it."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    case = sent.case
    if case is None:
        return redirect("desk:start")
    values, told = list(sent.values.all()), correction_of(sent)
    answer = shown_answer(user, told) if told else ""
    page = {
        "application": sent,
        "case": case,
        "name": name_of(sent.item),
        "groups": shown_groups(user, sent),
        "opened": opened,
        "opened_answer": opened[1].text if opened and opened[0] == ANSWER else "",
        "materials": [(name_of(one), one) for one in sent.materials.all()],
        "verbs": [
            (move.verb, word(case.workflow, move.verb), move.needs_note)
            for move in allowed_verbs(user, case)
        ],
        "lines": [(event, happened(case, event)) for event in reversed(case_timeline(user, case))],
        "verified_at": max((v.verified_at for v in values if v.verified_at), default=None),
        "is_changed": any(v.verified not in {"", "same"} for v in values),
        "doubts": sum(v.doubt is not None for v in values),
        "correction": told,
        "answer": answer,
        "attachments": attachments_of(user, sent),
        "can_open": can_open(user, sent),
        "is_answer_masked": told is not None and answer != (told.answer or ""),
        "certificate": certificate_of(sent),
        "visits": visits_of(sent),
        "once": new_once(),
    }
    return render(request, "services/office.html", page)


@officers_only
@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make one move; a decision reads the records again first."""
    user, at = signed_in(request), now()
    sent = application_for(user, public_id)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")

    def move() -> HttpResponse:
        move_application(case_id=sent.case_id or 0, verb=verb, actor=user, at=at, note=note)
        return _done(request, public_id)

    if verb not in DECISIONS:
        return carried_out_once(request, move)
    try:
        # Not inside the transaction of a replay's kept answer: what was read stays read.
        read = records_reader(sent, actor=user, at=at)
        make = partial(
            decide_application,
            application_id=sent.pk, verb=verb, actor=user, at=at, note=note, read=read,
        )  # fmt: skip
        moved_once(sent.case, verb=verb, actor=user, note=note, make=make)
    except RecordChanged as changed:
        messages.warning(request, translated(changed))
        return redirect("services:office", public_id=public_id)
    return _done(request, public_id)


def _done(request: HttpRequest, public_id: UUID) -> HttpResponse:
    messages.success(request, gettext("Done; the applicant sees it at once."))
    return redirect("services:office", public_id=public_id)


@officers_only
@require_POST
def open_field(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one masked value in full; that it was opened stands in the ledger."""
    user, name = signed_in(request), request.POST.get("name", "")
    sent = application_for(user, public_id)
    opened = open_value(application_id=sent.pk, name=name, actor=user, at=now())
    messages.info(request, gettext("Opened. That you opened it stands in the ledger."))
    return application(request, public_id, (name, opened))


@officers_only
@require_POST
def visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Log an on-site event: what visits per case are counted from."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    case = sent.case
    if case is not None and case.organisation is not None:
        log_visit(
            application_id=sent.pk,
            organisation=case.organisation,
            reason=request.POST.get("reason", "")[:200],
            actor=user,
            at=now(),
        )
        messages.success(request, gettext("The visit is noted."))
    return redirect("services:office", public_id=public_id)
