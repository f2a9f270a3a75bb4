"""Journeys of a whole list of items at once: the columnar form of ``rules.trips``.

A list of items becomes arrays once; counting for another set of shared datasets is then a
handful of vector operations, so the whole list is counted again whenever a dataset is shared.
A property test holds this equal to ``rules.trips.journeys``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .rules import (
    EXAMINATION_PRESENCE,
    PAPER_ONLY,
    SUBMISSION_PRESENCE,
    ItemFacts,
)
from .rules.items import COURIER

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CompiledItems:
    """A list of items as columns; rows of ``material_*`` are the materials asked for."""

    codes: tuple[str, ...]
    datasets: tuple[str, ...]  # position 0 stands for "no dataset can stand in"
    volume: Integers
    is_instant: Booleans
    always_hand_in: Booleans
    takes_paper_at_window: Booleans
    has_examination: Booleans
    collects: Booleans
    material_dataset: Integers
    material_is_paper: Booleans
    material_item: Integers
    fetch_material: Integers  # which material, sorted by item and issuer
    fetch_start: Integers  # where each issuer's run begins
    fetch_item: Integers  # whose run it is


def compile_items(items: Sequence[ItemFacts]) -> CompiledItems:
    """The columns of ``items``."""
    asked = [
        (position, material)
        for position, item in enumerate(items)
        for material in item.materials
        if material.is_asked_for
    ]
    names = sorted({material.dataset for _, material in asked if material.dataset})
    number = {"": 0} | {name: index for index, name in enumerate(names, start=1)}
    runs: dict[tuple[int, str], list[int]] = {}
    for row, (position, material) in enumerate(asked):
        if material.obtained == "window":
            runs.setdefault((position, material.issuer or material.name), []).append(row)
    lengths = [len(rows) for rows in runs.values()]
    return CompiledItems(
        codes=tuple(item.code for item in items),
        datasets=("", *names),
        volume=np.array([item.volume for item in items], np.int64),
        is_instant=np.array([item.is_instant for item in items], np.bool_),
        always_hand_in=np.array([_always_hands_in(item) for item in items], np.bool_),
        takes_paper_at_window=np.array([COURIER not in item.channels for item in items], np.bool_),
        has_examination=np.array([i.presence in EXAMINATION_PRESENCE for i in items], np.bool_),
        collects=np.array([_collects(item) for item in items], np.bool_),
        material_dataset=np.array([number[m.dataset] for _, m in asked], np.int64),
        material_is_paper=np.array([m.form == PAPER_ONLY for _, m in asked], np.bool_),
        material_item=np.array([position for position, _ in asked], np.int64),
        fetch_material=np.array([row for rows in runs.values() for row in rows], np.int64),
        fetch_start=np.array(np.cumsum([0, *lengths[:-1]]) if lengths else [], np.int64),
        fetch_item=np.array([position for position, _ in runs], np.int64),
    )


def count_journeys(compiled: CompiledItems, shared: Collection[str]) -> Integers:
    """Journeys for one case of each item, in the order of ``compiled.codes``."""
    is_shared = np.array([name in shared and name != "" for name in compiled.datasets], np.bool_)
    brought = ~is_shared[compiled.material_dataset]
    size = len(compiled.codes)
    fetches = np.zeros(size, np.int64)
    if compiled.fetch_start.size:
        needed = np.logical_or.reduceat(brought[compiled.fetch_material], compiled.fetch_start)
        fetches = np.bincount(compiled.fetch_item[needed], minlength=size)
    papers = np.zeros(size, np.bool_)
    papers[compiled.material_item[brought & compiled.material_is_paper]] = True
    hand_in = compiled.always_hand_in | (papers & compiled.takes_paper_at_window)
    visits = hand_in.astype(np.int64) + compiled.has_examination + compiled.collects
    visits = np.where(compiled.is_instant, np.minimum(visits, 1), visits)
    total: Integers = fetches + visits
    return total


def trips_saved_by(
    compiled: CompiledItems, *, shared: Collection[str], dataset: str
) -> tuple[int, list[str]]:
    """Trips a year that sharing ``dataset`` next saves, and the codes of the items that gain."""
    lost = count_journeys(compiled, shared) - count_journeys(compiled, {*shared, dataset})
    codes = [compiled.codes[position] for position in np.flatnonzero(lost)]
    return int(lost @ compiled.volume), codes


def _always_hands_in(item: ItemFacts) -> bool:
    if item.presence in SUBMISSION_PRESENCE:
        return True
    return not item.is_online and COURIER not in item.channels


def _collects(item: ItemFacts) -> bool:
    return item.result_kind != "none" and set(item.delivery) == {"window"}
