"""Whether two columns say the same of the same subjects, beyond chance."""

from __future__ import annotations

from math import sqrt

import numpy as np

from yitang.data.collection.rules.sketches import EMPTY

FEWEST = 5  # subjects that both know, below which nothing is said
AGREED = 0.6  # beyond chance: 0 is chance, 1 is always
MAPPED = 0.75
MAPPED_FROM = 20  # subjects, before one code may stand for another
MOST_CODES = 40
SURE = 4.0  # standard deviations from chance


def agreement(mine: np.ndarray, theirs: np.ndarray) -> tuple[float, float, int, bool] | None:
    """Rate, agreement beyond chance, subjects and whether by mapping; ``None`` when it is chance.

    Both are hashes of the same subjects in the same order, ``EMPTY`` where a value is missing.
    """
    filled = (mine != EMPTY) & (theirs != EMPTY)
    subjects = int(filled.sum())
    if subjects < FEWEST:
        return None
    mine, theirs = mine[filled], theirs[filled]
    values, mine_at, mine_count = np.unique(mine, return_inverse=True, return_counts=True)
    codes, theirs_at, theirs_count = np.unique(theirs, return_inverse=True, return_counts=True)
    _, x, y = np.intersect1d(values, codes, assume_unique=True, return_indices=True)
    chance = float((mine_count[x] / subjects * (theirs_count[y] / subjects)).sum())
    rate = float((mine == theirs).mean())
    if rate > chance:
        beyond = (rate - chance) / (1 - chance)
        spread = sqrt(max(chance * (1 - chance), 0.01 / subjects) / subjects)
        if beyond >= AGREED and (rate - chance) / spread >= SURE:
            return rate, beyond, subjects, False
    few = 2 <= values.size <= MOST_CODES and 2 <= codes.size <= MOST_CODES
    if not few or subjects < MAPPED_FROM:
        return None
    pairs = np.zeros((values.size, codes.size))
    np.add.at(pairs, (mine_at, theirs_at), 1)
    rate, beyond = _mapping(pairs)
    return (rate, beyond, subjects, True) if beyond >= MAPPED else None


def _mapping(pairs: np.ndarray) -> tuple[float, float]:
    """How surely one code tells the other: the rate, and the weaker of two measures of it.

    Guttman's lambda in both directions, and Cramér's V without bias (Bergsma 2013), which a
    handful of subjects in many classes does not deceive.
    """
    subjects = pairs.sum()
    rows, columns = pairs.sum(1), pairs.sum(0)
    rate = (pairs.max(1).sum() + pairs.max(0).sum()) / (2 * subjects)
    base = (rows.max() + columns.max()) / (2 * subjects)
    expected = np.outer(rows, columns) / subjects
    chi = ((pairs - expected) ** 2 / expected).sum()
    r, c = pairs.shape
    phi = max(0.0, chi / subjects - (r - 1) * (c - 1) / (subjects - 1))
    corrected = min(r - (r - 1) ** 2 / (subjects - 1), c - (c - 1) ** 2 / (subjects - 1))
    cramer = sqrt(phi / (corrected - 1)) if corrected > 1 else 0.0
    guttman = (rate - base) / (1 - base) if base < 1 else 0.0
    return float(rate), float(min(1.0, cramer, guttman))
