"""Reads of the list of items: search, one guide, and what sharing saves over the whole list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet

from yitang.data.catalogue.api import Dataset, Lineage, Neighbour
from yitang.ground.base.errors import NotFound
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import Page, cursor_of, numbers_of
from yitang.public.services.models import Item
from yitang.public.services.rules import (
    Gain,
    ItemFacts,
    Trips,
    TripSummary,
    combine,
    combine_gains,
    items_that_lose_a_trip,
    next_datasets_to_share,
    official_words,
    summarise,
    trips,
)

from .sharing import sharing_in_force

IN_USE = "1"
ITEM = Message("services.lineage.item", "service that it can spare a paper")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a list with its journeys as things stand."""

    item: Item
    trips: Trips


def search_items(
    text: str = "", *, department: str = "", target: str = "", cursor: str = "", limit: int = 20
) -> Page[ItemRow]:
    """Items in use that hold every word of ``text``, or what lists call it, the most used first.

    Words are Chinese, English, pinyin or its initials; ``target`` a code of ``TARGET``.
    """
    rows = Item.objects.filter(state=IN_USE).prefetch_related("materials").filter(_called(text))
    if department:
        rows = rows.filter(department=department)
    if target:
        rows = _serving(rows, target)
    if cursor:
        volume, pk = numbers_of(cursor, length=2)
        rows = rows.filter(Q(volume__lt=volume) | Q(volume=volume, pk__gt=pk))
    found = list(rows.order_by("-volume", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    sharing = sharing_in_force()
    return Page(
        [ItemRow(item, trips(item.facts(), sharing.for_item(item))) for item in found[:limit]],
        cursor_of(last.volume, last.pk) if last else None,
    )


def _called(text: str) -> Q:
    literally = Q()
    for word in text.lower().split():
        literally &= Q(search_text__contains=word)
    return reduce(or_, (Q(search_text__contains=name) for name in official_words(text)), literally)


def _serving(rows: QuerySet[Item], target: str) -> QuerySet[Item]:
    """``target`` is one digit, so the JSON list can be searched as text on every database."""
    digit = target if len(target) == 1 and target.isdigit() else "-"
    return rows.filter(target__icontains=f'"{digit}"')


def item_by_code(code: str) -> Item:
    """One item in use, its materials loaded; raises ``NotFound``."""
    return _one(Q(code=code), code)


def item_of_form(form: str) -> Item | None:
    """The most used item that an online form serves, or ``None``."""
    rows = Item.objects.filter(form=form, state=IN_USE).prefetch_related("materials")
    return rows.order_by("-volume", "pk").first()


def _one(condition: Q, wanted: object) -> Item:
    rows = Item.objects.filter(condition).exclude(state="4")
    item = rows.select_related("organisation__division").prefetch_related("materials").first()
    if item is None:
        raise NotFound(kind="service item", id=wanted)
    return item


def departments() -> list[tuple[str, int]]:
    """Departments with items in use and how many, the largest first."""
    rows = Item.objects.filter(state=IN_USE).values_list("department")
    return list(rows.annotate(count=Count("pk")).order_by("-count", "department"))


def all_item_facts() -> list[ItemFacts]:
    """Every item in use, as the rules read it."""
    return [item.facts() for item in _in_use()]


def trips_of(item: Item, *, shared: Collection[str] | None = None) -> Trips:
    """Journeys before and after; ``shared`` replaces what is shared with its department."""
    return trips(item.facts(), sharing_in_force(shared).for_item(item))


@dataclass(frozen=True, slots=True)
class TripReport:
    """The whole list counted once: its summary, each department's, what to share next."""

    summary: TripSummary
    departments: dict[str, TripSummary]  # the one with most journeys left first
    gains: list[Gain]  # the greatest saving first


def trip_report(*, shared: Collection[str] | None = None) -> TripReport:
    """Journeys over all items in use; ``shared`` replaces what is shared today."""
    by_department: dict[str, list[TripSummary]] = {}
    gains: list[Gain] = []
    for items, codes in _groups(shared):
        by_department.setdefault(items[0].department, []).append(summarise(items, codes))
        gains += next_datasets_to_share(items, codes)
    summaries = {name: combine(parts) for name, parts in by_department.items()}
    return TripReport(
        combine(summaries.values()),
        dict(sorted(summaries.items(), key=lambda pair: -pair[1].trips_after)),
        combine_gains(gains),
    )


def trip_summary(*, shared: Collection[str] | None = None) -> TripSummary:
    """Journeys over all items in use, weighted by cases a year: the cockpit's figures."""
    return combine(summarise(items, codes) for items, codes in _groups(shared))


def trip_summary_by_department(*, shared: Collection[str] | None = None) -> dict[str, TripSummary]:
    """The same by department, the one with most journeys left first."""
    return trip_report(shared=shared).departments


def sharing_gains(*, shared: Collection[str] | None = None) -> list[Gain]:
    """Which dataset to share next: trips saved a year, the greatest first."""
    return trip_report(shared=shared).gains


def trips_after_sharing(
    dataset: str, *, shared: Collection[str] | None = None
) -> list[tuple[ItemFacts, int, int]]:
    """The items that lose a trip by ``dataset``: facts, trips without it, trips with it."""
    rows = []
    for items, codes in _groups(shared):
        without = codes - {dataset}
        for item in items_that_lose_a_trip(items, shared=without, dataset=dataset):
            with_it = trips(item, without | {dataset})
            rows.append((item, len(trips(item, without).after), len(with_it.after)))
    return sorted(rows, key=lambda row: -row[0].volume)


def _in_use() -> list[Item]:
    return list(Item.objects.filter(state=IN_USE).prefetch_related("materials"))


def _groups(shared: Collection[str] | None) -> list[tuple[list[ItemFacts], frozenset[str]]]:
    """Items of one department each, with the datasets that are shared with it."""
    sharing = sharing_in_force(shared)
    groups: dict[tuple[int | None, str], tuple[list[ItemFacts], frozenset[str]]] = {}
    for item in _in_use():
        key = (item.organisation_id, item.department)
        group = groups.setdefault(key, ([], sharing.for_item(item)))
        group[0].append(item.facts())
    return list(groups.values())


def lineage_of_dataset(dataset: Dataset) -> Lineage:
    """The items in use that a dataset can spare a paper, the most used first."""
    return Lineage(down=[Neighbour(ITEM, item.name) for item in items_using(dataset.code)])


def items_using(dataset: str) -> list[Item]:
    """Items in use one of whose materials ``dataset`` can stand in for, the most used first."""
    rows = Item.objects.filter(state=IN_USE, materials__dataset=dataset).distinct()
    rows = rows.select_related("organisation__division")
    return list(rows.order_by("-volume", "pk"))
