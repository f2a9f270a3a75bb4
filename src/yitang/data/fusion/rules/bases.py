"""Which bases there are, which source is believed for which field, and how a fusion is scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from yitang.ground.base.text import Message
from yitang.ground.plumbing.rules import keyed_hash

ROLE_COLUMNS = {"division": "division_code"}  # roles whose column has another name
DATE_FIELDS = frozenset({"birth_date", "death_date", "registered_on"})
SHORTEST_PURPOSE = 4  # characters of the reason for opening a record
AGE_BANDS = ((0, 6), (7, 17), (18, 34), (35, 59), (60, 79), (80, 200))


@dataclass(frozen=True, slots=True)
class Base:
    """A foundation database: what it is fused by, and what it is about (FACTS §3)."""

    code: str  # of its catalogue entry and of its table
    subject: str
    key_role: str
    id_column: str
    fields: tuple[str, ...]
    # Fields of which one thing can have only one: two different values are a conflict.
    single_valued: tuple[str, ...]
    label: Message


POPULATION = Base(
    code="population",
    subject="person",
    key_role="identity_number",
    id_column="person_id",
    fields=(
        "name", "sex", "nation", "birth_date", "birth_place", "division_code", "address",
        "household_number", "phone", "marital_status", "education", "insured", "death_date",
    ),
    single_valued=("name", "sex", "nation", "birth_date", "death_date"),
    label=Message("fusion.base.population", "population base"),
)  # fmt: skip
LEGAL_ENTITIES = Base(
    code="companies-base",
    subject="legal_entity",
    key_role="credit_code",
    id_column="entity_id",
    fields=(
        "name", "entity_type", "legal_representative", "registered_on", "capital",
        "division_code", "address", "scope", "status",
    ),
    single_valued=("name", "legal_representative", "registered_on"),
    label=Message("fusion.base.legal_entities", "legal entity base"),
)  # fmt: skip
BASES: Mapping[str, Base] = {base.code: base for base in (POPULATION, LEGAL_ENTITIES)}
FIELD_LABELS: Mapping[str, Message] = {
    name: Message(f"fusion.field.{name}", text)
    for name, text in {
        "identity_number": "identity number",
        "credit_code": "unified social credit code",
        "name": "full name",
        "sex": "sex",
        "nation": "nationality",
        "birth_date": "date of birth",
        "birth_place": "place of birth",
        "division_code": "division",
        "address": "address",
        "household_number": "household number",
        "phone": "telephone",
        "marital_status": "marital status",
        "education": "education",
        "insured": "insured",
        "death_date": "date of death",
        "entity_type": "type of entity",
        "legal_representative": "legal representative",
        "registered_on": "registered on",
        "capital": "registered capital",
        "scope": "business scope",
        "status": "status",
    }.items()
}


class Part(NamedTuple):
    """One role of one item for one party of the row (``husband.name``; no party: the row's own)."""

    party: str
    field: str


def parts_of_role(role: str) -> list[Part]:
    """``husband+wife.marital_status`` is the field of two parties; ``name`` of the row's own."""
    parties, dot, name = role.rpartition(".")
    column = ROLE_COLUMNS.get(name, name)
    return [Part(party, column) for party in (parties.split("+") if dot else [""])]


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One party of one dataset: where each field stands and how far it is believed."""

    dataset: str
    party: str
    key: str  # the lake column with the department's own record number
    columns: Mapping[str, str]  # field to lake column, the base's key among them
    authority: Mapping[str, int]  # field to rank, 1 most

    @property
    def name(self) -> str:
        return f"{self.dataset}/{self.party}" if self.party else self.dataset


def sources_of(
    base: Base, dataset: str, items: Iterable[tuple[str, str, int, bool]]
) -> list[RecordSource]:
    """The parties of a dataset that can be fused, from (column, role, authority, is key)."""
    key = "_row"
    columns: dict[str, dict[str, str]] = {}
    authority: dict[str, dict[str, int]] = {}
    for column, role, rank, is_key in items:
        if is_key:
            key = column
        if not role:
            continue
        for party, name in parts_of_role(role):
            if name == base.key_role or name in base.fields:
                columns.setdefault(party, {})[name] = column
                authority.setdefault(party, {})[name] = rank
    return [
        RecordSource(dataset, party, key, fields, authority[party])
        for party, fields in sorted(columns.items())
        if base.key_role in fields
    ]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one source brought: records, and how many have no valid number."""

    dataset: str
    party: str
    records: int
    matched: int
    missing: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Persons of one county and age band, and how many of them have an address and a telephone."""

    division_code: str
    band: str
    persons: int
    with_address: int
    with_phone: int


@dataclass(frozen=True, slots=True)
class FusionReport:
    """The outcome of one run."""

    base: str
    entities: int
    records: int
    matched: int
    unmatched: int  # records without a valid number: left for the engine that compares names
    conflicts: Mapping[str, int]  # field to entities whose sources disagree
    filled: Mapping[str, int]  # field to entities that have it
    sources: tuple[SourceReport, ...]
    coverage: tuple[Coverage, ...]
    seconds: float
    at: datetime
    version: int

    @property
    def persons(self) -> int:
        """The same as ``entities``, in the word of the population base."""
        return self.entities


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of one field of one person."""

    dataset: str
    dataset_name: str
    organisation: str
    value: str
    batch: str
    as_of: date | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """A field of the base: the value chosen, and everything the sources say of it."""

    name: str
    value: str
    claims: tuple[Claim, ...] = field(default_factory=tuple)

    @property
    def is_disputed(self) -> bool:
        return len({claim.value for claim in self.claims}) > 1


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs of records said to be the same, against the truth."""

    records: int
    true_pairs: int
    found_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float:
        return self.right_pairs / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def age_band(age: int) -> str:
    """``18–34``; the last band is open: ``80+``."""
    for first, last in AGE_BANDS:
        if first <= age <= last:
            return f"{first}+" if last >= 200 else f"{first}–{last}"
    raise ValueError(f"no age: {age}")


def stable_id(key: bytes, number: str) -> str:
    """A keyed hash of a number in the form of a UUID: the same each time, telling nothing."""
    value = int(keyed_hash(key, number)[:32], 16)
    value = value & ~(0xF << 76) | 0x8 << 76  # version 8 (RFC 9562 §5.8): made by the application
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
