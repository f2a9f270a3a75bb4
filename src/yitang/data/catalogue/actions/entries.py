"""Writes: an entry is registered, published, retired; gathering reports what it brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.access import (
    can_publish_directly,
    check_can_publish,
    check_can_take_in,
)
from yitang.data.catalogue.errors import NotPublishable
from yitang.data.catalogue.models import DRAFT, Dataset, EntryVersion
from yitang.data.catalogue.queries import dataset as dataset_by_code
from yitang.data.catalogue.rules import (
    DatasetSpec,
    State,
    check_entry,
    document_of,
    missing_in_entry,
)
from yitang.ground.organisations.api import (
    Organisation,
    User,
)

from .drafting import draft_or_amend, move_entry
from .indexing import index_facets
from .writing import (
    is_public,
    locked_entry,
    note_change,
    note_event,
    publish_version,
    with_resource_code,
    write_entry,
)


@transaction.atomic
def register_dataset(
    *, spec: DatasetSpec, organisation: Organisation, actor: User, at: datetime
) -> Dataset:
    """Make the entry ``spec.code``, or bring it to what ``spec`` says; the same again is a no-op.

    A data officer's, or one the authority takes in, becomes a draft with a case of its department
    (see ``draft_entry``), and what is published stays until that is. The platform itself writes
    at once: a published entry gets its next version, and the history says that it came directly.
    Raises ``EntryInvalid``, ``SharingTermsWrong`` or ``NotAllowed``.
    """
    check_entry(spec)
    check_can_take_in(actor, organisation)
    found = (
        Dataset.objects.select_for_update(of=("self",))
        .select_related("organisation__division")
        .filter(code=spec.code)
        .first()
    )
    if found is not None:
        check_can_take_in(actor, found.organisation)  # taking over another's entry needs both
    if not can_publish_directly(actor):
        draft_or_amend(found=found, spec=spec, organisation=organisation, actor=actor, at=at)
        return dataset_by_code(spec.code)
    spec = with_resource_code(
        replace(spec, organisation=organisation.credit_code), found.resource_code if found else ""
    )
    entry = found or Dataset(code=spec.code)
    was_open = is_public(entry)
    changed = write_entry(entry, spec, organisation, at)
    if changed and entry.state == State.PUBLISHED:
        publish_version(entry, spec=spec, actor=actor, at=at, was_open=was_open)
        note_event(entry, "changed directly", actor, at, ", ".join(changed))
    elif changed:
        _follow(entry, spec)
        note_event(
            entry, "changed" if found else "registered", actor, at,
            ", ".join(changed) if found else "",
        )  # fmt: skip
    return dataset_by_code(spec.code)


def _follow(entry: Dataset, spec: DatasetSpec) -> None:
    """A draft that is under way says what its entry says, until the entry is published."""
    EntryVersion.objects.filter(dataset=entry, state=DRAFT).update(
        document=document_of(spec), organisation=entry.organisation
    )


@transaction.atomic
def publish_dataset(*, code: str, actor: User, at: datetime) -> Dataset:
    """Put a draft before everyone; a published entry stays as it is.

    A draft with a case goes on with that case; one without is published directly, and the
    history says so, with what the entry lacks.
    """
    entry = locked_entry(code)
    check_can_publish(actor, entry.organisation)
    if entry.state == State.PUBLISHED:
        return entry
    if not entry.items.exists():
        raise NotPublishable(code=code, problem="it has no data items yet")
    version = entry.versions.filter(state=DRAFT).select_related("case").first()
    if version is not None and version.case is not None:
        verb = "publish" if version.case.state == "submitted" else "publish_directly"
        if verb == "publish_directly" and not can_publish_directly(actor):
            problem = f"its department has not submitted it yet (case {version.case.number})"
            raise NotPublishable(code=code, problem=problem)
        move_entry(case_id=version.case.pk, verb=verb, actor=actor, at=at)
        return dataset_by_code(code)
    entry.clean()
    publish_version(entry, spec=entry.spec, actor=actor, at=at)
    lacking = "; ".join(str(part) for part in missing_in_entry(entry.spec))
    note_event(entry, "published directly", actor, at, lacking)
    return entry


@transaction.atomic
def retire_dataset(*, code: str, actor: User, at: datetime, reason: str) -> Dataset:
    """Take an entry out of use; what was gathered stays readable."""
    entry = locked_entry(code)
    check_can_publish(actor, entry.organisation)
    if entry.state != State.RETIRED:
        was_open, was_published = is_public(entry), entry.state == State.PUBLISHED
        entry.state = State.RETIRED
        entry.save(update_fields=["state"])
        index_facets([entry])
        if was_published:
            note_change(entry, kind="retired", at=at, was_open=was_open)
        note_event(entry, "retired", actor, at, reason)
    return entry


def note_gathered(*, code: str, batch: str, rows: int, quality: float | None, at: datetime) -> None:
    """Remember what the latest batch brought; called by collection in its own transaction."""
    Dataset.objects.filter(code=code).update(
        gathered_batch=batch, row_count=rows, quality=quality, gathered_at=at
    )
    index_facets(list(Dataset.objects.filter(code=code)))
