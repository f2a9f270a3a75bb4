"""Sharing: who asks whom for what, what was granted, and every use of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import Dataset, dataset_for, search_datasets
from yitang.data.catalogue.rules import SHARING_CLASSES
from yitang.data.exchange.api import (
    SharingRequest,
    amend_request,
    can_request,
    decide_sharing,
    extend_answer,
    grant_for,
    grant_uses,
    granted,
    published,
    request_for,
    request_sharing,
    requests_under_way,
    used_today,
)
from yitang.data.exchange.rules import MODES, WORKFLOW_NAME, missing_parts
from yitang.ground.casework.api import allowed_verbs, can_manage, case_timeline
from yitang.ground.organisations.api import Organisation, User, appointments_of, can, system_actor
from yitang.ground.organisations.api import organisation as organisation_by_id
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.desk.words import happened, office_word, offices_of, state_of, word
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import RequestForm, missing_sentence
from .words import field_labels, grant_state, matter_kinds, matter_word, records_of, use_word

EXTENDABLE = "received"
SHOWN = 15  # grants on a page


@officers_only
def start(request: HttpRequest) -> HttpResponse:
    """What is under way, and what is in force."""
    user = signed_in(request)
    page = granted(user, cursor=request.GET.get("cursor", "")[:100], limit=SHOWN)
    context = {
        "requests": [(one, state_of(one.case)) for one in requests_under_way(user) if one.case],
        "page": page,
        "grants": [(grant, grant_state(grant), used_today(grant, at=now())) for grant in page.rows],
        "may_ask": bool(_demanders(user)),
        "may_keep_keys": can(user, "exchange.keys"),
    }
    return render(request, "exchange/start.html", context)


@officers_only
def choose(request: HttpRequest) -> HttpResponse:
    """Which data: a search of the catalogue."""
    user = signed_in(request)
    text = request.GET.get("q", "")
    page = search_datasets(user, text, cursor=request.GET.get("cursor", ""))
    rows = [(row, translated(SHARING_CLASSES[row.sharing_class])) for row in page.rows]
    return render(request, "exchange/choose.html", {"rows": rows, "page": page, "text": text})


@officers_only
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A request for one dataset; kept as a draft for the office head."""
    user = signed_in(request)
    dataset = dataset_for(user, code)
    offered = [one for one in _demanders(user) if one.pk != dataset.organisation_id]
    form = RequestForm(dataset, offered, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return carried_out_once(request, lambda: _drafted(user, dataset, form))
    context = {
        "form": form,
        "dataset": dataset,
        "once": new_once(),
        "offered": offered,
        "is_own": bool(_demanders(user)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "exchange/form.html", context, status=status)


def _drafted(user: User, dataset: Dataset, form: RequestForm) -> HttpResponse:
    asked = request_sharing(
        dataset=dataset,
        organisation=organisation_by_id(form.cleaned_data["organisation"]),
        actor=user,
        at=now(),
        **form.parts(),  # type: ignore[arg-type]  # the form's fields are the action's
    )
    return redirect("exchange:request", public_id=asked.public_id)


@officers_only
def request_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request: what is asked, who holds it, until when, what happened."""
    user = signed_in(request)
    asked = request_for(user, public_id)
    case = asked.case
    if case is None:
        return redirect("exchange:start")
    history = case_timeline(system_actor(), case)
    context = {
        "asked": asked,
        "case": case,
        "state": state_of(case),
        "fields": field_labels(asked),
        "kinds": matter_kinds(asked.matter_kinds),
        "is_in_use": case.state in {"supplied", "suspended"},
        "mode": translated(MODES[asked.mode]) if asked.mode in MODES else "",
        "gaps": missing_sentence([translated(part) for part in missing_parts(asked.text)])
        if missing_parts(asked.text)
        else "",
        "verbs": [
            (move.verb, word(WORKFLOW_NAME, move.verb), move.needs_note)
            for move in allowed_verbs(user, case)
        ],
        "lines": [
            (event, happened(case, event), office_word(event, *held))
            for event, held in zip(history, offices_of(history), strict=True)
        ][::-1],
        "may_amend": _may_amend(user, asked),
        "once": new_once(),
        "may_extend": case.state == EXTENDABLE and not case.extension and can_manage(user, case),
        "grant": getattr(asked, "grant", None),
    }
    return render(request, "exchange/request.html", context)


@officers_only
def amend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Fill in what is missing, before it is sent or after it came back."""
    user = signed_in(request)
    asked = request_for(user, public_id)
    initial = {
        "organisation": str(asked.organisation.public_id),
        "fields_wanted": asked.fields,
        "purpose": asked.purpose,
        "basis": asked.basis,
        "scene": asked.scene,
        "scope": asked.scope,
        "mode": asked.mode,
        "valid_to": asked.valid_to,
        "quota": asked.quota,
    }
    form = RequestForm(asked.dataset, [asked.organisation], request.POST or None, initial)
    if request.method == "POST" and form.is_valid():
        return carried_out_once(request, lambda: _amended(user, asked, form))
    context = {"form": form, "dataset": asked.dataset, "asked": asked, "once": new_once()}
    return render(request, "exchange/form.html", context, status=422 if form.is_bound else 200)


def _amended(user: User, asked: SharingRequest, form: RequestForm) -> HttpResponse:
    amend_request(
        request=asked,
        actor=user,
        at=now(),
        **{name: value for name, value in form.parts().items() if value is not None},
    )
    return redirect("exchange:request", public_id=asked.public_id)


@require_POST
@officers_only
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One button of the request's page."""
    user = signed_in(request)

    def work() -> HttpResponse:
        decide_sharing(
            request=request_for(user, public_id),
            verb=request.POST.get("verb", ""),
            actor=user,
            at=now(),
            note=request.POST.get("note", ""),
        )
        return redirect("exchange:request", public_id=public_id)

    return carried_out_once(request, work)


@require_POST
@officers_only
def extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The authority's consent to ten more working days."""
    user = signed_in(request)

    def work() -> HttpResponse:
        extend_answer(
            request=request_for(user, public_id),
            actor=user,
            at=now(),
            reason=request.POST.get("note", ""),
        )
        return redirect("exchange:request", public_id=public_id)

    return carried_out_once(request, work)


@officers_only
def grant_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a grant allows, and every use of it from the ledger."""
    grant = grant_for(signed_in(request), public_id)
    context = {
        "grant": grant,
        "state": grant_state(grant),
        "fields": field_labels(grant),
        "kinds": matter_kinds(grant.matter_kinds),
        "used": used_today(grant, at=now()),
        "snapshot": published(grant.dataset.code),
        "uses": [
            (use, use_word(use.action), matter_word(use.matter), records_of(use))
            for use in grant_uses(grant)
        ],
    }
    return render(request, "exchange/grant.html", context)


def _demanders(user: User) -> list[Organisation]:
    """The organisations in whose name ``user`` may ask."""
    places = {post.organisation.pk: post.organisation for post in appointments_of(user)}
    return [one for one in places.values() if can_request(user, one)]


def _may_amend(user: User, asked: SharingRequest) -> bool:
    is_open = asked.case is not None and asked.case.state in {"drafted", "incomplete"}
    return is_open and can_request(user, asked.organisation)
