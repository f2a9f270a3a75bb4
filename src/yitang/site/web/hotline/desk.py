"""What the one worklist shows of appeals, and how it moves them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from yitang.ground.base.text import Message, mask_mobile, mask_name
from yitang.ground.casework.api import Case, register_case_kind
from yitang.ground.organisations.api import User
from yitang.public.hotline.api import appeal_for, appeal_of_case, shown_text
from yitang.public.hotline.errors import CallBackOpen, HolderMissing, NothingCorrected
from yitang.site.web.desk.facts import Fact, FactsPanel, register_facts, register_move
from yitang.site.web.shell.entrance import signed_in

from .office import ASKING, CORRECTING, SENDING, make_move
from .words import kind_word, place_word, tier_word

WORKFLOW = "hotline.appeal"


def facts_of(request: HttpRequest, case: Case) -> FactsPanel:
    """What was said and where; the caller masked."""
    user = signed_in(request)
    appeal = appeal_for(user, case.subject_id)
    url = reverse("hotline:appeal", args=[appeal.public_id])
    facts = [
        Fact(gettext("Kind"), kind_word(appeal)),
        Fact(gettext("Place"), place_word(user, appeal)),
        Fact(gettext("Urgency"), tier_word(appeal.tier)),
    ]
    if appeal.category:
        facts.append(Fact(gettext("Class"), appeal.category.label))
    if appeal.is_confidential:
        facts.append(Fact(gettext("Caller"), gettext("wishes to stay unknown")))
    elif appeal.caller_name or appeal.caller_mobile:
        masked = f"{mask_name(appeal.caller_name or '')} {mask_mobile(appeal.caller_mobile or '')}"
        facts.append(
            Fact(gettext("Caller"), masked.strip(), url=url, action=gettext("Open (recorded)"))
        )
    return FactsPanel(summary=shown_text(user, appeal), facts=facts, url=url)


def move(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """What needs more than a text is done on the appeal's own page."""
    if verb in SENDING:
        raise HolderMissing(field="organisation")
    if verb in CORRECTING:
        raise NothingCorrected
    if verb in ASKING:
        raise CallBackOpen(field="contacted", question=gettext_noop("Open the appeal's own page."))
    appeal = appeal_of_case(case_id)
    return make_move(appeal, verb=verb, note=note, actor=actor, at=at).case


def url_of(case: Case) -> str:
    return reverse("hotline:appeal", args=[case.subject_id])


register_case_kind(WORKFLOW, Message("hotline.appeal", gettext_noop("Appeal")), url_of)
register_facts(WORKFLOW, facts_of)
register_move(
    WORKFLOW,
    move,
    on_own_page=dict.fromkeys(SENDING, "send")
    | dict.fromkeys(ASKING, "call-back")
    | dict.fromkeys(CORRECTING, "correct"),
)
