"""For the hotline and the offices: the queue, one appeal with all that may be done, the caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yitang.ground.base.text import mask_mobile, mask_name
from yitang.ground.casework.api import Box, allowed_verbs, can_manage, worklist
from yitang.ground.organisations.api import (
    Organisation,
    User,
    ancestors_of,
    can,
    organisation,
    organisations_in,
)
from yitang.ground.plumbing.api import now, settings
from yitang.public.hotline.api import (
    Appeal,
    Suggestion,
    add_call,
    answer_appeal,
    answer_at_once,
    appeal_for,
    appeal_timeline,
    appeals_with_cases,
    arbitrate_appeal,
    call_back,
    can_reveal,
    categories,
    correct_appeal,
    dispatch_appeal,
    record_contact,
    refer_appeal,
    return_appeal,
    reveal_caller,
    shown_answers,
    shown_place,
    shown_text,
    sign_for_appeal,
    suggest_dispatch,
    suggestions,
)
from yitang.public.hotline.rules import AT_HOTLINE
from yitang.site.web.desk.facts import moved_once
from yitang.site.web.desk.words import happened, word
from yitang.site.web.shell.entrance import officers_only, signed_in
from yitang.site.web.shell.once import carried_out_once, new_once

from .calls import EMERGENCY
from .forms import CallBackForm, CorrectForm, PlaceForm, SendForm
from .places import category_named, divisions_here
from .words import (
    MOODS,
    correction_in_words,
    holder_name,
    kind_word,
    place_word,
    route_word,
    tier_word,
)

WORKFLOW = "hotline.appeal"
SENDING = frozenset({"dispatch", "arbitrate"})
ASKING = frozenset({"close", "redo"})
CORRECTING = frozenset({"correct"})
ADDING = frozenset({"call_again"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue, with what its words suggest."""

    appeal: Appeal
    text: str
    kind: str
    place: str
    tier: str
    mood: str
    state: str
    why: str
    holder: str
    suggestion: Suggestion
    once: str

    @property
    def organisation(self) -> Organisation | None:
        """The one office to offer a button for."""
        found = self.suggestion.organisations
        return found[0] if len(found) == 1 else None


@require_safe
@officers_only
def queue(request: HttpRequest) -> HttpResponse:
    """What waits at the hotlines of the reader's area: to be sent on, to be decided, to be asked
    back about. Which of them holds it does not narrow the list: a call taken in the province may
    stand at a city's hotline that has no seat of its own."""
    user, at = signed_in(request), now()
    only_own = "own" in request.GET
    box = Box.ORGANISATION if only_own else Box.ALL
    page = worklist(
        user, at=at, workflow=WORKFLOW, box=box, states=AT_HOTLINE,
        cursor=request.GET.get("cursor", ""), limit=20,
    )  # fmt: skip
    appeals = appeals_with_cases(page.rows)
    suggested = suggestions(
        appeals, model=settings().files / "appeals.npz", home=settings().division, at=at
    )
    context = {
        "page": page,
        "only_own": only_own,
        "emergencies": sum(appeal.tier == EMERGENCY for appeal in appeals if waits(appeal)),
        "rows": [
            _waiting(user, appeal, found) for appeal, found in zip(appeals, suggested, strict=True)
        ],
        "can_dispatch": can(user, "hotline.dispatch"),
        "can_call_back": can(user, "hotline.call_back"),
        "can_take": can(user, "hotline.take"),
        "can_import": can(user, "hotline.import"),
        "can_read_rates": can(user, "hotline.read_rates"),
    }
    return render(request, "hotline/queue.html", context)


