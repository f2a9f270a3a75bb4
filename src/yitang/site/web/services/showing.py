"""Items, journeys and values as a page says them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext, gettext_noop, ngettext, pgettext

from yitang.data.catalogue.api import all_datasets
from yitang.ground.base.clock import Term, Unit, civil_date
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import translated, working_calendar
from yitang.public.services.api import (
    Application,
    ItemRow,
    OpenedAttachment,
    ShownValue,
    shown_values,
)
from yitang.public.services.rules import Cause, ItemFacts, Trip, Trips
from yitang.site.web.templatetags.look import day as said_day

STAGES = {
    "fetch": gettext_noop("Fetch a paper"),
    "hand_in": gettext_noop("Come to the window"),
    "examination": gettext_noop("Be there in person"),
    "collect": gettext_noop("Collect the result"),
}
SHORT_REASONS = {
    "services.trip.fetch": gettext_noop("a paper to fetch"),
    "services.trip.no_channel": gettext_noop("window only"),
    "services.trip.hand_in": gettext_noop("a paper to hand in"),
    "services.trip.identity": gettext_noop("identified in person"),
    "services.trip.signing": gettext_noop("signed before an officer"),
    "services.trip.both_parties": gettext_noop("both come together"),
    "services.trip.biometrics": gettext_noop("photograph or fingerprints"),
    "services.trip.inspection": gettext_noop("the place is looked at"),
    "services.trip.examination": gettext_noop("a test"),
    "services.trip.collect": gettext_noop("the result is collected"),
}
GROUPS = {
    "child": gettext_noop("Child"),
    "mother": gettext_noop("Mother"),
    "father": gettext_noop("Father"),
    "marriage": gettext_noop("Marriage"),
    "home": gettext_noop("Registered at"),
}
SEXES = {"1": gettext_noop("male"), "2": gettext_noop("female")}


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


def name_of(named: Named) -> str:
    """Its English name on an English page, if its department gave one."""
    is_english = (get_language() or "").startswith("en")
    return named.name_en if is_english and named.name_en else named.name


def dataset_names() -> dict[str, str]:
    """Catalogue code to the dataset's name."""
    return {dataset.code: dataset.name for dataset in all_datasets()}


@dataclass(frozen=True, slots=True)
class ShownCause:
    text: str
    dataset: str
    dataset_name: str


@dataclass(frozen=True, slots=True)
class ShownTrip:
    stage: str
    place: str
    causes: list[ShownCause]


def shown_trips(
    item: ItemFacts, journeys: Iterable[Trip], names: dict[str, str]
) -> list[ShownTrip]:
    """Each journey with its reasons; a dataset that would save it is named."""
    english = {material.name: name_of(material) for material in item.materials}
    return [
        ShownTrip(
            gettext(STAGES[trip.stage]),
            trip.place,
            [
                ShownCause(_cause_text(cause, english), cause.dataset, names.get(cause.dataset, ""))
                for cause in trip.causes
            ],
        )
        for trip in journeys
    ]


def _cause_text(cause: Cause, english: dict[str, str]) -> str:
    params = dict(cause.message.params)
    if "material" in params:
        params["material"] = english.get(str(params["material"]), params["material"])
    return translated(Message(cause.message.code, cause.message.template, params))


