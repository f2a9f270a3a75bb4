"""The foundation databases: what they cover, where sources disagree, one person field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yitang.data.catalogue.api import all_datasets
from yitang.data.fusion import api as fusion
from yitang.data.fusion.rules import (
    AGE_BANDS,
    BASES,
    FIELD_LABELS,
    Base,
    FusionReport,
    SourceReport,
    age_band,
)
from yitang.ground.base.text import Message, mask_identity_number, mask_name
from yitang.ground.organisations.api import User, division_names, division_rows
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.shell.charts import Bar

from .forms import FindForm, PurposeForm

DIVISION_LENGTHS = (6, 9, 12)  # digits of a county, a town, a village
SEXES = {
    "0": Message("fusion.sex.0", "unknown"),
    "1": Message("fusion.sex.1", "male"),
    "2": Message("fusion.sex.2", "female"),
    "9": Message("fusion.sex.9", "not stated"),
}


@dataclass(frozen=True, slots=True)
class FilledField:
    label: Message
    share: float
    conflicts: int | None


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One county: persons by age band, and how many have an address and a telephone."""

    division: str
    bands: list[int]
    persons: int
    address_share: float
    phone_share: float


@dataclass(frozen=True, slots=True)
class CoverageGroup:
    """The counties of one city, folded under its own figures."""

    division: str
    rows: list[CoverageRow]

    @property
    def persons(self) -> int:
        return sum(row.persons for row in self.rows)

    @property
    def address_share(self) -> float:
        return sum(row.address_share * row.persons for row in self.rows) / self.persons

    @property
    def phone_share(self) -> float:
        return sum(row.phone_share * row.persons for row in self.rows) / self.persons


@dataclass(frozen=True, slots=True)
class Shown:
    """A base with the report of its last fusion, if there was one."""

    base: Base
    report: FusionReport | None
    fields: list[FilledField]
    coverage: list[CoverageGroup]
    conflicts: list[ConflictRow]
    sources: list[tuple[str, SourceReport]]  # with the dataset's name

    @property
    def matched_share(self) -> float:
        if self.report is None or not self.report.records:
            return 0.0
        return self.report.matched / self.report.records

    @property
    def bars(self) -> list[Bar]:
        """Which county has most, for the chart."""
        counties = [row for group in self.coverage for row in group.rows]
        rows = sorted(counties, key=lambda row: -row.persons)[:12]
        return [Bar(row.division, row.persons, text=f"{row.persons:,}") for row in rows]


@dataclass(frozen=True, slots=True)
class ConflictRow:
    person_id: str
    name: str
    division: str
    field: Message
    values_found: int


def start(request: HttpRequest) -> HttpResponse:
    """Each base: persons, coverage by division and age band, conflicts, sources."""
    user = _user(request)
    fusion.check_can_see(user)
    names = {code: name for code, name, *_ in division_rows()}
    may_open = fusion.can_open(user)
    context = {
        "bases": [_shown(base, names) for base in BASES.values()],
        "bands": [age_band(first) for first, _ in AGE_BANDS],
        "can_open": may_open,
        "form": FindForm(),
    }
    return render(request, "fusion/start.html", context)


def people(request: HttpRequest) -> HttpResponse:
    """Find a person by number, for a purpose; the opening is recorded."""
    return _open(request, FindForm(request.POST or None))


def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The same, for a person of a list: the purpose is asked first, each time."""
    return _open(request, PurposeForm(request.POST or None), person_id=str(person_id))


def _open(request: HttpRequest, form: forms.Form, *, person_id: str = "") -> HttpResponse:
    user = _user(request)
    fusion.check_can_open(user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "fusion/ask.html", {"form": form}, status=status)
    found = fusion.open_person(
        person_id=person_id,
        identity_number=form.cleaned_data.get("identity_number", ""),
        purpose=form.cleaned_data["purpose"],
        actor=user,
        at=now(),
    )
    page = _person_page(found) | {"purpose": form.cleaned_data["purpose"]}
    return render(request, "fusion/person.html", page)


def _person_page(found: fusion.Person) -> dict[str, object]:
    homes = [
        value
        for field in found.fields
        if field.name == "division_code"
        for value in (field.value, *(claim.value for claim in field.claims))
    ]
    names = division_names(home[:length] for home in homes for length in DIVISION_LENGTHS)
    fields = [
        {
            "label": FIELD_LABELS[field.name],
            "value": _said(field.name, field.value, names),
            "is_disputed": field.is_disputed,
            "claims": [(claim, _said(field.name, claim.value, names)) for claim in field.claims],
        }
        for field in found.fields
    ]
    return {
        "person": found,
        "number": mask_identity_number(found.identity_number),
        "fields": fields,
        "disputed": sum(field.is_disputed for field in found.fields),
    }


def _said(name: str, value: str, names: Mapping[str, str]) -> str:
    """A value in words: a code without its meaning tells a reader nothing."""
    if name == "sex" and value in SEXES:
        return translated(SEXES[value])
    if name == "division_code":
        known = [names[value[:length]] for length in DIVISION_LENGTHS if value[:length] in names]
        return " ".join([*known, value])
    return value


def _shown(base: Base, names: dict[str, str]) -> Shown:
    if fusion.last_run(base) is None:
        return Shown(base, None, [], [], [], [])
    report = fusion.last_report(base)
    fields = [
        FilledField(
            FIELD_LABELS[name],
            count / report.entities if report.entities else 0.0,
            report.conflicts.get(name),
        )
        for name, count in report.filled.items()
    ]
    disputes = (
        [
            ConflictRow(
                row.person_id,
                mask_name(row.name),
                _county(row.division_code, names),
                FIELD_LABELS[row.field],
                row.values_found,
            )
            for row in fusion.conflicts(limit=20)
        ]
        if base.subject == "person"
        else []
    )
    titles = {entry.code: entry.name for entry in all_datasets()}
    sources = [(titles.get(row.dataset, row.dataset), row) for row in report.sources]
    return Shown(base, report, fields, _coverage(report, names), disputes, sources)


def _county(code: str, names: dict[str, str]) -> str:
    """The county of a village or a street; of a city or a province its own name."""
    return names.get(code[:6]) or names.get(code, code)


def _coverage(report: FusionReport, names: dict[str, str]) -> list[CoverageGroup]:
    """Counties by city; those without one of their own, by their province."""
    groups: dict[str, CoverageGroup] = {}
    for code, row in _counties(report, names):
        above = next((key for key in (f"{code[:4]}00", f"{code[:2]}0000") if key in names), "")
        groups.setdefault(above, CoverageGroup(names.get(above, ""), [])).rows.append(row)
    return list(groups.values())


def _counties(report: FusionReport, names: dict[str, str]) -> list[tuple[str, CoverageRow]]:
    bands = [age_band(first) for first, _ in AGE_BANDS]
    found: dict[str, CoverageRow] = {}
    totals: dict[str, list[int]] = {}
    for row in report.coverage:
        name = names.get(row.division_code, row.division_code)
        line = found.setdefault(row.division_code, CoverageRow(name, [0] * len(bands), 0, 0.0, 0.0))
        line.bands[bands.index(row.band)] += row.persons
        sums = totals.setdefault(row.division_code, [0, 0, 0])
        for position, value in enumerate((row.persons, row.with_address, row.with_phone)):
            sums[position] += value
    return [
        (code, CoverageRow(line.division, line.bands, persons, address / persons, phone / persons))
        for code, line in found.items()
        for persons, address, phone in [totals[code]]
    ]


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise SignInNeeded
    return request.user
