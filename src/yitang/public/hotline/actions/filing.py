"""Taking an appeal in, and sending it on at once where the rules say without a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yitang.ground.base.text import typed_mobile
from yitang.ground.casework.api import advance_case, open_case
from yitang.ground.organisations.api import (
    Organisation,
    User,
    ancestors_of,
    check_can,
    division,
    organisations_in,
    system_actor,
)
from yitang.ground.plumbing.api import blind_index, new_row
from yitang.public.hotline.errors import PhoneInvalid, TextMissing, TextTooLong
from yitang.public.hotline.models import Appeal, Category
from yitang.public.hotline.queries import Suggester, Suggestion, counted_figures
from yitang.public.hotline.rules import (
    APPEAL,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PHONE,
    PREFIX,
    AppealKind,
    Channel,
    Draft,
    kind_of,
    own_title,
    shown_title,
)

from .counting import observe_figures


@transaction.atomic
def file_appeal(
    *,
    text: str,
    at: datetime,
    model: Path,
    home: str,
    caller: User | None = None,
    title: str = "",
    place: str = "",
    name: str = "",
    mobile: str = "",
    is_confidential: bool = False,
    is_anonymous: bool = False,
    channel: Channel = Channel.WEB,
    kind: AppealKind | None = None,
    category: Category | None = None,
    tier: str | None = None,
    division_code: str | None = None,
    agent: User | None = None,
) -> Appeal:
    """Take an appeal in; its case is opened, and dispatched at once as the rules of dispatch say:
    to the office charged when class and place are sure, to the territorial government when only
    the place is, else by a person.

    ``caller`` is the signed-in person, whose name and number need not be asked; nothing of an
    anonymous caller is kept. ``agent`` is who writes down what somebody else says (needs
    ``hotline.take``). ``kind``, ``category``, ``tier`` and ``division_code`` are what a person
    chose; without them the words tell. ``model`` is the classifier's file, ``home`` the division
    this hotline works for: without a place the appeal waits for the dispatcher there. Raises
    ``TextMissing``, ``TextTooLong``, ``PhoneInvalid``.
    """
    if agent is not None:
        check_can(agent, "hotline.take", division_code=home)
    known = None if is_anonymous else caller
    draft = _checked(
        Draft(
            text=text.strip(),
            title=title.strip()[:LONGEST_TITLE] or own_title(text),
            filed_at=at,
            place=place.strip()[:200],
            kind=kind,
            channel=channel,
            name="" if is_anonymous else name.strip()[:60],
            mobile="" if is_anonymous else typed_mobile(mobile),
            is_confidential=is_confidential,
        )
    )
    if known is not None:
        draft = replace(
            draft, name=draft.name or str(known), mobile=draft.mobile or known.mobile or ""
        )
    suggester = Suggester(model=model, home=home, at=at)
    words = words_of(draft)
    suggestion = suggester.suggest(
        [words],
        places=[division(division_code).code if division_code else suggester.place_of(words)],
        labels=[category.label if category else ""],
        tiers=[tier or ""],
    )[0]
    appeal = new_appeal(draft, suggestion)
    if category is not None:
        appeal.category_probability = None  # a person chose it
    appeal.filed_by, appeal.caller_key = known, caller_key(draft, known)
    # The history of a case is no place for a caller's name.
    _open(appeal, suggestion, home=home, actor=agent or system_actor(), at=at)
    if suggestion.holder is not None:
        _send(appeal, suggestion, suggestion.holder, at)
    appeal.save()
    observe_figures(counted_figures([appeal.pk]), at=at)
    return appeal


def _open(appeal: Appeal, suggestion: Suggestion, *, home: str, actor: User, at: datetime) -> None:
    place = suggestion.division_code or home
    appeal.case = open_case(
        workflow=APPEAL.name,
        subject=appeal.reference,
        title=appeal.title,
        division_code=place,
        organisation=HotlineCentres(home).nearest(place),
        actor=actor,
        at=at,
        number_prefix=PREFIX,
        term=suggestion.tier.dispatch_within,
        summary=summary_of(appeal, suggestion),
        duty=suggestion.category.duty if suggestion.category else "",
        applicant=None if appeal.is_confidential else appeal.filed_by,
    )


def _send(appeal: Appeal, suggestion: Suggestion, holder: Organisation, at: datetime) -> None:
    """Dispatched by itself, in the moment of filing."""
    appeal.case = advance_case(
        case_id=appeal.case.pk,
        verb="dispatch",
        actor=system_actor(),
        at=at,
        term=suggestion.tier.feedback_within,
        organisation=holder,
        note=suggestion.route.reason,
    )
    appeal.unit, appeal.dispatched_at, appeal.dispatch_in_time = holder, at, True


class HotlineCentres:
    """Which hotline keeps what is not dispatched yet: the nearest above a place, else home's."""

    def __init__(self, home: str) -> None:
        self._by_code = {
            row.division.code: row for row in reversed(organisations_in(home, kind="hotline"))
        }
        self._home = home
        self._nearest: dict[str, Organisation | None] = {}

    def nearest(self, division_code: str) -> Organisation | None:
        """``None`` where no organisation of the kind ``hotline`` was loaded."""
        if division_code not in self._nearest:
            above = [row.code for row in ancestors_of(division_code)]
            chain = [division_code, *above, self._home]
            found = (self._by_code[code] for code in chain if code in self._by_code)
            self._nearest[division_code] = next(found, None)
        return self._nearest[division_code]


def words_of(draft: Draft) -> str:
    """What class, place and urgency are read from."""
    return "。".join(part for part in (draft.place, draft.title, draft.text) if part)


def new_appeal(draft: Draft, suggestion: Suggestion) -> Appeal:
    """An appeal without its case yet."""
    return new_row(
        Appeal,
        kind=(draft.kind or kind_of(draft.title, draft.text)).value,
        channel=draft.channel.value,
        title=shown_title(draft.title, draft.text),
        text=draft.text,
        place_text=draft.place,
        division_code=suggestion.division_code,
        category_id=suggestion.category.pk if suggestion.category else None,
        category_probability=suggestion.probability if suggestion.category else None,
        tier=suggestion.tier.code,
        filed_at=draft.filed_at,
        is_confidential=draft.is_confidential,
        caller_name=draft.name or None,
        caller_mobile=draft.mobile or None,
        likes=draft.likes,
        dislikes=draft.dislikes,
        dispatch_basis=suggestion.route.basis or "",
        dispatch_obstacle=suggestion.route.obstacle or "",
    )


def summary_of(appeal: Appeal, suggestion: Suggestion) -> dict[str, str]:
    """Short facts for the worklist; nothing personal."""
    facts = {"kind": appeal.kind, "tier": suggestion.tier.code}
    if suggestion.category is not None:
        facts["category"] = suggestion.category.label
    if suggestion.place:
        facts["place"] = suggestion.place
    return facts


def caller_key(draft: Draft, caller: User | None) -> str:
    """The hash by which the same caller is known again: account, number or a file's user."""
    if caller is not None:
        return caller.identity_index or blind_index(str(caller.public_id), purpose="caller")
    known = draft.mobile or draft.caller
    return blind_index(known, purpose="caller") if known else ""


def _checked(draft: Draft) -> Draft:
    if len(draft.text) < 2:
        raise TextMissing
    if len(draft.text) > LONGEST_TEXT:
        raise TextTooLong(length=len(draft.text), most=LONGEST_TEXT)
    if draft.mobile and not PHONE.match(draft.mobile):
        raise PhoneInvalid
    return draft