@require_safe
@officers_only
def appeal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One appeal: what was said, what is suggested, what may be done, what happened."""
    user = signed_in(request)
    return _appeal_page(request, user, appeal_for(user, public_id))


@require_POST
@officers_only
def send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Dispatch, or arbitrate what was returned."""
    user = signed_in(request)
    found = appeal_for(user, public_id)
    chosen = _organisation(request)
    note = request.POST.get("note", "")
    division = request.POST.get("division") or None
    category = category_named(request.POST.get("category", ""))

    def work() -> HttpResponse:
        if found.case.state == "returned":
            arbitrate_appeal(
                appeal_id=found.pk, organisation=chosen, actor=user, at=now(), note=note,
                category=category, division_code=division,
            )  # fmt: skip
        else:
            dispatch_appeal(
                appeal_id=found.pk, organisation=chosen, actor=user, at=now(), note=note,
                category=category, division_code=division, tier=request.POST.get("tier") or None,
            )  # fmt: skip
        name = chosen.name if chosen else ""
        messages.success(request, gettext("Sent to {office}.").format(office=name))
        return redirect("hotline:queue")

    return carried_out_once(request, work)


@require_POST
@officers_only
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sign, return, note a contact, answer, refer: one button, one verb."""
    user = signed_in(request)
    found = appeal_for(user, public_id)
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "").strip()

    def work() -> HttpResponse:
        make = partial(make_move, found, verb=verb, note=note, actor=user, at=now())
        moved_once(found.case, verb=verb, actor=user, note=note, make=make)
        messages.success(request, gettext("Kept in the history of the appeal."))
        return redirect("hotline:appeal", public_id=found.public_id)

    return carried_out_once(request, work)


@require_POST
@officers_only
def correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mend what was understood of an appeal; the history says what it was before."""
    user = signed_in(request)
    found = appeal_for(user, public_id)
    form = CorrectForm(divisions_here(), categories(), request.POST)
    if not form.is_valid():
        return _appeal_page(request, user, found, corrected=form, status=422)
    chosen = form.understood

    def work() -> HttpResponse:
        note = correction_in_words(found, **chosen, reason=form.cleaned_data["reason"])
        correct_appeal(appeal_id=found.pk, actor=user, at=now(), note=note, **chosen)
        messages.success(request, gettext("Corrected; the history says what it was before."))
        return redirect("hotline:appeal", public_id=found.public_id)

    return carried_out_once(request, work)


@require_POST
@officers_only
def ask_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what the caller said on the telephone."""
    user = signed_in(request)
    found = appeal_for(user, public_id)
    if "unreached" in request.POST:
        return carried_out_once(request, lambda: _kept(found, user, {"reached": False}))
    form = CallBackForm(request.POST)
    if not form.is_valid():
        return _appeal_page(request, user, found, asked=form, status=422)
    said = form.said | {"reached": True, "redo": form.cleaned_data["redo"]}
    return carried_out_once(request, lambda: _kept(found, user, said))


@require_POST
@never_cache
@officers_only
def caller(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open who called; the purpose stands in the ledger before the name stands on the page."""
    user = signed_in(request)
    found = appeal_for(user, public_id)
    opened = reveal_caller(
        appeal_id=found.pk, actor=user, purpose=request.POST.get("purpose", ""), at=now()
    )
    return _appeal_page(request, user, found, opened=(opened.name, opened.mobile))


def waits(appeal: Appeal) -> bool:
    """Whether nobody has sent it to an office yet."""
    return appeal.case.state == "received"


def make_move(appeal: Appeal, *, verb: str, note: str, actor: User, at: datetime) -> Appeal:
    """The action behind a verb that needs no more than a text."""
    moves: dict[str, Callable[[], Appeal]] = {
        "sign": lambda: sign_for_appeal(appeal_id=appeal.pk, actor=actor, at=at, note=note),
        "return": lambda: return_appeal(appeal_id=appeal.pk, actor=actor, at=at, reason=note),
        "contact": lambda: record_contact(
            appeal_id=appeal.pk, actor=actor, at=at, note=note or gettext("Spoke with the caller")
        ),
        "answer": lambda: answer_appeal(appeal_id=appeal.pk, text=note, actor=actor, at=at),
        "answer_at_once": lambda: answer_at_once(
            appeal_id=appeal.pk, text=note, actor=actor, at=at
        ),
        "call_again": lambda: add_call(appeal_id=appeal.pk, text=note, actor=actor, at=at),
        "refer": lambda: refer_appeal(appeal_id=appeal.pk, actor=actor, at=at, reason=note),
    }
    if verb not in moves:
        appeal.case.definition.check_transition(state=appeal.case.state, verb=verb)
        return appeal
    return moves[verb]()


