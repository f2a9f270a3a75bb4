"""How much each degree of agreement says: the weights of Fellegi and Sunter.

A pair of records is a *pattern*: for each comparison a level, 0 where either value is missing.
The weight of a level is log2(m/u): m, how often it is met among pairs that are one, u among pairs
that are two. Where pairs agree on a verified number or hold two different ones, both are simply
counted; without such labels a mixture of the two is fitted to all pairs (expectation-maximisation).

Source: I. Fellegi, A. Sunter, A Theory for Record Linkage, JASA 64 (1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Patterns = np.ndarray[tuple[int, int], np.dtype[np.int64]]  # a row a pattern, a column a comparison
Counts = np.ndarray[tuple[int], np.dtype[np.float64]]
Table = tuple[tuple[float, ...], ...]  # by comparison, by level; level 0 is 0

_ROUNDS = 200
_STILL = 1e-7
_SMOOTHING = 0.5
_DOUBT = 3.0  # labelled pairs that weigh as much as what the weights say
_MOST = 30.0  # bits that one comparison can say


@dataclass(frozen=True, slots=True)
class Weights:
    """Bits for and against, by comparison and level; ``prior`` in bits too."""

    bits: Table
    m: Table
    u: Table
    prior: float
    learned: str  # ``labels`` or ``mixture``
    pairs: int  # that were learned from

    def of(self, patterns: Patterns) -> Counts:
        """The sum of the bits of each pattern, the prior included."""
        total = np.full(len(patterns), self.prior)
        for column, bits in enumerate(self.bits):
            total += np.array(bits)[patterns[:, column]]
        return total


def probability(bits: Any) -> Any:
    """What bits of evidence come to, between 0 and 1."""
    return 1.0 / (1.0 + np.exp2(-np.clip(bits, -200.0, 200.0)))


def weights_from_labels(
    patterns: Patterns, same: Counts, chance: Counts, levels: Sequence[int], *, prior: float
) -> Weights:
    """Counted: m among pairs of one number, u among pairs that chance brought together.

    ``same``, ``chance``: how many pairs of each pattern there are. ``levels``: how many levels
    each comparison has, 0 included. ``prior``: bits for one of any two records.
    """
    m = _shares(patterns, same, levels)
    u = _shares(patterns, chance, levels)
    return Weights(_bits(m, u), _table(m), _table(u), prior, "labels", int(same.sum()))


def corrected(bits: Counts, same: Counts, different: Counts, rarity: Counts) -> Counts:
    """The bits of each pattern, as far as it was met moved to what became of it.

    Comparisons are not independent: twins share a birthday, a surname and a home. A pattern that
    labelled pairs were met with often is believed as it was met, a rare one as the weights say.
    ``rarity``: the mean bits of rare values among those pairs, which come on top for each pair.
    """
    met = same + different
    belief = (same + _DOUBT * probability(bits)) / (met + _DOUBT)
    belief = np.clip(belief, 1e-9, 1 - 1e-9)
    found: Counts = np.log2(belief / (1 - belief)) - rarity * met / (met + _DOUBT)
    result: Counts = np.where(met > 0, found, bits)
    return result


def weights_from_mixture(
    patterns: Patterns, counts: Counts, chance: Counts, levels: Sequence[int], *, every: float
) -> Weights:
    """Fitted to pairs that nothing is known of: some are one, the others agree as chance has it.

    ``counts``, ``chance``: compared pairs, and pairs that chance brought together, of each
    pattern; ``every``: how many pairs all records make. It begins with the belief that pairs of
    one mostly agree.
    """
    u = _shares(patterns, chance, levels)
    m = [_agreeing(count) for count in levels]
    pairs = max(counts.sum() / 2, 1.0)
    prior = 0.0
    for _ in range(_ROUNDS):
        prior = float(np.log2(pairs / every))
        belief = probability(Weights(_bits(m, u), (), (), prior, "", 0).of(patterns))
        before, pairs = pairs, max(float((counts * belief).sum()), 1.0)
        m = _shares(patterns, counts * belief, levels)
        if abs(pairs - before) < _STILL * pairs:
            break
    return Weights(_bits(m, u), _table(m), _table(u), prior, "mixture", int(counts.sum()))


def _agreeing(levels: int) -> Counts:
    """Most of the mass on the highest level, halving downwards; the rest on the lowest."""
    shares = np.array([0.0, *(2.0 ** -(levels - 1 - level) for level in range(1, levels))])
    result: Counts = shares / max(shares.sum(), 1e-9)
    return result


def _shares(patterns: Patterns, counts: Counts, levels: Sequence[int]) -> list[Counts]:
    """For each comparison how often each level is met where both values are there."""
    found = []
    for column, size in enumerate(levels):
        sums = np.bincount(patterns[:, column], weights=counts, minlength=size).astype(float)
        sums[0] = 0.0
        sums[1:] += _SMOOTHING
        found.append(sums / sums.sum())
    return found


def _bits(m: Sequence[Counts], u: Sequence[Counts]) -> Table:
    rows = []
    for of_m, of_u in zip(m, u, strict=True):
        row = np.zeros(len(of_m))
        row[1:] = np.clip(np.log2(of_m[1:] / of_u[1:]), -_MOST, _MOST)
        rows.append(row)
    return _table(rows)


def _table(rows: Sequence[Counts]) -> Table:
    return tuple(tuple(float(value) for value in row) for row in rows)
