"""Two datasets joined on a key they share, and what agrees then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from yitang.data.collection.rules.sketches import EMPTY, ColumnSketch, KeySample, TableSketch

from .agreement import AGREED, FEWEST, MOST_CODES, agreement
from .found import Agreement, Overlap
from .held import Held

CONTAINED = 0.08  # of the smaller dataset's subjects, known to the larger
TRIED = 3  # keys, where the best finds too little: a count may look like a number that names
NAMING = 0.9  # so many different values among those filled: rather a number that names than a fact
ENOUGH = 1.5  # weights of agreeing facts together


def containment(one: ColumnSketch, other: ColumnSketch) -> tuple[int, float]:
    """How many values two columns share in their sketches, and of the smaller, which part."""
    limit = min(one.limit, other.limit)
    left, right = one.smallest[one.smallest <= limit], other.smallest[other.smallest <= limit]
    smaller = min(left.size, right.size)
    if not smaller:
        return 0, 0.0
    common = np.intersect1d(left, right, assume_unique=True).size
    return common, common / smaller


def compare(
    left: Held, right: Held, joins: Sequence[tuple[KeySample, KeySample]]
) -> Overlap | None:
    """What agrees between two datasets, joined on the best of the keys they share.

    Where by that too little agrees, the next keys are tried; then a column that could name
    every row is no fact, since by the better key it did not lead to one.
    """
    joined = [
        (quality, a, b, contained)
        for a, b in joins
        if (found := _join_quality(left, right, a, b)) is not None
        for quality, contained in [found]
    ]
    if not joined:
        return None
    joined.sort(key=lambda join: (join[0], join[1].columns, join[2].columns), reverse=True)
    best, *others = joined
    first = _joined_on(left, right, *best[1:])
    if first.weight >= ENOUGH:
        return first
    for join in others[: TRIED - 1]:
        one = _joined_on(left, right, *join[1:])
        facts = [
            f
            for f in one.agreements
            if not (_names_rows(left, f.left) and _names_rows(right, f.right))
        ]
        one = replace(one, agreements=tuple(facts))
        if one.weight >= ENOUGH:
            return one
    return first


def _joined_on(left: Held, right: Held, a: KeySample, b: KeySample, contained: float) -> Overlap:
    _, mine, theirs = np.intersect1d(a.hashes, b.hashes, assume_unique=True, return_indices=True)
    agreements = _agreements(left, right, a, b, a.rows[mine], b.rows[theirs])
    key = (" ".join(a.columns), " ".join(b.columns))
    if len(a.columns) == 1 and left.is_document(key[0]) and right.is_document(key[1]):
        agreements.insert(0, Agreement(*key, contained, contained, mine.size, False, 1.0))
    smaller, larger = sorted((a.keys.distinct, b.keys.distinct))
    return Overlap(
        left.code, right.code, key, mine.size, contained, tuple(agreements),
        covered=contained * smaller / larger,
    )  # fmt: skip


def _names_rows(held: Held, name: str) -> bool:
    if held.kind_of(name) in {"place", "person"}:  # may name a row and is a fact all the same
        return False
    column = next(column for column in held.table.columns if column.name == name)
    return column.distinct >= NAMING * column.filled


def _join_quality(
    left: Held, right: Held, a: KeySample, b: KeySample
) -> tuple[float, float] | None:
    """How well two keys join (an identifier better than a name), and the containment."""
    if len(a.columns) != len(b.columns):
        return None
    common, contained = containment(a.keys, b.keys)
    if common < FEWEST or contained < CONTAINED:
        return None
    once = [key.keys.distinct / max(key.keys.filled, 1) for key in (a, b)]
    kinds = {left.kind_of(a.columns[0]), right.kind_of(b.columns[0])}
    trust = 1.0 if kinds == {"identifier"} else 0.8 if "name" not in kinds else 0.5
    if left.is_quantity(a.columns[0]) or right.is_quantity(b.columns[0]):
        trust = 0.2  # a count may look like a number that names
    return min(1.0, contained + 0.1) * min(once) ** 0.5 * trust * min(1.0, common / 30), contained


def _agreements(
    left: Held, right: Held, a: KeySample, b: KeySample, mine: np.ndarray, theirs: np.ndarray
) -> list[Agreement]:
    """The items that agree, each with the one it agrees with best."""
    found = []
    of_people = left.names_a_person(a.columns[0]) and right.names_a_person(b.columns[0])
    for x, y in _worth_looking(left.table, right.table, mine, theirs):
        item, other = left.table.columns[x].name, right.table.columns[y].name
        if item in a.columns or other in b.columns:
            continue
        if (agreed := agreement(mine[:, x], theirs[:, y])) is not None:
            weight = min(left.weight_of(item), right.weight_of(other))
            if of_people and left.names_a_person(item) and right.names_a_person(other):
                weight = 1.0  # by one person's number another's: how the two stand to each other
            if left.is_document(item) and right.is_document(other):
                weight = 1.0  # both keep one and the same paper
            found.append(Agreement(item, other, *agreed, weight))
    found.sort(key=lambda one: (one.mapped, -one.beyond, -one.weight, one.left, one.right))
    taken: set[tuple[str, str]] = set()
    best = []
    for one in found:
        if not {("left", one.left), ("right", one.right)} & taken:
            taken |= {("left", one.left), ("right", one.right)}
            best.append(one)
    return best


def _worth_looking(
    left: TableSketch, right: TableSketch, mine: np.ndarray, theirs: np.ndarray
) -> list[tuple[int, int]]:
    """Pairs of columns that agree now and then, or that both hold few enough codes to map."""
    filled = (mine != EMPTY)[:, :, None] & (theirs != EMPTY)[:, None, :]
    equal = (mine[:, :, None] == theirs[:, None, :]) & filled
    often = equal.sum(0) >= AGREED / 2 * np.maximum(filled.sum(0), 1)
    few, other_few = (
        np.array([2 <= column.distinct <= MOST_CODES for column in table.columns])
        for table in (left, right)
    )
    return [(int(x), int(y)) for x, y in np.argwhere(often | (few[:, None] & other_few[None, :]))]