def trips_word(counted: Trips) -> str:
    """``不用跑``, ``跑 1 趟 · 现场查看``: the tag of an item."""
    count = len(counted.after)
    if not count:
        return gettext("No trip")
    said = ngettext("{count} trip", "{count} trips", count).format(count=count)
    cause = counted.after[0].causes[0].message.code
    return f"{said} · {gettext(SHORT_REASONS[cause])}"


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One row of the list of items."""

    code: str
    name: str
    department: str
    trips: str
    has_trips: bool
    saved: int
    promise: str


def shown_item(row: ItemRow, *, at: datetime) -> ShownItem:
    states_trips = bool(row.item.channels or row.trips.materials_before or row.trips.saved)
    return ShownItem(
        row.item.code,
        name_of(row.item),
        row.item.department,
        trips_word(row.trips) if states_trips else "",
        bool(row.trips.after),
        row.trips.saved,
        promise_word(row.item.promise, at=at),
    )


def promise_word(term: Term | None, *, at: datetime) -> str:
    """By which day it is done if applied for now: a date, never "3 working days"."""
    if term is None:
        return ""
    if not term.amount:
        return gettext("done at once")
    if term.unit is Unit.HOURS:
        return ngettext("within {count} hour", "within {count} hours", term.amount).format(
            count=term.amount
        )
    due = working_calendar().due_date(civil_date(at), term.amount, unit=term.unit)
    return gettext("done by {day}").format(day=said_day(due.day))


@dataclass(frozen=True, slots=True)
class ShownSource:
    dataset: str
    department: str
    as_of: str


@dataclass(frozen=True, slots=True)
class ShownField:
    """One value inside a group, with what may be doubted about it."""

    name: str
    label: str
    text: str
    is_masked: bool
    is_found: bool
    doubt: str
    verified: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """One line of the review page: whom or what it is about, its values, their sources."""

    code: str
    label: str
    fields: list[ShownField]
    sources: list[ShownSource]

    @property
    def headline(self) -> str:
        """The values in one line, as a clerk would read them out."""
        return pgettext("between values", ", ").join(
            field.text for field in self.fields if field.text
        )

    @property
    def doubted(self) -> bool:
        return any(field.doubt for field in self.fields)


def shown_groups(user: User, application: Application) -> list[ShownGroup]:
    """The values of an application that are known, group by group, as ``user`` sees them."""
    names = dataset_names()
    groups: dict[str, list[ShownValue]] = {}
    for one in shown_values(user, application):
        if not one.field.is_hidden and one.text:
            groups.setdefault(one.field.group, []).append(one)
    return [
        ShownGroup(
            code,
            gettext(GROUPS.get(code, code)),
            [_shown_field(one) for one in values],
            _sources(values, names),
        )
        for code, values in groups.items()
    ]


def _shown_field(one: ShownValue) -> ShownField:
    value = one.value
    return ShownField(
        one.field.name,
        gettext(one.field.label),
        said_value(one.field.kind, one.text),
        one.is_masked,
        bool(value and value.dataset),
        one.doubt,
        value.verified if value else "",
    )


def said_value(kind: str, text: str) -> str:
    """A stored value as a reader expects it."""
    if kind == "sex":
        return gettext(SEXES[text]) if text in SEXES else text
    if kind == "date":
        try:
            return full_day(date.fromisoformat(text[:10]))
        except ValueError:
            return text
    return text


def full_day(day: date) -> str:
    """With its year and without its weekday: ``2026 年 11 月 12 日``, ``12 Nov 2026``."""
    if (get_language() or "").startswith("zh"):
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {day:%b} {day.year}"


def month_day(day: date | None) -> str:
    """``11 月 12 日``, ``12 Nov``: of when a record is, without its weekday."""
    if day is None:
        return ""
    if (get_language() or "").startswith("zh"):
        return f"{day.month} 月 {day.day} 日"
    return f"{day.day} {day:%b}"


def _sources(values: list[ShownValue], names: dict[str, str]) -> list[ShownSource]:
    found = {}
    for one in values:
        value = one.value
        if value is not None and value.dataset:
            name = names.get(value.dataset, value.dataset)
            found[value.dataset] = ShownSource(name, value.department, month_day(value.as_of))
    return list(found.values())


def file_response(opened: OpenedAttachment) -> HttpResponse:
    """A photo to look at, a PDF to save; never kept by the browser, never read as a page."""
    response = HttpResponse(opened.content, content_type=opened.content_type)
    is_pdf = opened.content_type == "application/pdf"
    response["Content-Disposition"] = content_disposition_header(is_pdf, opened.name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
