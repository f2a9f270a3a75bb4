"""For everyone: tell the hotline what happened, follow it by its number, say whether it helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from yitang.ground.casework.api import CaseEvent
from yitang.ground.organisations.api import Organisation, User, can, system_actor
from yitang.ground.plumbing.api import now, settings, translated
from yitang.public.hotline.api import (
    Appeal,
    Solved,
    appeal_followed,
    appeal_timeline,
    appeals_of,
    call_back,
    check_may_send,
    file_appeal,
    shown_answers,
)
from yitang.public.hotline.errors import NumberUnknown
from yitang.site.web.desk.words import offices_of, word
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import FileForm, HelpedForm
from .words import holder_name, kind_word, next_step, place_word

WORKFLOW = "hotline.appeal"
SENT_ON = frozenset({"dispatch", "arbitrate", "redo"})  # by the hotline; then an office holds it
SAID = frozenset({"close", "redo"})  # after a call-back, or by the caller on this page


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what happened, as a caller reads it: no names of officers."""

    at: datetime
    text: str
    holder: str


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Officers find their queue or the rates; everybody else the form."""
    if can(request.user, "hotline.call_back"):
        return redirect("hotline:queue")
    if can(request.user, "hotline.read_rates"):
        return redirect("hotline:rates")
    return _form_page(request, FileForm(_caller(request)))


@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """Take the appeal in; sent twice it is one."""
    caller = _caller(request)
    form = FileForm(caller, request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=422)

    def take() -> HttpResponse:
        said = form.cleaned_data
        check_may_send(
            address=get_adapter().get_client_ip(request),
            sender=str(caller.public_id) if caller else said.get("mobile", ""),
            most=settings().open_limit,
        )
        appeal = file_appeal(
            text=said["text"],
            place=said["place"],
            name=said.get("name", ""),
            mobile=said.get("mobile", ""),
            is_confidential=said["is_confidential"],
            is_anonymous=said.get("is_anonymous", False),
            caller=caller,
            at=now(),
            model=settings().files / "appeals.npz",
            home=settings().division,
        )
        return redirect(reverse("hotline:follow", args=[appeal.short_number]) + "?new=1")

    return carried_out_once(request, take)


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """From the number somebody typed to its page; one that is none stays in its field."""
    typed = request.GET.get("number", "")[:40]
    try:
        appeal = _followed(request, typed)
    except NumberUnknown as unknown:
        return _unknown(request, typed, unknown)
    return redirect("hotline:follow", number=appeal.short_number)


@require_safe
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Where an appeal is, what was answered, and whether it helped."""
    try:
        appeal = _followed(request, number)
    except NumberUnknown as unknown:
        return _unknown(request, number, unknown)
    return _follow_page(request, appeal, HelpedForm())


@require_POST
def helped(request: HttpRequest, number: str) -> HttpResponse:
    """The call-back by the caller's own hand; what is not solved goes back to the office."""
    appeal = _followed(request, number)
    form = HelpedForm(request.POST)
    if not form.is_valid():
        return _follow_page(request, appeal, form, status=422)

    def keep() -> HttpResponse:
        said = form.said
        redo = said["solved"] is Solved.NO
        said["note"] = said["note"] or (
            gettext("The caller says it is not solved.") if redo else ""
        )
        call_back(
            appeal_id=appeal.pk,
            actor=system_actor(),
            at=now(),
            reached=True,
            redo=redo,
            method="web",
            **said,
        )
        return redirect("hotline:follow", number=appeal.short_number)

    return carried_out_once(request, keep)


def _followed(request: HttpRequest, number: str) -> Appeal:
    address = get_adapter().get_client_ip(request)
    return appeal_followed(number=number, address=address, most=settings().open_limit)


def _unknown(request: HttpRequest, typed: str, unknown: NumberUnknown) -> HttpResponse:
    context = {"typed": typed, "problem": translated(unknown)}
    return render(request, "hotline/unknown.html", context, status=404)


def _form_page(request: HttpRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    caller = _caller(request)
    context = {
        "form": form,
        "once": request.POST.get("once") or new_once(),
        "caller": caller,
        "mine": [(appeal, next_step(appeal)) for appeal in appeals_of(caller)] if caller else [],
    }
    return render(request, "hotline/file.html", context, status=status)


def _follow_page(
    request: HttpRequest, appeal: Appeal, form: HelpedForm, *, status: int = 200
) -> HttpResponse:
    address = request.build_absolute_uri(reverse("hotline:follow", args=[appeal.short_number]))
    context = {
        "appeal": appeal,
        "case": appeal.case,
        "number": f"{appeal.short_number[:4]}-{appeal.short_number[4:]}",
        "address": address,
        "is_new": "new" in request.GET,
        "next_step": next_step(appeal),
        "kind": kind_word(appeal),
        "place": place_word(request.user, appeal),
        "answers": shown_answers(request.user, appeal),
        "steps": _steps(appeal),
        "form": form if appeal.case.state == "answered" else None,
        "once": request.POST.get("once") or new_once(),
    }
    return render(request, "hotline/follow.html", context, status=status)


def _steps(appeal: Appeal) -> list[Step]:
    lines = appeal_timeline(system_actor(), appeal)
    told = zip(lines, offices_of(lines), strict=True)
    return [
        Step(
            line.at,
            word(WORKFLOW, line.verb) if line.kind == "moved" else gettext("Received"),
            _who(line, before, after),
        )
        for line, (before, after) in told
        if line.kind in {"moved", "opened"}
    ][::-1]


def _who(line: CaseEvent, before: Organisation | None, after: Organisation | None) -> str:
    """Who did it, and whom it was sent on to. Taking it in is the hotline's, and what was said on
    this page the caller's."""
    if line.verb and line.verb not in SENT_ON | SAID:
        return holder_name(before)
    is_hotline = before is not None and before.kind == "hotline"
    who = holder_name(before if is_hotline else None)
    if line.verb in SAID and line.actor.username == "system":
        who = gettext("The caller")
    return f"{who} → {holder_name(after)}" if line.verb in SENT_ON else who


def _caller(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
