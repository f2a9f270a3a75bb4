"""Reads of the list of items: search, one guide, and what sharing saves over the whole list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from yitang.ground.base.errors import NotFound
from yitang.ground.plumbing.api import Page, cursor_of, key_of
from yitang.public.services.models import Item, Material
from yitang.public.services.rules import (
    Gain,
    ItemFacts,
    Trips,
    TripSummary,
    items_that_lose_a_trip,
    next_datasets_to_share,
    summarise,
    trips,
)

from .sharing import shared_datasets

IN_USE = "1"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a list with its journeys as things stand."""

    item: Item
    trips: Trips


def search_items(
    text: str = "", *, department: str = "", target: str = "", cursor: str = "", limit: int = 20
) -> Page[ItemRow]:
    """Items in use that hold every word of ``text``, the most used first.

    Words are Chinese, English, pinyin or its initials; ``target`` a code of ``TARGET``.
    """
    rows = Item.objects.filter(state=IN_USE).prefetch_related("materials")
    for word in text.lower().split():
        rows = rows.filter(search_text__contains=word)
    if department:
        rows = rows.filter(department=department)
    if target:
        rows = _serving(rows, target)
    if cursor:
        volume, pk = key_of(cursor, length=2)
        rows = rows.filter(Q(volume__lt=volume) | Q(volume=volume, pk__gt=pk))
    found = list(rows.order_by("-volume", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    shared = shared_datasets()
    return Page(
        [ItemRow(item, trips(item.facts(), shared)) for item in found[:limit]],
        cursor_of(last.volume, last.pk) if last else None,
    )


def _serving(rows: QuerySet[Item], target: str) -> QuerySet[Item]:
    """``target`` is one digit, so the JSON list can be searched as text on every database."""
    digit = target if len(target) == 1 and target.isdigit() else "-"
    return rows.filter(target__icontains=f'"{digit}"')


def item_by_code(code: str) -> Item:
    """One item in use, its materials loaded; raises ``NotFound``."""
    return _one(Q(code=code), code)


def item_by_public_id(public_id: object) -> Item:
    """One item in use by its public id; raises ``NotFound``."""
    return _one(Q(public_id=public_id), public_id)


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
    rows = Item.objects.filter(state=IN_USE).prefetch_related("materials")
    return [item.facts() for item in rows]


def trips_of(item: Item, *, shared: Collection[str] | None = None) -> Trips:
    """Journeys before and after; ``shared`` defaults to what is shared with services now."""
    return trips(item.facts(), shared_datasets() if shared is None else shared)


def trip_summary(*, shared: Collection[str] | None = None) -> TripSummary:
    """Journeys over all items in use, weighted by cases a year: the cockpit's figures."""
    return summarise(all_item_facts(), _sharing(shared))


def trip_summary_by_department(*, shared: Collection[str] | None = None) -> dict[str, TripSummary]:
    """The same by department, the one with most journeys left first."""
    by_department: dict[str, list[ItemFacts]] = {}
    for facts in all_item_facts():
        by_department.setdefault(facts.department, []).append(facts)
    sharing = _sharing(shared)
    summaries = {name: summarise(items, sharing) for name, items in by_department.items()}
    return dict(sorted(summaries.items(), key=lambda pair: -pair[1].trips_after))


def sharing_gains(*, shared: Collection[str] | None = None) -> list[Gain]:
    """Which dataset to share next: trips saved a year, the greatest first."""
    return next_datasets_to_share(all_item_facts(), shared=_sharing(shared))


def trips_after_sharing(
    dataset: str, *, shared: Collection[str] | None = None
) -> list[tuple[ItemFacts, int, int]]:
    """The items that lose a trip once ``dataset`` is shared: facts, trips now, trips then."""
    sharing = _sharing(shared) - {dataset}
    losing = items_that_lose_a_trip(all_item_facts(), shared=sharing, dataset=dataset)
    return [
        (item, len(trips(item, sharing).after), len(trips(item, sharing | {dataset}).after))
        for item in sorted(losing, key=lambda item: -item.volume)
    ]


def datasets_wanted() -> list[str]:
    """Every dataset that could stand in for a material of some item."""
    rows = Material.objects.exclude(dataset="").values_list("dataset", flat=True)
    return sorted(set(rows))


def items_using(dataset: str) -> list[Item]:
    """Items in use one of whose materials ``dataset`` can stand in for, the most used first."""
    rows = Item.objects.filter(state=IN_USE, materials__dataset=dataset).distinct()
    return list(rows.order_by("-volume", "pk"))


def _sharing(shared: Iterable[str] | None) -> frozenset[str]:
    return frozenset(shared_datasets() if shared is None else shared)
