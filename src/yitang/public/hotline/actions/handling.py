"""Dispatch, return and arbitration, answers, call-backs, and opening a caller's identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yitang.ground.base.clock import civil_date, deadline
from yitang.ground.casework.api import advance_case, check_can_see, note_case
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import (
    Organisation,
    User,
    division,
    division_prefix,
    office_name,
)
from yitang.ground.plumbing.api import working_calendar
from yitang.public.hotline.access import check_can_reveal
from yitang.public.hotline.errors import (
    AnswerMissing,
    CallBackOpen,
    HolderMissing,
    NothingToCallBack,
    PurposeMissing,
    ReturnedBefore,
    ReturnTooLate,
)
from yitang.public.hotline.models import Answer, Appeal, CallBack, Category
from yitang.public.hotline.queries import configuration
from yitang.public.hotline.rules import RETURN_WITHIN, Basis, Solved, tier_named

from .counting import counted
from .filing import HotlineCentres


@counted
def dispatch_appeal(
    *,
    appeal_id: int,
    organisation: Organisation | None,
    actor: User,
    at: datetime,
    category: Category | None = None,
    division_code: str | None = None,
    tier: str | None = None,
    note: str = "",
) -> Appeal:
    """Send an appeal to the organisation that shall handle it; its feedback limit starts.

    What the dispatcher chose replaces what was suggested. Raises ``HolderMissing``,
    ``DivisionUnknown``, ``NotAllowed``, ``TransitionNotAllowed``.
    """
    return _send(
        "dispatch", appeal_id, organisation, actor, at, category, division_code, tier, note
    )


@counted
def arbitrate_appeal(
    *,
    appeal_id: int,
    organisation: Organisation | None,
    actor: User,
    at: datetime,
    note: str,
    category: Category | None = None,
    division_code: str | None = None,
) -> Appeal:
    """Decide whose duty a returned appeal is, with the reason; this cannot be returned.

    The caller's limit goes on: offices argue at their own cost.
    """
    return _send(
        "arbitrate", appeal_id, organisation, actor, at, category, division_code, None, note
    )


def _send(
    verb: str,
    appeal_id: int,
    organisation: Organisation | None,
    actor: User,
    at: datetime,
    category: Category | None,
    division_code: str | None,
    tier: str | None,
    note: str,
) -> Appeal:
    if organisation is None:
        raise HolderMissing(field="organisation")
    appeal = locked_appeal(appeal_id)
    if category is not None and category != appeal.category:
        appeal.category, appeal.category_probability = category, None
    summary: dict[str, str] = {}
    if division_code:
        place = division(division_code)
        appeal.division_code, summary["place"] = place.code, place.name
    if tier:
        appeal.tier = summary["tier"] = tier
    if appeal.category:
        summary["category"] = appeal.category.label
    chosen = tier_named(appeal.tier, configuration().tiers)
    if verb == "dispatch":
        appeal.dispatch_basis = Basis.PERSON.value
        appeal.dispatch_in_time = _is_in_time(appeal, at)
    appeal.case = advance_case(
        case_id=appeal.case_id,
        verb=verb,
        actor=actor,
        at=at,
        note=note,
        term=chosen.feedback_within if verb == "dispatch" else None,
        organisation=organisation,
        division_code=appeal.division_code or None,
        duty=appeal.category.duty if appeal.category else None,
        summary=summary,
    )
    appeal.unit, appeal.dispatched_at = organisation, at
    appeal.late_on = late_on(appeal, at)
    appeal.save()
    return appeal


@counted
def sign_for_appeal(*, appeal_id: int, actor: User, at: datetime, note: str = "") -> Appeal:
    """Take the lead (首接负责): from here on the appeal cannot be pushed away."""
    return _moved(locked_appeal(appeal_id), "sign", actor, at, note)


@counted
def return_appeal(*, appeal_id: int, actor: User, at: datetime, reason: str) -> Appeal:
    """Give an appeal back to the dispatcher, once, with a reason, before signing for it.

    Raises ``ReturnedBefore``, ``ReturnTooLate`` (one working day after dispatch),
    ``ReasonNeeded``, ``TransitionNotAllowed``.
    """
    appeal = locked_appeal(appeal_id)
    if appeal.return_count:
        raise ReturnedBefore(number=appeal.case.number)
    if appeal.dispatched_at is not None:
        until = deadline(
            start=appeal.dispatched_at, term=RETURN_WITHIN, calendar=working_calendar()
        ).at
        if at >= until:
            raise ReturnTooLate(number=appeal.case.number, until=until.isoformat())
    appeal = _moved(
        appeal, "return", actor, at, reason, holder=hotline_near(appeal.case.division_code)
    )
    appeal.return_count += 1
    appeal.save(update_fields=["return_count"])
    return appeal


@transaction.atomic
def record_contact(*, appeal_id: int, actor: User, at: datetime, note: str = "") -> Appeal:
    """The unit has spoken with the caller: what the response rate asks about."""
    appeal = locked_appeal(appeal_id)
    note_case(case_id=appeal.case_id, note=note or "✆", actor=actor, at=at)
    if appeal.first_contact_at is None:
        appeal.first_contact_at = at
        appeal.save(update_fields=["first_contact_at"])
    return appeal


@counted
def answer_appeal(*, appeal_id: int, text: str, actor: User, at: datetime) -> Appeal:
    """Answer the caller; the case goes to the hotline, whose limit for calling back starts."""
    if not text.strip():
        raise AnswerMissing(field="answer")
    appeal = locked_appeal(appeal_id)
    in_time = _is_in_time(appeal, at)
    appeal = _moved(
        appeal, "answer", actor, at, text.strip(), holder=hotline_near(appeal.case.division_code)
    )
    _keep_answer(appeal, text, actor, at, in_time=in_time)
    return appeal


@counted
def answer_at_once(*, appeal_id: int, text: str, actor: User, at: datetime) -> Appeal:
    """The hotline answers a question itself, from its knowledge; the appeal is closed."""
    if not text.strip():
        raise AnswerMissing(field="answer")
    appeal = locked_appeal(appeal_id)
    in_time = _is_in_time(appeal, at)
    appeal = _moved(appeal, "answer_at_once", actor, at, text.strip())
    _keep_answer(appeal, text, actor, at, in_time=in_time)
    return appeal


@counted
def refer_appeal(*, appeal_id: int, actor: User, at: datetime, reason: str) -> Appeal:
    """Tell the caller the proper way instead (courts, 110, disclosure …), with the reason."""
    appeal = _moved(locked_appeal(appeal_id), "refer", actor, at, reason)
    _keep_answer(appeal, reason, actor, at)
    return appeal


@counted
def call_back(
    *,
    appeal_id: int,
    actor: User,
    at: datetime,
    reached: bool,
    contacted: bool | None = None,
    solved: Solved | None = None,
    satisfied: Solved | None = None,
    redo: bool = False,
    note: str = "",
    method: str = "phone",
) -> Appeal:
    """Keep what the caller said: contacted? solved? satisfied? Then close, or have it redone.

    A caller who was not reached answered nothing, and the appeal is closed. ``redo`` needs a
    note saying what is to be done again. A redone appeal is called back again, and its latest
    call-back counts. Raises ``NothingToCallBack``, ``CallBackOpen``, ``ReasonNeeded``.
    """
    appeal = locked_appeal(appeal_id)
    if appeal.case.state != "answered":
        raise NothingToCallBack(number=appeal.case.number)
    if reached:
        _check_answered(contacted, solved, satisfied)
    appeal.call_backs.filter(is_latest=True).update(is_latest=False)
    CallBack.objects.create(
        appeal=appeal,
        method=method,
        reached=reached,
        contacted=contacted if reached else None,
        solved=solved if reached and solved else "",
        satisfied=satisfied if reached and satisfied else "",
        note=note,
        division_code=appeal.case.division_code,
        kind=appeal.kind,
        actor=actor,
        at=at,
    )
    if not redo:
        return _moved(appeal, "close", actor, at, note)
    appeal = _moved(appeal, "redo", actor, at, note, holder=appeal.unit)
    appeal.redo_count += 1
    appeal.save(update_fields=["redo_count"])
    return appeal


def _check_answered(
    contacted: bool | None, solved: Solved | None, satisfied: Solved | None
) -> None:
    if contacted is None:
        raise CallBackOpen(field="contacted", question="Did the unit contact the caller?")
    if solved is None:
        raise CallBackOpen(field="solved", question="Is the matter solved?")
    if satisfied is None:
        raise CallBackOpen(field="satisfied", question="Is the caller satisfied?")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, in clear: never kept, logged or listed, only shown to who asked."""

    name: str
    mobile: str


