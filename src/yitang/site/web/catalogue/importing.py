"""A catalogue nobody prepared, in the browser: upload, proposed mapping, questions, result."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules import FORMATS, UPDATE_CYCLES
from yitang.data.catalogue.rules.mapping import TARGETS
from yitang.data.catalogue.rules.questions import Question
from yitang.data.catalogue.rules.wording import OPENNESS
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import (
    OrganisationProposal,
    User,
    can,
    organisations_in,
    proposals_named,
)
from yitang.ground.organisations.rules import NATION
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.shell.entrance import signed_in

SHOWN_QUESTIONS = 60
SHOWN_RECORDS = 200
SHOWN_FAULTS = 200
WORDS: Mapping[str, Message] = {**UPDATE_CYCLES, **FORMATS, **OPENNESS}


class DumpForm(forms.Form):
    """A portal's dump."""

    file = forms.FileField(
        label=gettext_lazy("The portal's file"),
        help_text=gettext_lazy(
            "JSON, JSON lines, CSV, Excel, DCAT or ISO 19139, as the portal gives it; at most "
            "30 MB. It is kept encrypted for a day, for you alone, then deleted."
        ),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its choices in words."""

    question: Question
    proposal: OrganisationProposal | None = None

    @property
    def department(self) -> str:
        """The department that is not known, if that is what is asked."""
        kind, _, name = self.question.key.partition(":")
        return name if kind == "department" else ""

    @property
    def choices(self) -> list[tuple[str, Message]]:
        return [(choice, WORDS[choice]) for choice in self.question.choices]

    @property
    def otherwise(self) -> Message | None:
        return WORDS.get(self.question.otherwise)


def start(request: HttpRequest) -> HttpResponse:
    """Upload a dump; below, what one imported lately, or may consent to and publish."""
    user = signed_in(request)
    runs = catalogue.imports_of(user)
    if request.method == "POST":
        catalogue.check_can_import(user)
    form = DumpForm(request.POST, request.FILES) if request.method == "POST" else DumpForm()
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        held = catalogue.hold_dump(name=file.name or "", content=file.read(), actor=user, at=now())
        return redirect("catalogue:import_plan", public_id=held.public_id)
    context = {"form": form, "runs": runs, "can_import": catalogue.can_import(user)}
    status = 422 if form.is_bound else 200
    return render(request, "catalogue/import_start.html", context, status=status)


def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was understood, the mapping with its reasons, and what only a person can know."""
    user = _user(request)
    held = catalogue.held_dump_for(user, public_id)
    if request.method == "POST":
        catalogue.answer_dump(
            held=held,
            given={**held.given, **_given(request)},
            answers={**held.answers, **_answers(request)},
            actor=user,
            at=now(),
        )
        return redirect("catalogue:import_plan", public_id=held.public_id)
    found = catalogue.plan_import(
        content=catalogue.content_of(held),
        file=held.file_name,
        actor=user,
        given=held.given,
        answers=held.answers,
    )
    proposed = proposals_named(user, found.unknown)
    context = {
        "held": held,
        "plan": found,
        "kind": gettext("workbook of entries") if found.workbook else found.kind,
        "accepted": found.delivered - found.rejected,
        "targets": [(code, text) for code, text in TARGETS.items()],
        "missing": [TARGETS[target] for target in found.missing],
        "questions": [
            Asked(question, proposed.get(question.key.partition(":")[2]))
            for question in found.questions[:SHOWN_QUESTIONS]
        ],
        "can_propose": can(user, "organisations.propose"),
        "faults": found.workbook.faults[:SHOWN_FAULTS] if found.workbook else [],
        "fault_count": len(found.workbook.faults) if found.workbook else 0,
        "more": max(0, len(found.questions) - SHOWN_QUESTIONS),
        "answered": sorted(held.answers.items()),
        "matches": sorted(
            (word, owner.name) for word, owner in found.owners.items() if word != owner.name
        ),
        "organisations": organisations_in(NATION),
    }
    return render(request, "catalogue/import_plan.html", context)


@require_POST
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the held file in, as it was last looked at."""
    user = _user(request)
    held = catalogue.held_dump_for(user, public_id)
    taken = catalogue.import_catalogue(
        content=catalogue.content_of(held),
        file=held.file_name,
        actor=user,
        at=now(),
        given=held.given,
        answers=held.answers,
    )
    address = redirect("catalogue:import_result", public_id=taken.run.public_id)
    address["Location"] += "?repeated=1" if taken.repeated else ""
    return address


def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What came of a file: the counts, why records were rejected, which, and what comes next."""
    return _result(request, public_id, None)


@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Propose, consent to or publish all entries of a file that can go on."""
    user = signed_in(request)
    moved = catalogue.move_imported(
        run=catalogue.import_for(user, public_id),
        verb=request.POST.get("verb", "")[:20],
        secrecy_risk=request.POST.get("secrecy_risk", ""),
        privacy_impact=request.POST.get("privacy_impact", ""),
        actor=user,
        at=now(),
    )
    return _result(request, public_id, moved)


def _result(request: HttpRequest, public_id: UUID, moved: catalogue.Moved | None) -> HttpResponse:
    user = signed_in(request)
    run = catalogue.import_for(user, public_id)
    coming = catalogue.next_moves(user, run)
    context = {
        "moved": moved,
        "left": moved.left[:SHOWN_RECORDS] if moved else (),
        "coming": [(verb, len(coming[verb])) for verb in catalogue.MOVES if verb in coming],
        "run": run,
        "unchanged": run.accepted - run.created - run.changed,
        "reasons": catalogue.reasons_of(user, run),
        "rejected": catalogue.records_of(user, run, outcome="rejected", limit=SHOWN_RECORDS),
        "taken": [
            record
            for record in catalogue.records_of(user, run, limit=SHOWN_RECORDS)
            if record.dataset is not None
        ],
        "repeated": "repeated" in request.GET,
    }
    return render(request, "catalogue/import_result.html", context)


def rejected(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every rejected record with its reason as CSV, for the portal's people."""
    user = signed_in(request)
    run = catalogue.import_for(user, public_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{run.file_name}-{gettext('rejected')}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    writer = csv.writer(response)
    writer.writerow([gettext("Record"), gettext("Name"), gettext("Department"), gettext("Reason")])
    for row in catalogue.records_of(user, run, outcome="rejected", limit=1_000_000):
        writer.writerow([row.number, row.name, row.department, translated(row.reason)])
    return response


def _user(request: HttpRequest) -> User:
    user = signed_in(request)
    catalogue.check_can_import(user)
    return user


def _given(request: HttpRequest) -> dict[str, str]:
    """Fields that somebody took for something else than was shown."""
    names = request.POST.getlist("field")
    shown, chosen = request.POST.getlist("shown"), request.POST.getlist("target")
    return {
        name: now_
        for name, before, now_ in zip(names, shown, chosen, strict=False)
        if before != now_
    }


def _answers(request: HttpRequest) -> dict[str, str]:
    keys, values = request.POST.getlist("key"), request.POST.getlist("answer")
    return {key: value.strip() for key, value in zip(keys, values, strict=False) if value.strip()}
