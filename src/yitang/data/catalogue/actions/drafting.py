"""An entry on its way: drafted, proposed, consented to, reviewed, published or returned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from django.db import transaction

from yitang.data.catalogue.access import (
    can_take_in_for,
    check_can_edit,
    check_can_publish,
    check_can_take_in,
)
from yitang.data.catalogue.errors import (
    DraftClosed,
    DraftOutdated,
    DraftUnderWay,
    EntryIncomplete,
    LawChangeInFuture,
    VersionUnknown,
)
from yitang.data.catalogue.models import DRAFT, WITHDRAWN, Dataset, EntryVersion
from yitang.data.catalogue.rules import (
    AUTHORITY_DUTY,
    ENTRY_WORKFLOW,
    NUMBER_PREFIX,
    OPEN_TO_CHANGE,
    PUBLISHING,
    REVIEWING,
    UPDATE,
    DatasetSpec,
    State,
    check_entry,
    document_of,
    missing_parts,
)
from yitang.ground.base.clock import SHANGHAI, civil_date
from yitang.ground.base.ids import Reference
from yitang.ground.casework.api import Case, advance_case, open_case
from yitang.ground.organisations.api import Organisation, User, organisations_with_duty

from .writing import (
    is_public,
    locked_entry,
    note_event,
    publish_version,
    with_resource_code,
    write_entry,
)


@transaction.atomic
def draft_entry(
    *,
    spec: DatasetSpec,
    organisation: Organisation,
    actor: User,
    at: datetime,
    law: str = "",
    law_changed_on: date | None = None,
    secrecy_risk: str = "",
    privacy_impact: str = "",
) -> EntryVersion:
    """Begin a version of the entry ``spec.code``, with a case that its department holds.

    A draft may still lack parts; proposing it may not. ``law_changed_on``: the day on which a
    change of ``law``, or of the department's duties, took effect; from it the ten working
    days run (D1). Raises ``EntryInvalid``, ``SharingTermsWrong``, ``DraftUnderWay``,
    ``LawChangeInFuture``, ``NotAllowed``.
    """
    check_entry(spec)
    check_can_take_in(actor, organisation)
    if law_changed_on is not None and law_changed_on > civil_date(at):
        raise LawChangeInFuture(field="law_changed_on", day=law_changed_on)
    entry = Dataset.objects.filter(code=spec.code).first()
    if entry is not None:
        entry = locked_entry(spec.code)
        check_can_take_in(actor, entry.organisation)
        _check_no_draft(entry)
    spec = with_resource_code(
        replace(spec, organisation=organisation.credit_code), entry.resource_code if entry else ""
    )
    if entry is None or entry.published_at is None:
        is_new = entry is None
        entry = entry or Dataset(code=spec.code)
        write_entry(entry, spec, organisation, at)
        note_event(entry, "registered" if is_new else "changed", actor, at)
    version = EntryVersion(
        dataset=entry,
        base=entry.version,
        organisation=organisation,
        document=document_of(spec),
        law=law.strip(),
        law_changed_on=law_changed_on,
        secrecy_risk=secrecy_risk.strip(),
        privacy_impact=privacy_impact.strip(),
        made_by=actor,
        made_at=at,
    )
    version.case = _opened_case(version, spec, organisation, actor, at)
    version.full_clean()
    version.save()
    return version


def _opened_case(
    version: EntryVersion, spec: DatasetSpec, organisation: Organisation, actor: User, at: datetime
) -> Case:
    """The department's case; its days run from noon of the day on which a law changed."""
    changed = version.law_changed_on
    return open_case(
        workflow=ENTRY_WORKFLOW,
        subject=Reference("catalogue.version", str(version.public_id)),
        title=spec.name,
        division_code=organisation.division.code,
        organisation=organisation,
        duty=AUTHORITY_DUTY,
        actor=actor,
        at=at,
        number_prefix=NUMBER_PREFIX,
        term=UPDATE if changed else None,
        clock_from=datetime.combine(changed, time(12), SHANGHAI) if changed else None,
        summary={"code": spec.code},
    )


def draft_or_amend(
    *,
    found: Dataset | None,
    spec: DatasetSpec,
    organisation: Organisation,
    actor: User,
    at: datetime,
) -> EntryVersion | None:
    """Write ``spec`` into the draft that is open, or begin one; nothing where nothing differs."""
    spec = replace(spec, organisation=organisation.credit_code)
    draft = found.versions.filter(state=DRAFT).first() if found is not None else None
    if draft is not None and found is not None:
        said = with_resource_code(spec, draft.spec.resource_code)
        if document_of(said) == draft.document:
            return None
        if can_take_in_for(actor, draft.organisation):
            return _amend(draft.pk, draft.dataset.code, actor, at, spec, None, None)
        return amend_entry(version=draft, spec=spec, actor=actor, at=at)
    if found is not None and found.published_at is not None:
        said = with_resource_code(spec, found.resource_code)
        if document_of(said) == document_of(found.spec):
            return None
    return draft_entry(spec=spec, organisation=organisation, actor=actor, at=at)


