"""Which datasets stand in for papers now, and for whose items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from yitang.public.services.models import Item, SharedSource


@dataclass(frozen=True, slots=True)
class Sharing:
    """Dataset codes by department; those noted without a grant hold for every department."""

    everywhere: frozenset[str]
    by_organisation: dict[int, frozenset[str]]

    def for_item(self, item: Item) -> frozenset[str]:
        """What stands in for papers of this item."""
        if item.organisation_id is None:
            return self.everywhere
        return self.everywhere | self.by_organisation.get(item.organisation_id, frozenset())

    @property
    def anywhere(self) -> frozenset[str]:
        return self.everywhere.union(*self.by_organisation.values())


def sharing_in_force(assumed: Collection[str] | None = None) -> Sharing:
    """What is shared with services today, or ``assumed`` for every department instead."""
    if assumed is not None:
        return Sharing(frozenset(assumed), {})
    everywhere: set[str] = set()
    found: dict[int, set[str]] = defaultdict(set)
    for dataset, organisation in SharedSource.objects.values_list("dataset", "organisation_id"):
        (everywhere if organisation is None else found[organisation]).add(dataset)
    return Sharing(frozenset(everywhere), {key: frozenset(codes) for key, codes in found.items()})


def shared_datasets() -> frozenset[str]:
    """Every dataset that stands in for papers of some item today."""
    return sharing_in_force().anywhere
