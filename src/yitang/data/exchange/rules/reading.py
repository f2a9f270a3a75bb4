"""The one reader: prefill inside the process and the gateway both read through it.

It checks the grant, counts against the quota, finds the records, takes away what was not
granted, and says which ledger entries must stand before anything is handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yitang.data.exchange.errors import ColumnNotSearchable, Denied, QuotaSpent
from yitang.ground.base.clock import civil_date
from yitang.ground.base.ids import Reference

from .grants import CompiledGrant, check_use
from .snapshots import Row, SnapshotFacts, open_snapshot
from .usage import usage_book

EVERY = -1  # as SQLite says: no limit


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: dataset, its owner, the batch, the moment it is of (ISO)."""

    dataset: str
    dataset_name: str
    organisation: str
    batch: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Record:
    """The granted values of one record and where each comes from; ``entry`` is in the ledger."""

    values: Mapping[str, str]
    provenance: Mapping[str, Provenance]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Which records: those with ``key`` in any searchable column, or in ``column``."""

    key: str
    purpose: str
    matter: Reference | None
    at: datetime
    fields: tuple[str, ...] = ()
    column: str | None = None
    organisation_code: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Use:
    """A ledger entry to be made: about whom (blind index), with which action and details."""

    subject: str
    action: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and the entries that must be on the disk before it is handed out."""

    records: list[Record]
    uses: list[Use]


@dataclass(frozen=True, slots=True)
class Hashes:
    """The two keyed hashes: of keys in snapshots, and of identities in the ledger."""

    key: Callable[[str], str]
    subject: Callable[[str], str]


def answer(grant: CompiledGrant, question: Question, *, folder: Path, hashes: Hashes) -> Answer:
    """The records that the grant covers; raises a ``Denied`` or ``NothingPublished``.

    A record outside the row rule is as good as none. Whoever is named by an identity number
    in a record that is read is a subject of the read, whichever fields were asked.
    """
    fields = question.fields or grant.fields
    check_use(
        grant,
        organisation_code=question.organisation_code,
        purpose=question.purpose,
        matter=question.matter,
        fields=fields,
        at=question.at,
    )
    snapshot = open_snapshot(folder, grant.dataset)
    _check_column(snapshot.facts, question.column)
    if not usage_book(folder).count(grant.id, civil_date(question.at), quota=grant.quota):
        raise QuotaSpent(number=grant.number, quota=grant.quota)
    rule = grant.row_rule
    most = question.limit if rule is None else EVERY  # the rule first, then the limit
    found = snapshot.find(hashes.key(question.key), column=question.column, limit=most)
    rows = [row for row in found if rule is None or rule.admits(row.values)][: question.limit]
    records = [_record(grant, row, fields, snapshot.facts) for row in rows]
    return Answer(records, _uses(grant, question, fields, rows, snapshot.facts, hashes))


def refusal(
    grant: CompiledGrant | None, question: Question, error: Denied, *, hashes: Hashes
) -> Use:
    """The entry that a refused read leaves."""
    details = {"error": error.code, "grant": grant.number if grant else ""}
    return Use(hashes.subject(question.key), "exchange.denied", details)


def _check_column(facts: SnapshotFacts, column: str | None) -> None:
    if column is not None and column not in facts.searchable:
        raise ColumnNotSearchable(
            dataset=facts.dataset, column=column, searchable=", ".join(facts.searchable)
        )


def _record(grant: CompiledGrant, row: Row, fields: Sequence[str], facts: SnapshotFacts) -> Record:
    whole = Provenance(grant.dataset, grant.dataset_name, grant.provider, row.batch, row.as_of)
    return Record(
        values={name: row.values.get(name, "") for name in fields},
        provenance={
            name: _taken(row, name, facts) if name in row.sources else whole for name in fields
        },
    )


def _taken(row: Row, name: str, facts: SnapshotFacts) -> Provenance:
    """Of the dataset that the value was taken from."""
    code, as_of = row.sources[name]
    title, organisation = facts.owners.get(code, (code, ""))
    return Provenance(code, title, organisation, row.batch, as_of)


def _uses(
    grant: CompiledGrant,
    question: Question,
    fields: Sequence[str],
    rows: Sequence[Row],
    facts: SnapshotFacts,
    hashes: Hashes,
) -> list[Use]:
    named = [row.values[name] for row in rows for name in facts.identities if row.values.get(name)]
    details = {"grant": grant.number, "fields": ", ".join(fields), "records": str(len(rows))}
    if not rows:
        return [Use(hashes.subject(question.key), "exchange.sought", details)]
    asked = Use(hashes.subject(question.key), "exchange.read", details)
    others = dict.fromkeys(number for number in named if number != question.key)
    also = details | {"asked": "for another person, who is named with this one"}
    # The person asked for comes last, so that theirs is the latest entry of the read.
    return [*(Use(hashes.subject(number), "exchange.read", also) for number in others), asked]
