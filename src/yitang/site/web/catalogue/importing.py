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
from yitang.ground.organisations.api import User, check_can, organisations_in
from yitang.ground.organisations.rules import NATION
from yitang.ground.plumbing.api import now, translated

EDIT = "catalogue.edit"
SHOWN_QUESTIONS = 60
SHOWN_RECORDS = 200
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

    @property
    def choices(self) -> list[tuple[str, Message]]:
        return [(choice, WORDS[choice]) for choice in self.question.choices]

    @property
    def otherwise(self) -> Message | None:
        return WORDS.get(self.question.otherwise)


def start(request: HttpRequest) -> HttpResponse:
    """Upload a dump; below, what one imported lately."""
    user = _user(request)
    form = DumpForm(request.POST, request.FILES) if request.method == "POST" else DumpForm()
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        held = catalogue.hold_dump(name=file.name or "", content=file.read(), actor=user, at=now())
        return redirect("catalogue:import_plan", public_id=held.public_id)
    context = {"form": form, "runs": catalogue.imports_of(user)}
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
    context = {
        "held": held,
        "plan": found,
        "accepted": found.delivered - found.rejected,
        "targets": [(code, text) for code, text in TARGETS.items()],
        "missing": [TARGETS[target] for target in found.missing],
        "questions": [Asked(question) for question in found.questions[:SHOWN_QUESTIONS]],
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
    """What came of a file: the counts, why records were rejected, and which."""
    run = catalogue.import_for(_user(request), public_id)
    context = {
        "run": run,
        "unchanged": run.accepted - run.created - run.changed,
        "reasons": catalogue.reasons_of(run),
        "rejected": catalogue.records_of(run, outcome="rejected", limit=SHOWN_RECORDS),
        "taken": [
            record
            for record in catalogue.records_of(run, limit=SHOWN_RECORDS)
            if record.dataset is not None
        ],
        "repeated": "repeated" in request.GET,
    }
    return render(request, "catalogue/import_result.html", context)


def rejected(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every rejected record with its reason as CSV, for the portal's people."""
    run = catalogue.import_for(_user(request), public_id)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{run.file_name}-{gettext('rejected')}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    writer = csv.writer(response)
    writer.writerow([gettext("Record"), gettext("Name"), gettext("Department"), gettext("Reason")])
    for row in catalogue.records_of(run, outcome="rejected", limit=1_000_000):
        writer.writerow([row.number, row.name, row.department, translated(row.reason)])
    return response


def _user(request: HttpRequest) -> User:
    check_can(request.user, EDIT)
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


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
