"""Entities out of pairs: the surest first, and never two verified numbers in one.

Records of one verified number begin as one entity. Where joining all sure pairs would bring two
numbers together, they are taken one by one from the surest down, and the pair that would do it is
kept for people to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ids = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Merged:
    """``entity`` of each record (the smallest record in it), and the pairs that were refused."""

    entity: Ids
    refused: Ids  # positions in the pairs given


def merged(
    count: int, number: Ids, left: Ids, right: Ids, bits: np.ndarray[Any, np.dtype[np.float64]]
) -> Merged:
    """Join ``count`` records by sure pairs; ``number``: a code of each record's, -1 for none."""
    start = units(number)
    a, b = start[left], start[right]
    inner = a != b
    _, component = connected_components(
        coo_array((np.ones(int(inner.sum()), dtype=np.int8), (a[inner], b[inner])), (count, count)),
        directed=False,
    )
    crowded = _crowded(component[start], number)
    simple = ~crowded[component[a]]
    parent = start.copy()
    refused = np.zeros(0, dtype=np.int64)
    hard = np.flatnonzero(inner & ~simple)
    if hard.size:
        order = hard[np.lexsort((right[hard], left[hard], -bits[hard]))]
        parent, refused = _one_by_one(parent, number, a, b, order)
    easy = inner & simple
    joined = np.concatenate([a[easy], np.arange(count)]), np.concatenate([b[easy], parent])
    _, label = connected_components(
        coo_array((np.ones(len(joined[0]), dtype=np.int8), joined), (count, count)), directed=False
    )
    first = np.full(int(label.max(initial=-1)) + 1, count, dtype=np.int64)
    np.minimum.at(first, label, np.arange(count))
    return Merged(first[label], refused)


def units(number: Ids) -> Ids:
    """The first record of each number; every other record itself."""
    start = np.arange(len(number))
    has = np.flatnonzero(number >= 0)
    if has.size:
        _, first, where = np.unique(number[has], return_index=True, return_inverse=True)
        start[has] = has[first][where]
    return start


def _crowded(component: Ids, number: Ids) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which components hold more than one number."""
    has = number >= 0
    pairs = np.unique(np.stack([component[has], number[has]], axis=1), axis=0)
    size = int(component.max(initial=-1)) + 1
    return np.bincount(pairs[:, 0], minlength=size) > 1


def _one_by_one(parent: Ids, number: Ids, a: Ids, b: Ids, order: Ids) -> tuple[Ids, Ids]:
    above = parent.tolist()
    held = number.tolist()
    refused = []
    for at, left, right in zip(order.tolist(), a[order].tolist(), b[order].tolist(), strict=True):
        one, other = _root(above, left), _root(above, right)
        if one == other:
            continue
        if held[one] >= 0 and held[other] >= 0:
            refused.append(at)
            continue
        if held[other] >= 0:
            one, other = other, one
        above[other] = one
    return np.array(above, dtype=np.int64), np.array(refused, dtype=np.int64)


def _root(above: list[int], record: int) -> int:
    while above[record] != record:
        above[record] = record = above[above[record]]
    return record
