"""What each pattern of agreement comes to: learned from the records themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.fusion.pipeline.expressions import Expression, named_table
from yitang.data.fusion.rules.specification import Specification
from yitang.data.fusion.rules.weights import (
    Weights,
    corrected,
    weights_from_labels,
    weights_from_mixture,
)
from yitang.data.lake.rules import Engine

from .blocks import with_both
from .forms import NUMBER
from .levels import (
    DIFFERENT,
    LABEL,
    LEFT,
    MILLI,
    PATTERN,
    RARITY,
    RIGHT,
    SAME,
    UNDECIDED,
    VERIFIED_BITS,
    Comparison,
    levels_schema,
    levels_step,
    sizes_of,
    taken_apart,
)
from .merging import Ids

CHANCE = 300_000  # pairs picked evenly
FEW_LABELS = 200  # of pairs that are one; with fewer the mixture is believed


@dataclass(frozen=True, slots=True)
class Judge:
    """What each pattern comes to, in bits; rare values come on top."""

    weights: Weights
    codes: Ids  # patterns that were met
    bits: np.ndarray

    def of(self, patterns: Ids) -> np.ndarray:
        return self.bits[np.searchsorted(self.codes, patterns)]


def judged(
    specification: Specification, records: Expression, patterns: Expression,
    comparisons: tuple[Comparison, ...], engine: Engine,
) -> tuple[Judge, int]:  # fmt: skip
    """Learned from labels where there are enough, else from the mixture."""
    counted = _counted(patterns, engine)
    codes = np.unique(counted[PATTERN].to_numpy())
    met, rare = np.zeros((3, len(codes))), np.zeros((3, len(codes)))
    place = np.searchsorted(codes, counted[PATTERN].to_numpy())
    met[counted[LABEL].to_numpy(), place] = counted["met"].to_numpy()
    rare[counted[LABEL].to_numpy(), place] = counted["rare"].cast(pl.Float64).to_numpy() / MILLI
    sizes = sizes_of(comparisons)
    rows = taken_apart(codes, sizes)
    learned = [at for at, one in enumerate(comparisons) if not one.is_verified]
    levels = [sizes[at] for at in learned]
    # Labelled pairs both have a number, so patterns are alike but for what is said of numbers.
    kinds, kind = np.unique(rows[:, learned], axis=0, return_inverse=True)
    same, different, undecided = (
        _summed(met[one], kind, len(kinds)) for one in (SAME, DIFFERENT, UNDECIDED)
    )
    rows_met, by_chance = _chance(specification, records, learned, sizes, engine)
    whole = np.concatenate([kinds, rows_met])
    chance = np.concatenate([np.zeros(len(kinds)), by_chance])
    longer = np.zeros(len(rows_met))
    if same.sum() >= FEW_LABELS and different.sum() >= FEW_LABELS:
        weights = weights_from_labels(
            whole, np.concatenate([same, longer]), chance, levels, prior=_prior(records, engine)
        )
        labelled = same + different
        rarity_met = _summed(rare[SAME] + rare[DIFFERENT], kind, len(kinds))
        mean = np.divide(rarity_met, labelled, out=np.zeros(len(kinds)), where=labelled > 0)
        bits = corrected(weights.of(kinds), same, different, mean)
    else:
        counts = np.concatenate([same + different + undecided, longer])
        count = count_of(records, engine)
        every = max(count * (count - 1) / 2, 1.0)
        weights = weights_from_mixture(whole, counts, chance, levels, every=every)
        bits = weights.of(kinds)
    judged = bits[kind] + _verified_bits(rows, comparisons)
    return Judge(_whole(weights, comparisons), codes, judged), int(undecided.sum())


def count_of(table: Expression, engine: Engine) -> int:
    """How many rows a table has."""
    return int(engine.answer(table.aggregate(n=table.count()))["n"][0].as_py())


def _counted(patterns: Expression, engine: Engine) -> pl.DataFrame:
    counted = patterns.group_by([PATTERN, LABEL]).agg(
        met=patterns.count(), rare=patterns[RARITY].sum()
    )
    return pl.DataFrame(engine.answer(counted)).sort(PATTERN, LABEL)


def _summed(values: np.ndarray, kind: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(kind.reshape(-1), weights=values, minlength=size)


def _chance(
    specification: Specification, records: Expression, learned: Sequence[int],
    sizes: tuple[int, ...], engine: Engine,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """How any two records agree: pairs picked evenly, the same ones whichever engine computes."""
    count = count_of(records, engine)
    pairs = _picked(count)
    schema = pa.schema([(LEFT, pa.int64()), (RIGHT, pa.int64())])
    batch = pa.RecordBatch.from_arrays([pa.array(side) for side in pairs], schema=schema)
    engine.accept("chance", [batch], schema=schema)
    both = with_both(named_table("chance", schema), records, specification)
    engine.keep("chance_patterns", both, step=levels_step(specification))
    found = _counted(named_table("chance_patterns", levels_schema()), engine)
    rows = taken_apart(found[PATTERN].to_numpy(), sizes)[:, learned]
    return rows, found["met"].to_numpy().astype(float)


def _picked(count: int) -> np.ndarray:
    """All pairs of few records, some evenly picked ones of many."""
    if count * (count - 1) // 2 <= CHANCE:
        return np.stack(np.triu_indices(count, 1))
    picked = np.random.default_rng(0).integers(0, count, (2, CHANCE))
    left, right = np.minimum(*picked), np.maximum(*picked)
    return np.unique(np.stack([left, right])[:, left != right], axis=1)


def _prior(records: Expression, engine: Engine) -> float:
    """Bits for any two records with a number having the same one."""
    held = records.filter(records[NUMBER].notnull())
    sizes = held.group_by(NUMBER).agg(met=held.count())
    sums = engine.answer(
        sizes.aggregate(
            pairs=(sizes.met * (sizes.met - 1)).cast("float64").sum() / 2,
            records=sizes.met.sum().cast("float64"),
        )
    ).to_pylist()[0]
    every = sums["records"] * (sums["records"] - 1) / 2
    return float(np.log2(max(sums["pairs"], 1.0) / max(every, 1.0)))


def _verified_bits(rows: np.ndarray, comparisons: Sequence[Comparison]) -> np.ndarray:
    total = np.zeros(len(rows))
    for at, one in enumerate(comparisons):
        if one.is_verified:
            total += np.array(VERIFIED_BITS)[rows[:, at]]
    return total


def _whole(found: Weights, comparisons: Sequence[Comparison]) -> Weights:
    """With the comparisons that nothing was learned of."""
    learned = iter(zip(found.bits, found.m, found.u, strict=True))
    whole = [(VERIFIED_BITS, (), ()) if one.is_verified else next(learned) for one in comparisons]
    bits, m, u = zip(*whole, strict=True)
    return Weights(bits, m, u, found.prior, found.learned, found.pairs)