def _kept(appeal: Appeal, user: User, said: dict[str, object]) -> HttpResponse:
    call_back(appeal_id=appeal.pk, actor=user, at=now(), **said)  # type: ignore[arg-type]
    return redirect("hotline:appeal", public_id=appeal.public_id)


def _appeal_page(
    request: HttpRequest,
    user: User,
    found: Appeal,
    *,
    asked: CallBackForm | None = None,
    corrected: CorrectForm | None = None,
    opened: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    at, case = now(), found.case
    verbs = {move.verb: move for move in allowed_verbs(user, case)}
    suggestion = suggest_dispatch(
        found, model=settings().files / "appeals.npz", home=settings().division, at=at
    )
    place = request.GET.get("division") or suggestion.division_code or settings().division
    manages = can_manage(user, case) and case.state in {"handling", "reopened"}
    context = {
        "appeal": found,
        "case": case,
        "text": shown_text(user, found),
        "kind": kind_word(found),
        "place": place_word(user, found),
        "tier": tier_word(found.tier),
        "mood": MOODS.get(found.tier, ""),
        "state": word(WORKFLOW, case.state),
        "route": route_word(found),
        "call_for_help": found.tier == EMERGENCY and waits(found),
        "suggestion": suggestion,
        "send_form": _send_form(found, suggestion, place) if SENDING & set(verbs) else None,
        "place_form": PlaceForm(divisions_here(), {"division": place}),
        "call_back_form": (asked or CallBackForm()) if ASKING & set(verbs) else None,
        # The number of an appeal out of another system's file may stand there.
        "can_be_called": bool(found.caller_mobile or found.source),
        "correct_form": (corrected or CorrectForm(divisions_here(), categories()))
        if CORRECTING & set(verbs)
        else None,
        "moves": [
            (verb, word(WORKFLOW, verb), verbs[verb].needs_note)
            for verb in verbs
            if verb not in SENDING | ASKING | CORRECTING | ADDING
        ],
        "can_add_call": bool(ADDING & set(verbs)),
        "can_note_contact": manages and found.first_contact_at is None,
        "masked": (mask_name(found.caller_name or ""), mask_mobile(found.caller_mobile or "")),
        "opened": opened,
        "can_reveal": can_reveal(user, found),
        "answers": shown_answers(user, found),
        "call_backs": found.call_backs.all(),
        "lines": [(line, happened(case, line)) for line in reversed(appeal_timeline(user, found))],
        "once": new_once(),
    }
    return render(request, "hotline/appeal.html", context, status=status)


def _waiting(user: User, appeal: Appeal, suggestion: Suggestion) -> Waiting:
    return Waiting(
        appeal=appeal,
        text=shown_text(user, appeal),
        kind=kind_word(appeal),
        place=suggestion.place or shown_place(user, appeal) or gettext("No place was found"),
        tier=tier_word(appeal.tier),
        mood=MOODS.get(appeal.tier, ""),
        state=word(WORKFLOW, appeal.case.state),
        why=route_word(appeal),
        holder=holder_name(appeal.case.organisation),
        suggestion=suggestion,
        once=new_once(),
    )


def _send_form(appeal: Appeal, suggestion: Suggestion, place: str) -> SendForm:
    offices = list(suggestion.organisations)
    for code in (place, *(row.code for row in ancestors_of(place))):
        if len(code) == 6 and code >= settings().division:
            offices += [row for row in organisations_in(code) if row.division.code == code]
    first = str(offices[0].public_id) if suggestion.organisations else ""
    label = suggestion.category.label if suggestion.category else ""
    initial = {
        "organisation": first,
        "category": label,
        "tier": suggestion.tier.code,
        "division": place if place != settings().division else "",
    }
    return SendForm(list(dict.fromkeys(offices)), categories(), initial=initial)


def _organisation(request: HttpRequest) -> Organisation | None:
    chosen = request.POST.get("organisation", "")
    return organisation(chosen) if chosen else None
