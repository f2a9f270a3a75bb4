"""A file as it would be taken in: read, mapped, asked about; nothing is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from yitang.data.catalogue.access import check_can_import
from yitang.data.catalogue.connectors import (
    Dump,
    EntryWorkbook,
    ReadEntry,
    read_dump,
    read_entry_workbook,
    summary_of,
)
from yitang.data.catalogue.errors import AnswerWrong
from yitang.data.catalogue.rules.intake import (
    Reading,
    read_record,
    with_keys,
    without_repeats,
)
from yitang.data.catalogue.rules.mapping import Proposal, Proposed, propose
from yitang.data.catalogue.rules.questions import (
    Question,
    check_answers,
    check_given,
    questions_of,
)
from yitang.data.catalogue.rules.wording import DepartmentIndex
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import (
    Organisation,
    User,
    organisations_in,
)
from yitang.ground.organisations.rules import NATION, PROVISIONAL

WORKBOOK = "workbook"


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
    workbook: EntryWorkbook | None = None  # a filled-in template of ours, cell by cell

    @property
    def unknown(self) -> list[str]:
        """The departments of which nobody knows which organisation they are."""
        keys = (question.key.partition(":") for question in self.questions)
        return [name for kind, _, name in keys if kind == "department" and name]

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
    check_can_import(actor)
    said, given = dict(answers or {}), dict(given or {})
    check_answers(said)
    if book := read_entry_workbook(content, file=file):
        check_given(given, [])
        return _plan_of_workbook(book, content, file, said)
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


def _plan_of_workbook(
    book: EntryWorkbook, content: bytes, file: str, said: Mapping[str, str]
) -> Plan:
    """A filled-in template says what it means: only its departments can be unknown."""
    readings = [_read_entry(row, said) for row in book.entries]
    owners, unknown = _owners(readings, said)
    readings = [_with_owner(reading, owners) for reading in readings]
    return Plan(
        file=file,
        digest=hashlib.sha256(content).hexdigest(),
        kind=WORKBOOK,
        source="",
        understood={},
        fields=(),
        mapping={},
        readings=tuple(readings),
        owners=owners,
        questions=tuple(questions_of(readings, unknown)),
        workbook=book,
    )


def _read_entry(row: ReadEntry, said: Mapping[str, str]) -> Reading:
    department = row.owner or said.get("organisation", "")
    base = Reading(
        row.number, key=f"workbook|{row.code}", name=row.name, department=department, spec=row.spec
    )
    if row.faults:
        return replace(base, spec=None, rejected=summary_of(row.faults))
    if not department:
        nobody = Message("catalogue.rejected.no_department", "it names no department")
        return replace(base, rejected=nobody)
    return base


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
    by_code = {row.credit_code: row for row in known}
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
        elif name in by_code:
            owners[name] = by_code[name]
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
