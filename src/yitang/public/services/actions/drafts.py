"""Drafts: started, filled from records, looked over, sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.api import Case, open_case
from yitang.ground.metrics.api import observe
from yitang.ground.organisations.api import (
    Organisation,
    User,
    organisations_with_duty,
    system_actor,
)
from yitang.public.services.access import check_can_apply, check_can_change
from yitang.public.services.errors import (
    AlreadyApplied,
    AlreadySubmitted,
    AnswerMissing,
    IdentityNotLinked,
    ItemNotOnline,
    ItemNotOpen,
)
from yitang.public.services.models import Application, FieldValue, Item, MaterialStatus
from yitang.public.services.queries import application_of_holder, holder_index, sent_application
from yitang.public.services.rules import trips
from yitang.public.services.rules.forms import (
    ItemForm,
    Prefilled,
    Reader,
    material_states,
    prefill,
)
from yitang.public.services.rules.workflow import WORKFLOW_NAME

from .forms import case_of, check_identities, form_of, keep_values, reference_of
from .moves import move_application

NUMBER_PREFIX = "BJ"  # 办件
IN_USE = "1"


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
    form = form_of(application.item)
    found = prefill(form, applicant=actor.identity_number or "", read=read)
    application.values.exclude(dataset="").exclude(name__in=found.values).delete()
    FieldValue.objects.bulk_create(
        (
            FieldValue(
                application=application,
                name=name,
                text=value.text,
                dataset=value.dataset,
                department=value.department,
                as_of=value.as_of,
                batch=value.batch,
                ledger_entry=value.entry,
            )
            for name, value in found.values.items()
        ),
        update_conflicts=True,
        unique_fields=["application", "name"],
        update_fields=["text", "dataset", "department", "as_of", "batch", "ledger_entry"],
    )
    _keep_materials(application, form, found)
    return found


def _keep_materials(application: Application, form: ItemForm, found: Prefilled) -> None:
    """How each material stands, and what the records save in trips."""
    facts = application.item.facts()
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
    keep_values(application, answers, doubts)
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
    keep_values(application, answers, doubts)
    form = form_of(application.item)
    values = {value.name: value for value in application.values.all()}
    _check_answers(form, values)
    _check_new(application, values.get(form.holder_code))
    case = _open_case(application, form, values, actor, at)
    application.submitted_at, application.case = at, case
    application.save(update_fields=["submitted_at", "case", "holder_index"])
    observe(code="services.applications", observations=[sent_application(at, case)], at=at)
    is_complete = not application.materials.filter(satisfied_by="").exists()
    has_doubt = application.values.filter(doubt__isnull=False).exists()
    if is_complete and not has_doubt:
        application.case = move_application(
            case_id=case.pk, verb="accept", actor=system_actor(), at=at
        )
    return application


def _check_answers(form: ItemForm, values: Mapping[str, FieldValue]) -> None:
    """Raises for the first value that is missing, or is an identity number that is none."""
    for one in form.fields:
        if one.is_required and not (one.name in values and values[one.name].text):
            raise AnswerMissing(field=one.label)
    stated = {name: value.text or "" for name, value in values.items() if not value.dataset}
    check_identities(form, stated)


def _open_case(
    application: Application,
    form: ItemForm,
    values: Mapping[str, FieldValue],
    actor: User,
    at: datetime,
) -> Case:
    item = application.item
    office, division_code = _deciding_office(item, form, values)
    return open_case(
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


def _check_new(application: Application, holder: FieldValue | None) -> None:
    """Raises ``AlreadyApplied`` when the same child, say, was applied for by either parent.

    What a record says counts, whatever is doubted about it. The index is taken back when the
    application ends without a result (``follow_case``).
    """
    if holder is None or not holder.text:
        return
    application.holder_index = holder_index(holder.text)
    earlier = application_of_holder(application.item, application.holder_index)
    if earlier is not None:
        raise AlreadyApplied(number=case_of(earlier).number)


def _open_draft(application_id: int, actor: User) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("item__organisation")
    application = rows.get(pk=application_id)
    check_can_change(actor, application)
    if application.submitted_at is not None:
        raise AlreadySubmitted(day=civil_date(application.submitted_at))
    return application


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
