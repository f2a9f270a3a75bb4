"""The applicant's pages: look at what was found, send it, follow it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from yitang.ground.casework.api import allowed_verbs, case_timeline
from yitang.ground.plumbing.api import now
from yitang.public.services.api import (
    Application,
    answer_correction,
    application_for,
    applied_before,
    attachments_of,
    certificate_of,
    correction_of,
    draft_application,
    form_of,
    item_by_code,
    move_application,
    open_attachment,
    prefill_application,
    rate_application,
    records_reader,
    save_draft,
    standing_application,
    submit_application,
)
from yitang.site.web.shell.entrance import signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import AnswerForm, AskedForm, asked_form, doubts_in
from .showing import file_response, name_of, promise_word, shown_groups
from .words import happened, state_sentence

# A refusal gives its reason and names the ways against it: 行政许可法 (2019) Art 38,
# 行政复议法 (2023) Art 20 (60 days), 行政诉讼法 (2017) Art 46 (six months).
REFUSALS = frozenset({"refuse", "reject"})


@require_POST
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Open the draft of an item and read the records behind its form.

    Who has applied before is shown that first: no record is read for a matter that stands.
    """
    user, at, item = signed_in(request), now(), item_by_code(code)
    sent = standing_application(user, item)
    if sent is not None and "another" not in request.POST:
        messages.info(request, gettext("You applied for this before; here is how it stands."))
        return redirect("services:application", public_id=sent.public_id)
    draft = draft_application(item=item, actor=user, at=at)
    prefill_application(
        application_id=draft.pk,
        actor=user,
        read=records_reader(draft, actor=user, at=at),
    )
    return redirect("services:application", public_id=draft.public_id)


def matter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The one address of an application: to its applicant's page or to the office's."""
    user = signed_in(request)
    found = application_for(user, public_id)
    page = "services:application" if found.applicant_id == user.pk else "services:office"
    return redirect(page, public_id=public_id)


def application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft is looked over and sent; what was sent is followed."""
    user = signed_in(request)
    found = application_for(user, public_id)
    if request.method == "POST":
        return carried_out_once(request, lambda: _send(request, found))
    if found.submitted_at is not None:
        return _follow(request, found)
    return _review(request, found, asked_form(found))


def _send(request: HttpRequest, draft: Application) -> HttpResponse:
    """Send, or keep for later; what a person wrote is never lost."""
    user, doubts = signed_in(request), doubts_in(request.POST)
    form = asked_form(draft, request.POST)
    if request.POST.get("do") == "keep":
        save_draft(
            application_id=draft.pk, actor=user, answers=form.answers_so_far(), doubts=doubts
        )
        messages.success(request, gettext("Kept. You can go on with it whenever you like."))
        return redirect("services:application", public_id=draft.public_id)
    if not form.is_valid():
        return _review(request, draft, form, status=422)
    submit_application(
        application_id=draft.pk,
        actor=user,
        at=now(),
        answers=form.cleaned_data,
        doubts=doubts,
    )
    return redirect("services:application", public_id=draft.public_id)


def _review(
    request: HttpRequest, draft: Application, form: AskedForm, *, status: int = 200
) -> HttpResponse:
    user, materials = signed_in(request), list(draft.materials.all())
    before = applied_before(user, draft)
    page = {
        "before": before,
        "is_settled": before is not None and not before.is_stated,
        "application": draft,
        "name": name_of(draft.item),
        "groups": shown_groups(user, draft),
        "form": form,
        "materials": [(name_of(one), one) for one in materials],
        "to_bring": [name_of(one) for one in materials if not one.satisfied_by],
        "saved": sum(one.satisfied_by in {"shared", "promise"} for one in materials),
        "records": len({value.ledger_entry for value in draft.values.exclude(ledger_entry="")}),
        "promise": promise_word(draft.item.promise, at=now()),
        "once": new_once(),
    }
    return render(request, "services/review.html", page, status=status)


def _follow(
    request: HttpRequest, sent: Application, answer: AnswerForm | None = None
) -> HttpResponse:
    user, case = signed_in(request), sent.case
    if case is None:
        return redirect("services:start")
    history = case_timeline(user, case)
    page = {
        "application": sent,
        "case": case,
        "name": name_of(sent.item),
        "sentence": state_sentence(case),
        "refusal": next((event for event in history if event.verb in REFUSALS), None),
        "groups": shown_groups(user, sent),
        "lines": [(event, happened(case, event)) for event in reversed(history)],
        "verbs": {transition.verb for transition in allowed_verbs(user, case)},
        "correction": correction_of(sent),
        "answer_form": answer or AnswerForm(),
        "attachments": attachments_of(user, sent),
        "certificate": certificate_of(sent),
        "once": new_once(),
        "stars": range(1, 6),
    }
    return render(request, "services/follow.html", page, status=422 if answer else 200)


@require_POST
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mend what the office asked for."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    fields = form_of(sent.item).fields
    given = {one.name: request.POST.get(one.name, "").strip() for one in fields}
    form = AnswerForm(request.POST, request.FILES, says_more=any(given.values()))
    if not form.is_valid():
        return _follow(request, sent, form)

    def work() -> HttpResponse:
        answer_correction(
            application_id=sent.pk,
            actor=user,
            at=now(),
            words=form.cleaned_data.get("words", ""),
            answers={name: text for name, text in given.items() if text},
            files=form.cleaned_data.get("added", ()),
        )
        messages.success(request, gettext("Sent. The office looks at it again."))
        return redirect("services:application", public_id=public_id)

    return carried_out_once(request, work)


@require_POST
def open_file(request: HttpRequest, public_id: UUID, attachment_id: UUID) -> HttpResponse:
    """One file that was added, to its applicant or the office; the office's opening is recorded."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    opened = open_attachment(
        application_id=sent.pk, attachment_id=attachment_id, actor=user, at=now()
    )
    return file_response(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the application back before it is decided, after a page that asks."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    case = sent.case
    if request.method != "POST":
        may = case is not None and "withdraw" in {one.verb for one in allowed_verbs(user, case)}
        if not may:
            return redirect("services:application", public_id=public_id)
        told = {"application": sent, "case": case, "name": name_of(sent.item)}
        return render(request, "services/withdraw.html", told)
    move_application(case_id=sent.case_id or 0, verb="withdraw", actor=user, at=now())
    messages.success(request, gettext("Withdrawn. You can apply again whenever you like."))
    return redirect("services:application", public_id=public_id)


@require_POST
def rate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One to five stars, once."""
    user = signed_in(request)
    sent = application_for(user, public_id)
    stars = request.POST.get("stars", "")
    rate_application(
        application_id=sent.pk,
        stars=int(stars) if stars.isdigit() else 0,
        words=request.POST.get("words", "")[:500],
        actor=user,
        at=now(),
    )
    messages.success(request, gettext("Thank you. The office reads every word."))
    return redirect("services:application", public_id=public_id)