@transaction.atomic
def amend_entry(
    *,
    version: EntryVersion,
    actor: User,
    at: datetime,
    spec: DatasetSpec | None = None,
    secrecy_risk: str | None = None,
    privacy_impact: str | None = None,
) -> EntryVersion:
    """Write in a draft, or in one that was returned: what it says, or its assessments.

    The draft is then drawn from the version that is published now. Raises ``DraftClosed``,
    ``EntryInvalid``, ``SharingTermsWrong``, ``NotAllowed``.
    """
    check_can_edit(actor, version.organisation)
    code = version.dataset.code
    return _amend(version.pk, code, actor, at, spec, secrecy_risk, privacy_impact)


def _amend(
    key: int,
    code: str,
    actor: User,
    at: datetime,
    spec: DatasetSpec | None,
    secrecy_risk: str | None,
    privacy_impact: str | None,
) -> EntryVersion:
    entry = locked_entry(code)
    version = (
        EntryVersion.objects.select_for_update(of=("self",))
        .select_related("case", "dataset", "organisation__division")
        .get(pk=key)
    )
    case = _case_of(version)
    if case.state not in OPEN_TO_CHANGE:
        raise DraftClosed(number=case.number, state=case.state)
    if secrecy_risk is not None:
        version.secrecy_risk = secrecy_risk.strip()
    if privacy_impact is not None:
        version.privacy_impact = privacy_impact.strip()
    if spec is not None:
        spec = replace(spec, code=entry.code, organisation=version.organisation.credit_code)
        check_entry(spec)
        spec = with_resource_code(spec, version.spec.resource_code)
        version.document, version.base = document_of(spec), entry.version
        if entry.published_at is None:
            write_entry(entry, spec, version.organisation, at)
            note_event(entry, "changed", actor, at)
    version.full_clean()
    version.save()
    return version


@transaction.atomic
def move_entry(*, case_id: int, verb: str, actor: User, at: datetime, note: str = "") -> Case:
    """Make one move of an entry's workflow, with everything that belongs to it.

    ``propose`` checks that nothing is missing (``EntryIncomplete`` names all); ``consent``
    hands the case to the authority; ``publish`` makes the draft the entry. The desk and all
    pages come here.
    """
    entry = locked_entry(_version_of(case_id).dataset.code)  # first, as every writer does
    version = _version_of(case_id, lock=True)
    case = _case_of(version)
    case.definition.check_transition(state=case.state, verb=verb)
    if verb == "propose":
        _check_complete(version)
    if verb in REVIEWING:
        check_can_publish(actor, version.organisation)
    if verb in PUBLISHING and version.base != entry.version:
        raise DraftOutdated(code=entry.code, version=entry.version)
    case = advance_case(
        case_id=case_id,
        verb=verb,
        actor=actor,
        at=at,
        note=note,
        organisation=_holder_after(verb, version),
    )
    _follow(version, entry, verb, actor, at, note)
    return case


def _follow(
    version: EntryVersion, entry: Dataset, verb: str, actor: User, at: datetime, note: str
) -> None:
    """What a move changes beside the case."""
    if verb in PUBLISHING:
        spec, was_open = version.spec, is_public(entry)
        is_first = entry.state != State.PUBLISHED
        changed = write_entry(entry, spec, version.organisation, at)
        version.is_direct = verb == "publish_directly"
        publish_version(entry, spec=spec, actor=actor, at=at, version=version, was_open=was_open)
        word = "published" if is_first else "changed"
        said = "" if is_first else ", ".join(changed)
        note_event(entry, f"{word} directly" if version.is_direct else word, actor, at, said)
        return
    if verb == "consent":
        version.consented_by, version.consented_at = actor, at
    elif verb == "return":
        version.returned_because = note
    elif verb == "withdraw":
        version.state = WITHDRAWN
    version.save()


def _holder_after(verb: str, version: EntryVersion) -> Organisation | None:
    """The authority from the head's consent on, the department again to correct."""
    if verb == "consent":
        charged = organisations_with_duty(AUTHORITY_DUTY, version.organisation.division.code)
        return charged[0] if charged else None
    return version.organisation if verb == "return" else None


def _check_complete(version: EntryVersion) -> None:
    missing = missing_parts(
        version.spec,
        secrecy_risk=version.secrecy_risk,
        privacy_impact=version.privacy_impact,
    )
    if missing:
        raise EntryIncomplete(
            field="entry", code=version.dataset.code, missing=", ".join(map(str, missing))
        )


def _check_no_draft(entry: Dataset) -> None:
    draft = entry.versions.filter(state=DRAFT).select_related("case").first()
    if draft is not None:
        raise DraftUnderWay(code=entry.code, number=_case_of(draft).number)


def _version_of(case_id: int, *, lock: bool = False) -> EntryVersion:
    rows = EntryVersion.objects.select_for_update(of=("self",)) if lock else EntryVersion.objects
    found = (
        rows.select_related("case", "dataset", "organisation__division")
        .filter(case_id=case_id)
        .first()
    )
    if found is None:
        raise VersionUnknown(id=case_id)
    return found


def _case_of(version: EntryVersion) -> Case:
    if version.case is None:
        raise VersionUnknown(id=version.public_id)
    return version.case
