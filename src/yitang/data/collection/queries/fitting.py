"""Which datasets a table may belong to, by the headings of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yitang.data.catalogue.api import (
    Dataset,
    all_datasets,
    entries_of_organisations,
    items_of,
    with_items,
)
from yitang.data.collection.access import HAND_IN, can_hand_in
from yitang.data.collection.models import Drift
from yitang.data.collection.rules import RENAMED, Matching, match_columns
from yitang.ground.organisations.api import User, scope_of

_AT_ONCE = 5_000  # entries whose items one query asks for
Wanted = tuple[str, str, list[str]]  # name, label and aliases of an item


@dataclass(frozen=True, slots=True)
class Headings:
    """The words by which a dataset's columns are recognised; of days apart, too."""

    dataset: Dataset
    wanted: list[Wanted]
    dates: list[Wanted]

    def match(self, columns: Sequence[str]) -> Matching:
        return match_columns(self.wanted, columns)

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether every item has its column; an entry without items fits nothing."""
        return bool(self.wanted) and not self.match(columns).missing


def headings_of(datasets: Sequence[Dataset]) -> list[Headings]:
    """Of each dataset, in a few queries however many there are.

    A renamed column that the data officer took is an alias from then on.
    """
    rows = [
        row
        for start in range(0, len(datasets), _AT_ONCE)
        for row in with_items(list(datasets[start : start + _AT_ONCE]))
    ]
    taken = Drift.objects.filter(kind=RENAMED, state="taken")
    if len(rows) == 1:
        taken = taken.filter(dataset=rows[0])
    renamed: dict[tuple[int, str], list[str]] = {}
    for dataset, item, column in taken.values_list("dataset_id", "item", "column"):
        renamed.setdefault((dataset, item), []).append(column)
    return [_headings(row, renamed) for row in rows]


def _headings(row: Dataset, renamed: dict[tuple[int, str], list[str]]) -> Headings:
    items = items_of(row)
    return Headings(
        row,
        [
            (item.name, item.label, [*item.aliases, *renamed.get((row.pk, item.name), [])])
            for item in items
        ],
        [
            (item.name, item.label, list(item.aliases))
            for item in items
            if item.type in {"D", "T"}  # a workbook may hold a day as a bare number
        ],
    )


def wanted_columns(dataset: Dataset) -> list[Wanted]:
    """Name, label and aliases of each item, as header and columns are recognised by."""
    return headings_of([dataset])[0].wanted


def date_columns(dataset: Dataset) -> list[Wanted]:
    """The same of the items that are days."""
    return headings_of([dataset])[0].dates


def own_datasets(user: User) -> list[Dataset]:
    """Those that ``user`` hands in, by code."""
    posts = scope_of(user, permission=HAND_IN).posts
    if any(post.organisation_id is None for post in posts):  # the platform itself
        found = all_datasets()
    else:
        found = entries_of_organisations({post.organisation_id for post in posts})
    return [entry for entry in found if can_hand_in(user, entry)]


def suitable_datasets(
    user: User, columns: Sequence[str], datasets: Sequence[Dataset]
) -> list[Dataset]:
    """Those of ``datasets`` that ``user`` hands in and whose every column is there."""
    own = [entry for entry in datasets if can_hand_in(user, entry)]
    return [one.dataset for one in fitting(columns, headings_of(own))]


def fitting(columns: Sequence[str], headings: Sequence[Headings]) -> list[Headings]:
    """Those whose every column is there."""
    return [one for one in headings if one.fits(columns)]


def nearest_dataset(
    user: User, columns: Sequence[str], datasets: Sequence[Dataset]
) -> tuple[Dataset, tuple[str, ...]] | None:
    """The one that ``user`` hands in of which most columns are there, and the labels missing."""
    own = [entry for entry in datasets if can_hand_in(user, entry)]
    return nearest(columns, headings_of(own))


def nearest(
    columns: Sequence[str], headings: Sequence[Headings]
) -> tuple[Dataset, tuple[str, ...]] | None:
    """The one of which most columns are there, and the labels missing; ``None``: it has none."""
    found = [(one.dataset, one.match(columns)) for one in headings]
    if not any(matching.columns for _, matching in found):
        return None
    dataset, matching = max(found, key=lambda pair: len(pair[1].columns))
    return dataset, matching.missing
