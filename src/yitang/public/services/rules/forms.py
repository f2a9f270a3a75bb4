"""Prefilled forms: which records to read, which values they give, what has to be asked.

A form is data. Its lookups are made in order; each says whose record it wants, by the
applicant or by a value of an earlier record. A value keeps where it came from, so that it can
be shown, doubted, and read again before the decision. The result is a review page: what was
found is confirmed, only what nobody knows is asked (国务院令第809号 Art 19: no repeated
collection of what sharing supplies).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from .items import MaterialFacts

APPLICANT = "applicant"


@dataclass(frozen=True, slots=True)
class Found:
    """One record as the exchange gave it, with its provenance."""

    values: Mapping[str, str]
    department: str
    as_of: date | None = None
    batch: str = ""
    entry: str = ""  # the ledger entry that the reading left


@dataclass(frozen=True, slots=True)
class Lookup:
    """One record to read: in which dataset, and by which keys, the first that is known."""

    name: str
    dataset: str
    keys: tuple[str, ...]  # "applicant" or "<lookup>.<column>"


@dataclass(frozen=True, slots=True)
class FormField:
    """One value: its label, where it may be found (``<lookup>.<column>``), how it is shown."""

    name: str
    label: str
    sources: tuple[str, ...] = ()
    mask: str = ""  # "name" or "identity": how it is shown until opened
    group: str = ""
    is_required: bool = True
    kind: str = "text"  # text, date or sex: how it is shown and asked
    is_hidden: bool = False  # for the office's routing; neither shown nor asked


@dataclass(frozen=True, slots=True)
class ItemForm:
    """The online form that serves an item."""

    code: str
    version: int
    purpose: str
    lookups: tuple[Lookup, ...]
    fields: tuple[FormField, ...]
    holder: str = ""  # the field that names the certificate's holder
    holder_code: str = ""
    certificate_facts: tuple[str, ...] = ()
    division: str = ""  # the field that says which division decides
    duty: str = ""  # which of its organisations

    def columns_of(self, dataset: str) -> tuple[str, ...]:
        """The data items a form needs of a dataset: no more is ever read."""
        lookups = {lookup.name for lookup in self.lookups if lookup.dataset == dataset}
        named = [source for one in self.fields for source in one.sources]
        named += [key for lookup in self.lookups for key in lookup.keys]
        parts = (source.partition(".") for source in named)
        return tuple(dict.fromkeys(column for name, _, column in parts if name in lookups))

    def field_named(self, name: str) -> FormField | None:
        return next((one for one in self.fields if one.name == name), None)

    @property
    def datasets(self) -> frozenset[str]:
        return frozenset(lookup.dataset for lookup in self.lookups)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was found, and where."""

    text: str
    dataset: str
    department: str
    as_of: date | None
    batch: str
    entry: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the lookups gave."""

    values: Mapping[str, Value]
    found: Mapping[str, Found] = field(default_factory=dict[str, Found])  # by lookup
    datasets: frozenset[str] = frozenset()  # in which a record was found


Reader = Callable[[str, str], Found | None]


def prefill(form: ItemForm, *, applicant: str, read: Reader) -> Prefilled:
    """Make every lookup whose key is known; ``read(dataset, identity number)``."""
    found: dict[str, Found] = {}
    for lookup in form.lookups:
        key = _first(lookup.keys, found, applicant)
        record = read(lookup.dataset, key) if key else None
        if record is not None:
            found[lookup.name] = record
    datasets = {lookup.name: lookup.dataset for lookup in form.lookups}
    values = {}
    for one in form.fields:
        value = _value(one, found, datasets)
        if value is not None:
            values[one.name] = value
    return Prefilled(values, found, frozenset(datasets[name] for name in found))


def _first(keys: tuple[str, ...], found: Mapping[str, Found], applicant: str) -> str:
    for key in keys:
        if key == APPLICANT:
            return applicant
        lookup, _, column = key.partition(".")
        if lookup in found and found[lookup].values.get(column):
            return found[lookup].values[column]
    return ""


def _value(one: FormField, found: Mapping[str, Found], datasets: Mapping[str, str]) -> Value | None:
    for source in one.sources:
        lookup, _, column = source.partition(".")
        record = found.get(lookup)
        if record is not None and record.values.get(column):
            return Value(
                record.values[column],
                datasets[lookup],
                record.department,
                record.as_of,
                record.batch,
                record.entry,
            )
    return None


@dataclass(frozen=True, slots=True)
class MaterialState:
    """One material of an application: how it is satisfied, or that it must be brought."""

    material: MaterialFacts
    satisfied_by: str  # "shared", "form", "promise", "not_needed" or "" (must be supplied)
    department: str = ""
    as_of: date | None = None


def material_states(
    materials: tuple[MaterialFacts, ...], form: ItemForm, prefilled: Prefilled
) -> list[MaterialState]:
    """How each material of the item stands once the records were read.

    A material whose dataset was read but held no record is not satisfied: it is asked for.
    """
    by_dataset = {
        lookup.dataset: prefilled.found[lookup.name]
        for lookup in form.lookups
        if lookup.name in prefilled.found
    }
    return [_material_state(material, by_dataset) for material in materials]


def _material_state(material: MaterialFacts, found: Mapping[str, Found]) -> MaterialState:
    if material.dataset in found:
        record = found[material.dataset]
        return MaterialState(material, "shared", record.department, record.as_of)
    if material.promise:
        return MaterialState(material, "promise")
    if not material.is_asked_for:
        return MaterialState(material, "not_needed")
    if material.is_online_form:
        return MaterialState(material, "form")
    return MaterialState(material, "")


SAME, CHANGED, GONE = "same", "changed", "gone"


def verification(kept: Mapping[str, str], now: Prefilled) -> dict[str, str]:
    """Each kept value against the records as they stand now: same, changed or gone."""
    return {
        name: GONE
        if name not in now.values
        else (SAME if now.values[name].text == text else CHANGED)
        for name, text in kept.items()
    }
