"""A catalogue nobody prepared: looked at, asked about, taken in record by record."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.errors import MappingIncomplete
from yitang.data.catalogue.models import (
    DRAFT,
    CatalogueImport,
    Dataset,
    ImportedRecord,
    kept_words,
)
from yitang.data.catalogue.rules import document_of
from yitang.data.catalogue.rules.intake import (
    Reading,
    code_of,
    digest_of,
)
from yitang.data.catalogue.rules.mapping import TARGETS
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import (
    User,
    register_provisional_organisation,
)

from .entries import publish_dataset, register_dataset
from .planning import Plan, plan_import

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file."""

    run: CatalogueImport
    repeated: bool  # the same file with the same answers: nothing was written
    unpublished: tuple[tuple[str, Message], ...] = ()
    plan: Plan | None = None


@dataclass(slots=True)
class _Fate:
    """One record's way through the writing."""

    reading: Reading
    outcome: str = "rejected"
    dataset: Dataset | None = None
    said: str = ""
    reason: Message | None = field(default=None)


@transaction.atomic
def import_catalogue(
    *,
    content: bytes,
    file: str,
    actor: User,
    at: datetime,
    given: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    source: str = "",
    publish: bool = False,
    departments_in: str = "",
) -> Taken:
    """Take a portal's dump in: every record becomes an entry, a draft of its department, or is
    rejected with a reason.

    A record seen before changes its entry only if the portal says something new, so that what a
    data officer has mended since stays. ``departments_in`` is the division in which departments
    that nobody knows are founded provisionally. Raises ``MappingIncomplete`` and what
    ``plan_import`` raises.
    """
    plan = plan_import(
        content=content, file=file, actor=actor, given=given, answers=answers, source=source
    )
    for target in plan.missing:
        fields = ", ".join(row.field for row in plan.fields[:40])
        raise MappingIncomplete(file=file, target=TARGETS[target], fields=fields)
    if departments_in:
        plan = _with_founded(plan, division=departments_in, actor=actor, at=at)
    before = _seen_before([_digest(r.key) for r in plan.readings if r.key])
    fates = [_take(reading, plan, before, actor, at) for reading in plan.readings]
    unpublished = _publish(fates, actor, at) if publish else []
    published = sum(fate.dataset is not None for fate in fates) - len(unpublished) if publish else 0
    earlier = CatalogueImport.objects.filter(digest=plan.digest, actor=actor).first()
    if earlier and not publish and _says_the_same(earlier, fates):
        return Taken(earlier, repeated=True, plan=plan)
    run = _store(plan, fates, dict(answers or {}), published, actor, at)
    return Taken(run, repeated=False, unpublished=tuple(unpublished), plan=plan)


def _with_founded(plan: Plan, *, division: str, actor: User, at: datetime) -> Plan:
    """The plan with every unknown department founded provisionally in ``division``."""
    owners = dict(plan.owners)
    readings: list[Reading] = []
    for reading in plan.readings:
        if reading.rejected is not None and reading.rejected.code.endswith("department_unknown"):
            if reading.department not in owners:
                owners[reading.department] = register_provisional_organisation(
                    name=reading.department, division_code=division, actor=actor, at=at
                )
            readings.append(replace(reading, rejected=None))
        else:
            readings.append(reading)
    open_ = tuple(q for q in plan.questions if not q.key.startswith("department:"))
    return replace(plan, owners=owners, readings=tuple(readings), questions=open_)


def _seen_before(keys: Sequence[str]) -> dict[str, ImportedRecord]:
    """The latest accepted record of each key."""
    found: dict[str, ImportedRecord] = {}
    for start in range(0, len(keys), _CHUNK):
        rows = ImportedRecord.objects.filter(
            key__in=keys[start : start + _CHUNK], dataset__isnull=False
        )
        for row in rows.select_related("dataset").defer("kept").order_by("pk"):
            found[row.key] = row
    return found


def _take(
    reading: Reading, plan: Plan, before: Mapping[str, ImportedRecord], actor: User, at: datetime
) -> _Fate:
    if reading.spec is None or reading.rejected is not None:
        return _Fate(reading, reason=reading.rejected)
    owner = plan.owners[reading.department]
    said = digest_of(reading.spec, owner.credit_code)
    seen = before.get(_digest(reading.key))
    if seen is not None and seen.said == said and seen.dataset is not None:
        return _Fate(reading, "unchanged", seen.dataset, said)
    code = reading.spec.code or code_of(reading)
    if seen is not None and seen.dataset is not None:
        code = seen.dataset.code
    spec = replace(reading.spec, code=code, organisation=owner.credit_code)
    stood = _standing(code)
    try:
        entry = register_dataset(spec=spec, organisation=owner, actor=actor, at=at)
    except DomainError as error:
        said_of_it = Message(error.code, error.message, error.params)
        return _Fate(reading, reason=said_of_it)
    if stood is None:
        return _Fate(reading, "created", entry, said)
    return _Fate(reading, "unchanged" if stood == _standing(code) else "changed", entry, said)


def _standing(code: str) -> tuple[object, ...] | None:
    """What an entry and its draft say; nothing where there is no such entry."""
    entry = Dataset.objects.filter(code=code).first()
    if entry is None:
        return None
    draft = entry.versions.filter(state=DRAFT).first()
    return (document_of(entry.spec), draft.document if draft is not None else None)


def _publish(fates: Sequence[_Fate], actor: User, at: datetime) -> list[tuple[str, Message]]:
    """Publish what may be; the rest stays a draft, each with the reason."""
    left: list[tuple[str, Message]] = []
    for fate in fates:
        if fate.dataset is None:
            continue
        try:
            fate.dataset = publish_dataset(code=fate.dataset.code, actor=actor, at=at)
        except DomainError as error:
            left.append((fate.dataset.code, Message(error.code, error.message, error.params)))
    return left


def _says_the_same(earlier: CatalogueImport, fates: Sequence[_Fate]) -> bool:
    """Whether a file that came before came to the same: no entry touched, the same rejected."""
    accepted = sum(fate.dataset is not None for fate in fates)
    untouched = all(fate.outcome in {"unchanged", "rejected"} for fate in fates)
    return untouched and earlier.accepted == accepted


def _store(
    plan: Plan,
    fates: Sequence[_Fate],
    answers: Mapping[str, str],
    published: int,
    actor: User,
    at: datetime,
) -> CatalogueImport:
    counted = Counter(fate.outcome for fate in fates)
    run = CatalogueImport.objects.create(
        file_name=plan.file[:255],
        digest=plan.digest,
        kind=plan.kind,
        source=plan.source[:200],
        mapping=dict(plan.mapping),
        answers=dict(answers),
        delivered=len(fates),
        accepted=len(fates) - counted["rejected"],
        rejected=counted["rejected"],
        created=counted["created"],
        changed=counted["changed"],
        published=published,
        actor=actor,
        at=at,
    )
    ImportedRecord.objects.bulk_create([_row(run, fate) for fate in fates], batch_size=_CHUNK)
    return run


def _row(run: CatalogueImport, fate: _Fate) -> ImportedRecord:
    reading, why = fate.reading, fate.reason
    return ImportedRecord(
        taken_in=run,
        number=reading.number,
        key=_digest(reading.key) if reading.key else "",
        name=reading.name[:255],
        department=reading.department[:255],
        outcome=fate.outcome,
        reason_code=why.code if why else "",
        reason_template=why.template[:300] if why else "",
        reason_params=kept_words(why.params) if why else {},
        dataset=fate.dataset,
        said=fate.said,
        kept=json.dumps(dict(reading.kept), ensure_ascii=False) if reading.kept else "",
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
