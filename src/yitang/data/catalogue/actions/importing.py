"""A catalogue nobody prepared: looked at, asked about, taken in record by record."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.access import EDIT
from yitang.data.catalogue.connectors import Dump, read_dump
from yitang.data.catalogue.errors import AnswerWrong, MappingIncomplete
from yitang.data.catalogue.models import CatalogueImport, Dataset, ImportedRecord
from yitang.data.catalogue.rules.intake import (
    Reading,
    code_of,
    digest_of,
    read_record,
    with_keys,
    without_repeats,
)
from yitang.data.catalogue.rules.mapping import TARGETS, Proposal, Proposed, propose
from yitang.data.catalogue.rules.questions import (
    Question,
    check_answers,
    check_given,
    questions_of,
)
from yitang.data.catalogue.rules.wording import DepartmentIndex
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import (
    Organisation,
    User,
    check_can,
    organisations_in,
    register_provisional_organisation,
)
from yitang.ground.organisations.rules import NATION, PROVISIONAL

from .entries import publish_dataset, register_dataset

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """A file as it would be taken in: nothing has been written."""

    file: str
    digest: str
    kind: str
    source: str
    understood: Mapping[str, str]
    fields: tuple[Proposed, ...]
    mapping: Mapping[str, str]
    readings: tuple[Reading, ...]
    owners: Mapping[str, Organisation]  # the portal's word for a department to the organisation
    questions: tuple[Question, ...]
    missing: tuple[str, ...] = ()  # targets that every record needs and no field was taken for

    @property
    def delivered(self) -> int:
        return len(self.readings)

    @property
    def rejected(self) -> int:
        return sum(reading.rejected is not None for reading in self.readings)

    @property
    def reasons(self) -> list[tuple[Message, int]]:
        """Why records are rejected: one of each kind and how many, the commonest first."""
        counted: Counter[str] = Counter()
        first: dict[str, Message] = {}
        for reading in self.readings:
            if reading.rejected is not None:
                counted[reading.rejected.code] += 1
                first.setdefault(reading.rejected.code, reading.rejected)
        return [(first[code], count) for code, count in counted.most_common()]


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


def plan_import(
    *,
    content: bytes,
    file: str,
    actor: User,
    given: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    source: str = "",
) -> Plan:
    """Read a dump, propose its mapping, read every record, and list what is open; writes nothing.

    Raises ``DumpUnreadable``, ``MappingWrong``, ``AnswerWrong``.
    """
    check_can(actor, EDIT)
    said, given = dict(answers or {}), dict(given or {})
    check_answers(said)
    dump = read_dump(content, file=file)
    proposal = propose(dump.readable, given={**dump.mapping, **given})
    check_given(given, [row.field for row in proposal.fields])
    readings = without_repeats(with_keys(_read(dump, proposal.mapping, said), source=source))
    owners, unknown = _owners(readings, said)
    readings = [_with_owner(reading, owners) for reading in readings]
    return Plan(
        file=file,
        digest=hashlib.sha256(content).hexdigest(),
        kind=dump.kind,
        source=source,
        understood=dump.understood,
        fields=tuple(_standard(row, dump) for row in proposal.fields),
        mapping=proposal.mapping,
        readings=tuple(readings),
        owners=owners,
        questions=tuple(questions_of(readings, unknown)),
        missing=_missing(proposal, said),
    )


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


def _read(dump: Dump, mapping: Mapping[str, str], answers: Mapping[str, str]) -> list[Reading]:
    return [
        Reading(record.number, rejected=record.broken)
        if record.broken is not None
        else read_record(record.number, record.values, mapping, answers)
        for record in dump.records
    ]


def _standard(row: Proposed, dump: Dump) -> Proposed:
    if row.field not in dump.mapping:
        return row
    said = Message("catalogue.mapping.standard", "the standard of the format says so")
    return replace(row, reason=said)


def _missing(proposal: Proposal, answers: Mapping[str, str]) -> tuple[str, ...]:
    answered = {"organisation"} if {"organisation", "department"} & set(answers) else set()
    return tuple(target for target in proposal.missing if target not in answered)


def _owners(
    readings: Sequence[Reading], answers: Mapping[str, str]
) -> tuple[dict[str, Organisation], dict[str, int]]:
    """Who each department is, and how many records wait for one that is not known."""
    known = organisations_in(NATION)
    by_key = {str(row.pk): row for row in known}
    final = {row.name for row in known if row.kind != PROVISIONAL}
    index = DepartmentIndex.of(
        (str(row.pk), row.name, row.short_name)
        for row in known
        if row.kind != PROVISIONAL or row.name not in final
    )
    owners: dict[str, Organisation] = {}
    unknown: Counter[str] = Counter()
    waiting = Counter(r.department for r in readings if r.rejected is None)
    for name, count in waiting.items():
        key = index.match(name)
        said = answers.get(f"department:{name}")
        if said:
            owners[name] = _answered(f"department:{name}", said, known, index)
        elif key is not None:
            owners[name] = by_key[key]
        elif "department" in answers:
            owners[name] = _answered("department", answers["department"], known, index)
        else:
            unknown[name] = count
    return owners, dict(unknown.most_common())


def _answered(
    key: str, said: str, known: Sequence[Organisation], index: DepartmentIndex
) -> Organisation:
    by_code = {row.credit_code: row for row in known}
    by_key = {str(row.pk): row for row in known}
    found = by_code.get(said) or by_key.get(index.match(said) or "")
    if found is None:
        problem = "no organisation has this credit code or name; load the organisations first"
        raise AnswerWrong(key=key, value=said, problem=problem)
    return found


def _with_owner(reading: Reading, owners: Mapping[str, Organisation]) -> Reading:
    if reading.rejected is not None or reading.department in owners:
        return reading
    said = Message(
        "catalogue.rejected.department_unknown",
        "nobody knows which organisation {name} is",
        {"name": reading.department},
    )
    return replace(reading, rejected=said)


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
    code = seen.dataset.code if seen is not None and seen.dataset is not None else code_of(reading)
    spec = replace(reading.spec, code=code, organisation=owner.credit_code)
    try:
        entry = register_dataset(spec=spec, organisation=owner, actor=actor, at=at)
    except DomainError as error:
        said_of_it = Message(error.code, error.message, error.params)
        return _Fate(reading, reason=said_of_it)
    return _Fate(reading, "changed" if seen is not None else "created", entry, said)


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
        reason_params={name: str(value) for name, value in why.params.items()} if why else {},
        dataset=fate.dataset,
        said=fate.said,
        kept=json.dumps(dict(reading.kept), ensure_ascii=False) if reading.kept else "",
    )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