@transaction.atomic
def reveal_caller(*, appeal_id: int, actor: User, purpose: str, at: datetime) -> Caller:
    """Open a caller's identity for a stated purpose; the ledger gets an entry first.

    Raises ``PurposeMissing``, ``IdentityKept`` for the handling unit of a confidential appeal,
    ``CallerUnknown`` and ``NotAllowed``; then nothing is opened and nothing recorded.
    """
    appeal = Appeal.objects.select_related("case", "filed_by").get(pk=appeal_id)
    check_can_see(actor, appeal.case)
    check_can_reveal(actor, appeal)
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    subject = appeal.filed_by.identity_index if appeal.filed_by else None
    record(
        actor=str(actor.public_id),
        organisation=office_name(actor, on=civil_date(at)) or str(actor),
        action="hotline.reveal_caller",
        purpose=purpose.strip(),
        matter=appeal.reference,
        subject_index=subject or appeal.caller_key or None,
        details={"case": appeal.case.number},
        at=at,
    )
    return Caller(appeal.caller_name or "", appeal.caller_mobile or "")


def _keep_answer(
    appeal: Appeal, text: str, actor: User, at: datetime, *, in_time: bool | None = None
) -> None:
    """Without ``in_time`` it is no answer to the matter, only where to go with it."""
    Answer.objects.create(
        appeal=appeal,
        text=text.strip(),
        organisation=appeal.unit or appeal.case.organisation,
        actor=actor,
        at=at,
    )
    appeal.answered_at = at
    appeal.first_contact_at = appeal.first_contact_at or at
    if appeal.first_answered_at is None and in_time is not None:
        appeal.first_answered_at, appeal.answer_in_time = at, in_time
    appeal.save(
        update_fields=["answered_at", "first_contact_at", "first_answered_at", "answer_in_time"]
    )


