"""Clusters against the truth: pairs and B-cubed, over all records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float
    f1: float
    b_cubed: float

    def __str__(self) -> str:
        return (
            f"P {self.precision:.4f}  R {self.recall:.4f}  F1 {self.f1:.4f}"
            f"  B-cubed F1 {self.b_cubed:.4f}"
        )


def score(found: Labels, truth: Labels) -> Score:
    """``found`` and ``truth`` name the cluster and the entity of each record."""
    width = int(truth.max()) + 1
    both, together = np.unique(found * width + truth, return_counts=True)
    cluster, entity = both // width, both % width
    clusters, entities = np.bincount(found), np.bincount(truth)
    right, said, true = pairs(together), pairs(clusters), pairs(entities)
    precision, recall = right / max(said, 1), right / max(true, 1)
    of_cluster = (together**2 / clusters[cluster]).sum() / len(found)
    of_entity = (together**2 / entities[entity]).sum() / len(found)
    return Score(precision, recall, harmonic(precision, recall), harmonic(of_cluster, of_entity))


def pairs(sizes: Labels) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def components(records: int, left: Labels, right: Labels) -> Labels:
    graph = coo_array((np.ones(len(left), bool), (left, right)), shape=(records, records))
    found: Labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def guarded(
    records: int, left: Labels, right: Labels, weight: NDArray[np.float64], number: Labels
) -> Labels:
    """Links taken best first, never one that puts two different numbers into a cluster.

    ``number`` names a record's valid number, or is negative. Only the components that would hold
    two numbers need to be gone through link by link.
    """
    whole = components(records, left, right)
    numbered = number >= 0
    width = int(number.max()) + 1
    owned = np.unique(whole[numbered] * width + number[numbered]) // width
    torn = np.bincount(owned, minlength=int(whole.max()) + 1)[whole] > 1
    kept = ~torn[left]
    chosen = np.flatnonzero(~kept)
    parent = {int(record): int(record) for record in np.flatnonzero(torn)}
    holds = {record: int(number[record]) for record in parent}

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for link in chosen[np.argsort(-weight[chosen], kind="stable")]:
        one, other = root(int(left[link])), root(int(right[link]))
        if one != other and (holds[one] < 0 or holds[other] < 0 or holds[one] == holds[other]):
            parent[other], holds[one] = one, max(holds[one], holds[other])
            kept[link] = True
    return components(records, left[kept], right[kept])


def best(
    thresholds: Iterable[float], clusters: Callable[[float], Labels], truth: Labels
) -> tuple[float, Score]:
    """The threshold with the highest pair F1, chosen on the truth itself: in the peer's favour."""
    tried = ((at, score(clusters(at), truth)) for at in thresholds)
    return max(tried, key=lambda result: result[1].f1)
