"""An entry on its way: written in the browser, proposed, consented to, reviewed; its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules import (
    GRADES,
    ITEM_TYPES,
    OPEN_TO_CHANGE,
    SHARING_CLASSES,
    DatasetSpec,
    missing_parts,
)
from yitang.ground.casework.api import Case, allowed_verbs, can_see, case_timeline
from yitang.ground.organisations.api import Organisation, User, appointments_of
from yitang.ground.plumbing.api import now
from yitang.site.web.desk.words import happened, state_of, word
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import EntryForm, NewEntryForm, initial_of, item_rows
from .words import change_rows


def owners_of(user: User) -> list[Organisation]:
    """The departments in whose name ``user`` may write entries."""
    found = {post.organisation.pk: post.organisation for post in appointments_of(user)}
    return [row for row in found.values() if catalogue.can_edit(user, row)]


@officers_only
def new(request: HttpRequest) -> HttpResponse:
    """A new entry of one's own department: a draft with a case."""
    user = signed_in(request)
    owners, blank = owners_of(user), DatasetSpec("", "", "")
    if request.method != "POST":
        form = NewEntryForm(initial=initial_of(blank), base=blank, owners=owners)
        return _form(request, form)
    form = NewEntryForm(request.POST, base=blank, owners=owners)
    if not form.is_valid():
        return _form(request, form)
    given = form.cleaned_data
    version = catalogue.draft_entry(
        spec=form.spec,
        organisation=next(row for row in owners if row.credit_code == given["owner"]),
        actor=user,
        at=now(),
        secrecy_risk=given["secrecy_risk"],
        privacy_impact=given["privacy_impact"],
    )
    return redirect("catalogue:version", public_id=version.public_id)


@officers_only
@require_POST
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a change of an entry; what is published stays until the change is."""
    user = signed_in(request)
    entry = catalogue.dataset_for(user, code)
    draft = catalogue.draft_of(user, entry)
    if draft is None:
        draft = catalogue.draft_entry(
            spec=entry.spec, organisation=entry.organisation, actor=user, at=now()
        )
    return redirect("catalogue:amend", public_id=draft.public_id)


@officers_only
def amend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write in a draft."""
    user = signed_in(request)
    version = catalogue.version_for(user, public_id)
    assessed = {"secrecy_risk": version.secrecy_risk, "privacy_impact": version.privacy_impact}
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of(version.spec) | assessed,
        base=version.spec,
    )
    if not form.is_valid():
        return _form(request, form, version=version)
    catalogue.amend_entry(
        version=version,
        actor=user,
        at=now(),
        spec=form.spec,
        secrecy_risk=form.cleaned_data["secrecy_risk"],
        privacy_impact=form.cleaned_data["privacy_impact"],
    )
    return redirect("catalogue:version", public_id=version.public_id)


def _form(
    request: HttpRequest, form: EntryForm, *, version: catalogue.EntryVersion | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "version": version,
        "rows": list(enumerate(item_rows(form.spec.items))),
        "types": list(ITEM_TYPES.items()),
        "classes": list(SHARING_CLASSES.items()),
        "grades": list(GRADES),
    }
    return render(request, "catalogue/form.html", context)


@officers_only
def version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One version: what it changes, its assessments, what may be done with it, its history."""
    user = signed_in(request)
    found = catalogue.version_for(user, public_id)
    changes = catalogue.changes_in(found)
    case = found.case
    is_seen = case is not None and can_see(user, case)
    is_mine = catalogue.can_edit(user, found.organisation)
    context = {
        "version": found,
        "spec": found.spec,
        "items": [(item, ITEM_TYPES[item.type]) for item in found.spec.items],
        "case": case,
        "state": state_of(case) if case else "",
        "changes": change_rows(found, changes),
        "missing": missing_parts(
            found.spec, secrecy_risk=found.secrecy_risk, privacy_impact=found.privacy_impact
        )
        if case is not None and case.state in OPEN_TO_CHANGE
        else [],
        "may_amend": is_mine and case is not None and case.state in OPEN_TO_CHANGE,
        "verbs": _verbs(user, case),
        "lines": [(event, happened(case, event)) for event in reversed(case_timeline(user, case))]
        if case is not None and is_seen
        else [],
        "once": new_once(),
    }
    return render(request, "catalogue/version.html", context)


def _verbs(user: User, case: Case | None) -> list[tuple[str, str, bool]]:
    if case is None or not can_see(user, case):
        return []
    return [
        (step.verb, word(case.workflow, step.verb), step.needs_note)
        for step in allowed_verbs(user, case)
    ]


@officers_only
@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make one move with a version."""
    user = signed_in(request)
    found = catalogue.version_for(user, public_id)

    def work() -> HttpResponse:
        if found.case is not None:
            catalogue.move_entry(
                case_id=found.case.pk,
                verb=request.POST.get("verb", ""),
                actor=user,
                at=now(),
                note=request.POST.get("note", ""),
            )
        return redirect("catalogue:version", public_id=found.public_id)

    return carried_out_once(request, work)
