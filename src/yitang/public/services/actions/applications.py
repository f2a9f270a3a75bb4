"""Applications: started from records, confirmed, sent, mended once, decided, rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import Term, Unit, civil_date
from yitang.ground.base.errors import NotFound
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case, advance_case, open_case
from yitang.ground.casework.errors import CaseClosed
from yitang.ground.ledger.api import record
from yitang.ground.metrics.api import observe
from yitang.ground.organisations.api import (
    Organisation,
    User,
    appointments_of,
    check_can,
    organisations_with_duty,
    posts_of,
    system_actor,
)
from yitang.ground.plumbing.api import blind_index, working_calendar
from yitang.public.services.access import check_can_apply, check_can_change
from yitang.public.services.errors import (
    AlreadyApplied,
    AlreadySubmitted,
    AlreadyTold,
    AnswerMissing,
    AnswerUnknown,
    IdentityNotLinked,
    ItemNotOnline,
    ItemNotOpen,
    RatingNotPossible,
    RecordChanged,
)
from yitang.public.services.models import (
    Application,
    CorrectionNotice,
    FieldValue,
    Item,
    MaterialStatus,
    Visit,
)
from yitang.public.services.queries import sent_application
from yitang.public.services.rules import trips
from yitang.public.services.rules.forms import (
    SAME,
    ItemForm,
    Prefilled,
    Reader,
    material_states,
    prefill,
    verification,
)
from yitang.public.services.rules.newborn import FORMS
from yitang.public.services.rules.workflow import WORKFLOW_NAME

NUMBER_PREFIX = "BJ"  # 办件
IN_USE = "1"


def form_of(item: Item) -> ItemForm:
    """The online form that serves an item; raises ``ItemNotOnline``."""
    form = FORMS.get(item.form)
    if form is None:
        raise ItemNotOnline(item=item.name)
    return form


def reference_of(application: Application) -> Reference:
    """What other rooms and the ledger call an application."""
    return Reference("services.application", str(application.public_id))


@transaction.atomic
def draft_application(*, item: Item, actor: User, at: datetime) -> Application:
    """The open draft of ``actor`` for ``item``, or a new one, still empty.

    Raises ``ItemNotOpen``, ``ItemNotOnline``, ``IdentityNotLinked``.
    """
    check_can_apply(actor)
    if item.state != IN_USE:
        raise ItemNotOpen(item=item.name)
    form = form_of(item)
    if not actor.identity_number:
        raise IdentityNotLinked
    draft = Application.objects.filter(item=item, applicant=actor, case=None).first()
    return draft or Application.objects.create(
        item=item, applicant=actor, form_version=form.version, started_at=at
    )


@transaction.atomic
def prefill_application(*, application_id: int, actor: User, read: Reader) -> Prefilled:
    """Read the records behind the form anew and keep each value with its source.

    ``read(dataset, identity number)`` goes through the exchange and leaves a ledger entry for
    each record. What the applicant stated or doubted is kept.
    """
    application = _open_draft(application_id, actor)
    form, item = form_of(application.item), application.item
    found = prefill(form, applicant=actor.identity_number or "", read=read)
    application.values.exclude(dataset="").exclude(name__in=found.values).delete()
    for name, value in found.values.items():
        FieldValue.objects.update_or_create(
            application=application,
            name=name,
            defaults={
                "text": value.text,
                "dataset": value.dataset,
                "department": value.department,
                "as_of": value.as_of,
                "batch": value.batch,
                "ledger_entry": value.entry,
            },
        )
    facts = item.facts()
    application.materials.all().delete()
    MaterialStatus.objects.bulk_create(
        MaterialStatus(
            application=application,
            position=position,
            name=state.material.name,
            name_en=state.material.name_en,
            satisfied_by=state.satisfied_by,
            department=state.department,
            as_of=state.as_of,
        )
        for position, state in enumerate(material_states(facts.materials, form, found), start=1)
    )
    counted = trips(facts, found.datasets)
    application.trips_before, application.trips_after = len(counted.before), len(counted.after)
    application.save(update_fields=["trips_before", "trips_after"])
    return found


@transaction.atomic
def save_draft(
    *,
    application_id: int,
    actor: User,
    answers: Mapping[str, str],
    doubts: Mapping[str, str],
) -> Application:
    """Keep what the applicant wrote: ``answers`` to what was asked, ``doubts`` on what was found.

    An empty doubt withdraws it. Raises ``AnswerUnknown``, ``AlreadySubmitted``.
    """
    application = _open_draft(application_id, actor)
    _keep(application, answers, doubts)
    return application


@transaction.atomic
def submit_application(
    *,
    application_id: int,
    actor: User,
    at: datetime,
    answers: Mapping[str, str],
    doubts: Mapping[str, str],
) -> Application:
    """Send an application: it gets a case, held by the office that decides.

    With every material satisfied and nothing doubted it is accepted at once, so that the
    promised time runs from now; else an officer has five working days to accept it or to say
    what is missing. Raises ``AlreadySubmitted``, ``AlreadyApplied``, ``AnswerMissing``,
    ``AnswerUnknown``.
    """
    application = _open_draft(application_id, actor)
    _keep(application, answers, doubts)
    form, item = form_of(application.item), application.item
    values = {value.name: value for value in application.values.all()}
    for one in form.fields:
        if one.is_required and not (one.name in values and values[one.name].text):
            raise AnswerMissing(field=one.label)
    _check_new(application, values.get(form.holder_code))
    office, division_code = _deciding_office(item, form, values)
    application.submitted_at = at
    application.case = open_case(
        workflow=WORKFLOW_NAME,
        subject=reference_of(application),
        title=item.name,
        division_code=division_code,
        organisation=office,
        actor=actor,
        at=at,
        number_prefix=NUMBER_PREFIX,
        duty=form.duty,
        applicant=actor,
        applicant_index=actor.identity_index or "",
        summary={"item": item.name, "code": item.code},
    )
    application.save(update_fields=["submitted_at", "case", "holder_index"])
    observe(
        code="services.applications",
        observations=[sent_application(at, application.case)],
        at=at,
    )
    is_complete = not application.materials.filter(satisfied_by="").exists()
    has_doubt = application.values.filter(doubt__isnull=False).exists()
    if is_complete and not has_doubt:
        application.case = move_application(
            case_id=application.case.pk, verb="accept", actor=system_actor(), at=at
        )
    return application


def _check_new(application: Application, holder: FieldValue | None) -> None:
    """Raises ``AlreadyApplied`` when the same child, say, was applied for by either parent.

    What a record says counts, whatever is doubted about it. The index is taken back when the
    application ends without a result (``follow_case``).
    """
    if holder is None or not holder.text:
        return
    application.holder_index = blind_index(holder.text, purpose="services.holder")
    same = Application.objects.filter(
        item=application.item, holder_index=application.holder_index
    ).select_related("case")
    for earlier in same:
        raise AlreadyApplied(number=_case_of(earlier).number)


def _open_draft(application_id: int, actor: User) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("item__organisation")
    application = rows.get(pk=application_id)
    check_can_change(actor, application)
    if application.submitted_at is not None:
        raise AlreadySubmitted(day=civil_date(application.submitted_at))
    return application


def _case_of(application: Application) -> Case:
    if application.case is None:
        raise NotFound(kind="sent application", id=application.public_id)
    return application.case


def _keep(application: Application, answers: Mapping[str, str], doubts: Mapping[str, str]) -> None:
    form = form_of(application.item)
    values = {value.name: value for value in application.values.all()}
    for name in {*answers, *doubts}:
        if form.field_named(name) is None:
            raise AnswerUnknown(field=name)
    for name, text in answers.items():
        known = values.get(name)
        if known is not None and known.dataset:
            continue  # what a record says is doubted, never overwritten
        FieldValue.objects.update_or_create(
            application=application, name=name, defaults={"text": text.strip()}
        )
    for name, text in doubts.items():
        if name in values:
            values[name].doubt = text.strip() or None
            values[name].save(update_fields=["doubt"])


def _deciding_office(
    item: Item, form: ItemForm, values: Mapping[str, FieldValue]
) -> tuple[Organisation | None, str]:
    """The office charged with the form's duty where the person lives, else the item's own."""
    place = values.get(form.division)
    code = (place.text or "") if place is not None else ""
    if len(code) in {6, 9, 12} and code.isdigit():
        offices = organisations_with_duty(form.duty, code)
        if offices:
            return offices[0], code
    if item.organisation is None:
        raise ItemNotOnline(item=item.name)
    return item.organisation, item.organisation.division.code


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

    By law it counts as accepted from the day of receipt (行政许可法 Art 32), so the working
    days that have gone are taken off the promised time.
    """
    waiting = Application.objects.filter(
        case__state="submitted", case__closed_at=None, case__due_at__lte=at, correction=None
    )
    late = list(waiting.select_related("item", "case"))
    for application in late:
        case = _case_of(application)
        note = "行政许可法 Art 32: not told within five working days"
        advance_case(
            case_id=case.pk,
            verb="accept",
            actor=system_actor(),
            at=at,
            note=note,
            term=_what_is_left(application.item.promise, case.opened_at, at),
        )
    return len(late)


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
    *, application_id: int, actor: User, at: datetime, words: str, answers: Mapping[str, str]
) -> Application:
    """The applicant mends what was missing; the office's five working days start again."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("item")
    application = rows.get(pk=application_id)
    check_can_change(actor, application)
    application.case = advance_case(
        case_id=_case_of(application).pk, verb="correct", actor=actor, at=at
    )
    form = form_of(application.item)
    stated = {name: text for name, text in answers.items() if form.field_named(name)}
    _keep(application, stated, stated)
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
    case = _case_of(application)
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
        kept[name].save(update_fields=["verified", "verified_at"])
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
    case = _case_of(application)
    case.definition.check_transition(state=case.state, verb=verb)
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


@transaction.atomic
def open_value(*, application_id: int, name: str, actor: User, at: datetime) -> str:
    """A masked value in full; opening it is written into the ledger, unless it is one's own."""
    application = Application.objects.select_related("item", "applicant", "case").get(
        pk=application_id
    )
    value = application.values.get(name=name)
    if actor.pk != application.applicant_id:
        case = application.case
        check_can(
            actor,
            "services.open_value",
            division_code=case.division_code if case else None,
            organisation_id=(case.organisation_id if case else None) or 0,
        )
        identity = application.applicant.identity_number or ""
        record(
            actor=str(actor.public_id),
            organisation=office_of(actor, at),
            action="services.open_value",
            purpose=application.item.name,
            matter=reference_of(application),
            subject_index=blind_index(identity) if identity else None,
            dataset=value.dataset or None,
            details={"field": name},
            at=at,
        )
    return value.text or ""


