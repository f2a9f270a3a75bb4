"""While somebody calls: what the number told before, the words taken down or added to an appeal."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now, settings, translated
from yitang.public.hotline.api import (
    Appeal,
    Channel,
    add_call,
    appeal_for,
    appeal_numbered,
    categories,
    earlier_appeals,
    file_appeal,
)
from yitang.public.hotline.errors import NumberUnknown
from yitang.site.web.desk.words import word
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .forms import TakeForm
from .places import divisions_here

WORKFLOW = "hotline.appeal"
EMERGENCY = "emergency"
CALL_FOR_HELP = gettext_noop(
    "This sounds like an emergency. Have the caller ring 110, 119 or 120 now, or connect them and "
    "stay on the line; then tell a dispatcher: it waits first in the queue and no longer than an "
    "hour."
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officers_only
def take(request: HttpRequest) -> HttpResponse:
    """Write down what a caller says, after a look at what the same number told before."""
    user = signed_in(request)
    check_can(user, "hotline.take")
    given = request.POST if request.method == "POST" else None
    form = TakeForm(divisions_here(), categories(), given)
    if given is not None and "look" in given and "mobile" not in form.errors:
        typed = {name: given.get(name, "") for name in form.fields}
        form = TakeForm(divisions_here(), categories(), initial=typed)
        return _page(request, form, _earlier(user, given.get("mobile", "")))
    if given is None or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)

    def work() -> HttpResponse:
        if "add" in request.POST:
            return _added(request, user, form.cleaned_data["text"])
        earlier = [] if "anew" in request.POST else _earlier(user, form.cleaned_data["mobile"])
        if any(row.case.is_open for row in earlier):
            # Not kept as the answer of this form, so that it can be sent again with a choice.
            return _page(request, form, earlier, asks=True, status=409)
        return _taken(request, user, form)

    return carried_out_once(request, work)


@require_safe
@officers_only
def find(request: HttpRequest) -> HttpResponse:
    """From the number of a case, or the one a caller reads out, to the appeal's page."""
    user = signed_in(request)
    check_can(user, "hotline.take")
    typed = request.GET.get("number", "")[:40]
    try:
        found = appeal_numbered(user, typed)
    except NumberUnknown as unknown:
        context = {"typed": typed, "problem": translated(unknown), "is_office": True}
        return render(request, "hotline/unknown.html", context, status=404)
    return redirect("hotline:appeal", public_id=found.public_id)


def _earlier(user: User, mobile: str) -> list[Appeal]:
    if not mobile.strip():
        return []
    return earlier_appeals(
        mobile=mobile,
        purpose=gettext("a call from this number is being taken"),
        actor=user,
        at=now(),
        home=settings().division,
    )


def _added(request: HttpRequest, user: User, text: str) -> HttpResponse:
    found = appeal_for(user, request.POST["add"])
    add_call(appeal_id=found.pk, text=text, actor=user, at=now())
    said = gettext("Added to {number}.").format(number=found.case.number)
    messages.success(request, said)
    return redirect("hotline:appeal", public_id=found.public_id)


def _taken(request: HttpRequest, user: User, form: TakeForm) -> HttpResponse:
    said = form.cleaned_data
    taken = file_appeal(
        text=said["text"],
        place=said["place"],
        name=said["name"],
        mobile=said["mobile"],
        is_confidential=said["is_confidential"],
        **form.understood,
        channel=Channel.PHONE,
        agent=user,
        at=now(),
        model=settings().files / "appeals.npz",
        home=settings().division,
    )
    number = f"{taken.short_number[:4]}-{taken.short_number[4:]}"
    told = gettext("Taken in. Tell the caller the number: {number}.").format(number=number)
    messages.success(request, told)
    if taken.tier == EMERGENCY:
        messages.warning(request, gettext(CALL_FOR_HELP))
    return redirect("hotline:appeal", public_id=taken.public_id)


def _page(
    request: HttpRequest,
    form: TakeForm,
    earlier: Sequence[Appeal] | None = None,
    *,
    asks: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "is_chosen": any(form[bound.name].value() for bound in form.chosen),
        "earlier": [(row, word(WORKFLOW, row.case.state)) for row in earlier or ()],
        "looked": earlier is not None,
        "asks": asks,
        "once": request.POST.get("once") or new_once(),
    }
    return render(request, "hotline/take.html", context, status=status)
