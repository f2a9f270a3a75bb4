"""Departments that a file names and nobody knows: proposed, then founded or refused."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import (
    Division,
    User,
    can,
    check_can,
    confirm_organisation,
    division,
    divisions_below,
    proposal_for,
    proposals,
    propose_organisation,
    refuse_organisation,
    scope_of,
)
from yitang.ground.plumbing.api import now
from yitang.site.web.shell.entrance import officers_only, signed_in

PROPOSE, FOUND = "organisations.propose", "organisations.load"
SHOWN_DIVISIONS = 400


class ProposalForm(forms.Form):
    """What a department is called and where it is."""

    name = forms.CharField(label=gettext_lazy("Full name of the department"), max_length=200)
    division = forms.ChoiceField(label=gettext_lazy("Division"))

    def __init__(self, *args: object, divisions: list[Division], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["division"].choices = [  # type: ignore[attr-defined]
            (row.code, row.name) for row in divisions
        ]


@officers_only
def start(request: HttpRequest) -> HttpResponse:
    """What was proposed and what came of it; who may found decides here."""
    user = signed_in(request)
    if not can(user, FOUND):
        check_can(user, PROPOSE)
    rows = proposals(user)
    context = {
        "open": [row for row in rows if row.state == "proposed"],
        "decided": [row for row in rows if row.state != "proposed"],
        "can_found": can(user, FOUND),
        "can_propose": can(user, PROPOSE),
    }
    return render(request, "catalogue/departments.html", context)


@officers_only
def propose(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """Propose a department, mostly from the plan of a file that names it."""
    user = signed_in(request)
    check_can(user, PROPOSE)
    held = catalogue.held_dump_for(user, public_id) if public_id else None
    choices = _divisions(user)
    if request.method == "POST":
        form = ProposalForm(request.POST, divisions=choices)
    else:
        form = ProposalForm(initial={"name": request.GET.get("name", "")[:200]}, divisions=choices)
    if form.is_valid():
        propose_organisation(
            name=form.cleaned_data["name"],
            division_code=form.cleaned_data["division"],
            found_in=held.file_name if held else "",
            actor=user,
            at=now(),
        )
        if held:
            return redirect("catalogue:import_plan", public_id=held.public_id)
        return redirect("catalogue:departments")
    status = 422 if form.is_bound else 200
    context = {"form": form, "held": held}
    return render(request, "catalogue/department_form.html", context, status=status)


@officers_only
@require_POST
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Found it."""
    user = signed_in(request)
    confirm_organisation(
        proposal=proposal_for(user, public_id),
        credit_code=request.POST.get("credit_code", "")[:40],
        actor=user,
        at=now(),
    )
    return redirect("catalogue:departments")


@officers_only
@require_POST
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say why not."""
    user = signed_in(request)
    refuse_organisation(
        proposal=proposal_for(user, public_id),
        note=request.POST.get("note", ""),
        actor=user,
        at=now(),
    )
    return redirect("catalogue:departments")


def _divisions(user: User) -> list[Division]:
    """One's own divisions, and the next level below each."""
    found: dict[str, Division] = {}
    for post in scope_of(user, permission=PROPOSE).posts:
        own = division(post.division_code)
        found[own.code] = own
        for row in divisions_below(own.code, on=civil_date(now())):
            found[row.code] = row
    return list(found.values())[:SHOWN_DIVISIONS]