def _is_in_time(appeal: Appeal, at: datetime) -> bool:
    """Whether what happens ``at`` keeps the limit that runs."""
    return appeal.case.due_at is None or at < appeal.case.due_at


def late_on(appeal: Appeal, at: datetime) -> date | None:
    """An appeal found late stays so until a new limit runs or it is closed."""
    is_late = appeal.case.is_open and not _is_in_time(appeal, at)
    return appeal.late_on if is_late else None


def locked_appeal(appeal_id: int) -> Appeal:
    rows = Appeal.objects.select_for_update(of=("self",))
    return rows.select_related("case", "category", "unit").get(pk=appeal_id)


def _moved(
    appeal: Appeal,
    verb: str,
    actor: User,
    at: datetime,
    note: str,
    *,
    holder: Organisation | None = None,
) -> Appeal:
    appeal.case = advance_case(
        case_id=appeal.case_id, verb=verb, actor=actor, at=at, note=note, organisation=holder
    )
    if appeal.late_on is not None:
        appeal.late_on = late_on(appeal, at)
        appeal.save(update_fields=["late_on"])
    return appeal


def hotline_near(code: str) -> Organisation | None:
    """The hotline nearest above a place; ``None`` leaves the case where it is."""
    province = f"{division_prefix(code)[:2]:0<6}"
    return HotlineCentres(province).nearest(code)