def office_of(actor: User, at: datetime) -> str:
    """The name of the first organisation ``actor`` works for, as a citizen reads it."""
    held = {post.organisation_id for post in posts_of(actor, on=civil_date(at))}
    offices = [post.organisation for post in appointments_of(actor)]
    return next((office.name for office in offices if office.pk in held), "")


@transaction.atomic
def log_visit(
    *, application_id: int, organisation: Organisation, reason: str, actor: User, at: datetime
) -> Visit:
    """An on-site event: the applicant came, or an officer came to them."""
    application = Application.objects.select_related("case").get(pk=application_id)
    check_can(actor, "services.accept", organisation_id=organisation.pk)
    case = _case_of(application)
    if not case.is_open:
        raise CaseClosed(number=case.number)
    return Visit.objects.create(
        application=application, organisation=organisation, at=at, reason=reason, logged_by=actor
    )


@transaction.atomic
def rate_application(
    *, application_id: int, stars: int, words: str, actor: User, at: datetime
) -> Application:
    """One to five stars, once, when the matter is closed (好差评, FACTS §4.10)."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    check_can_change(actor, application)
    closed = application.case is not None and not application.case.is_open
    if not closed or application.rating is not None or not 1 <= stars <= 5:
        raise RatingNotPossible
    application.rating, application.rating_words, application.rated_at = stars, words, at
    application.save(update_fields=["rating", "rating_words", "rated_at"])
    return application
