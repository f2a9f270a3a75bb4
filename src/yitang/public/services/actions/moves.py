"""Moves of what was sent: accepted, mended once, read again, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import Term, Unit, civil_date
from yitang.ground.casework.api import Case, advance_case, check_move
from yitang.ground.organisations.api import User, check_can, system_actor
from yitang.ground.plumbing.api import working_calendar
from yitang.public.services.access import check_can_change
from yitang.public.services.errors import AlreadyTold, AnswerEmpty, RecordChanged
from yitang.public.services.models import Application, CorrectionNotice, FieldValue
from yitang.public.services.rules.attachments import GivenFile, check_files
from yitang.public.services.rules.forms import SAME, Reader, prefill, verification

from .attachments import keep_attachments
from .forms import case_of, check_identities, form_of, keep_values


@transaction.atomic
def move_application(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """Make one move with what belongs to it; what the desk's buttons call.

    ``accept`` starts the promised time of the item; ``ask_correction`` keeps the one notice
    (raises ``AlreadyTold`` the second time); ``approve`` needs records read again today
    (raises ``RecordChanged`` if they differ from what was last shown) and delivers an
    e-certificate at once.
    """
    application = Application.objects.select_related("item").get(case_id=case_id)
    if verb == "ask_correction":
        told = CorrectionNotice.objects.filter(application=application).first()
        if told is not None:
            raise AlreadyTold(day=civil_date(told.told_at))
    case = advance_case(
        case_id=case_id, verb=verb, actor=actor, at=at, note=note, term=_term(application, verb)
    )
    if verb == "ask_correction":
        CorrectionNotice.objects.create(
            application=application, told_at=at, told_by=actor, words=note
        )
    if verb == "approve" and "electronic" in application.item.delivery:
        case = advance_case(case_id=case_id, verb="deliver", actor=system_actor(), at=at)
    return case


def _term(application: Application, verb: str) -> Term | None:
    """The promised time from acceptance; a matter done at once is due the same day."""
    return application.item.promise if verb == "accept" else None


def accept_overdue_applications(*, at: datetime) -> int:
    """Accept what nobody answered within its five working days; returns how many.

    By law it counts as accepted from the day of receipt (行政许可法 Art 32), of the papers
    sent again after a correction as of the first; so the working days that have gone are
    taken off the promised time. While the clock stands still for a lawful reason, silence
    is nothing.
    """
    waiting = Application.objects.filter(
        case__state="submitted",
        case__closed_at=None,
        case__is_paused=False,
        case__due_at__lte=at,
    )
    late = list(waiting.select_related("item", "case", "correction"))
    for application in late:
        _accept_by_law(application, at)
    return len(late)


def _accept_by_law(application: Application, at: datetime) -> None:
    case, told = case_of(application), _correction_of(application)
    received = told.answered_at if told is not None and told.answered_at else case.opened_at
    papers = "申请材料" if told is None else "补正材料"
    advance_case(
        case_id=case.pk,
        verb="accept",
        actor=system_actor(),
        at=at,
        note=f"行政许可法第三十二条：五个工作日内未答复，自收到{papers}之日"
        f"（{civil_date(received):%Y-%m-%d}）起即为受理",
        term=_what_is_left(application.item.promise, received, at),
    )


def _correction_of(application: Application) -> CorrectionNotice | None:
    return getattr(application, "correction", None)


def _what_is_left(promise: Term | None, since: datetime, at: datetime) -> Term | None:
    """The promised time less the days that have gone; due today when it is all gone."""
    if promise is None or promise.unit is Unit.HOURS:
        return promise
    start, today = civil_date(since), civil_date(at)
    workdays = working_calendar().workdays_between(start, today)
    gone = workdays if promise.unit is Unit.WORKDAYS else (today - start).days
    return Term(max(promise.amount - gone, 0), promise.unit)


@transaction.atomic
def answer_correction(
    *,
    application_id: int,
    actor: User,
    at: datetime,
    words: str,
    answers: Mapping[str, str],
    files: Sequence[GivenFile] = (),
) -> Application:
    """The applicant mends what was missing; the office's five working days start again.

    Raises ``AnswerEmpty`` where there is no word and no file, and what ``check_files`` raises.
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related("item")
    application = rows.get(pk=application_id)
    check_can_change(actor, application)
    if not (words.strip() or any(text.strip() for text in answers.values()) or files):
        raise AnswerEmpty
    kinds = check_files(files)
    application.case = advance_case(
        case_id=case_of(application).pk, verb="correct", actor=actor, at=at
    )
    keep_attachments(application, files, kinds, at=at)
    form = form_of(application.item)
    stated = {name: text for name, text in answers.items() if form.field_named(name)}
    check_identities(form, stated)
    keep_values(application, stated, stated)
    CorrectionNotice.objects.filter(application=application).update(answer=words, answered_at=at)
    return application


@transaction.atomic
def verify_application(
    *, application_id: int, actor: User, at: datetime, read: Reader
) -> dict[str, str]:
    """Read the records behind a sent application again: field to same, changed or gone.

    Officers who may decide do this before they decide; the reading is in the ledger.
    """
    rows = Application.objects.select_related("item", "applicant", "case")
    application = rows.get(pk=application_id)
    case = case_of(application)
    check_can(
        actor,
        "services.decide",
        division_code=case.division_code,
        organisation_id=case.organisation_id or 0,
    )
    form = form_of(application.item)
    now = prefill(form, applicant=application.applicant.identity_number or "", read=read)
    kept = {value.name: value for value in application.values.exclude(dataset="")}
    outcomes = verification({name: value.text or "" for name, value in kept.items()}, now)
    for name, outcome in outcomes.items():
        kept[name].verified, kept[name].verified_at = outcome, at
    FieldValue.objects.bulk_update(kept.values(), ["verified", "verified_at"])
    return outcomes


def decide_application(
    *, application_id: int, verb: str, actor: User, at: datetime, read: Reader, note: str = ""
) -> Case:
    """Approve or refuse, after reading the records again.

    A record found changed only now stops an approval (``RecordChanged``): the officer sees it
    first and may then decide. The reading is kept even when the decision is stopped, so this
    is not to be called inside a transaction that would undo it.
    """
    application = Application.objects.select_related("item", "case").get(pk=application_id)
    case = case_of(application)
    check_move(case, verb=verb, actor=actor, at=at, note=note)  # or a slip would read records
    seen = _differences(application)
    verify_application(application_id=application_id, actor=actor, at=at, read=read)
    unseen = sorted(_differences(application) - seen)
    if verb == "approve" and unseen:
        named = form_of(application.item).field_named(unseen[0][0])
        raise RecordChanged(field=named.label if named else unseen[0][0])
    return move_application(case_id=case.pk, verb=verb, actor=actor, at=at, note=note)


def _differences(application: Application) -> set[tuple[str, str]]:
    """Name and outcome of every value that was last found to differ from its record."""
    rows = application.values.exclude(verified__in=("", SAME))
    return set(rows.values_list("name", "verified"))
