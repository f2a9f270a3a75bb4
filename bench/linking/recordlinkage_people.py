"""recordlinkage for people: blocks, features, logistic regression; its own classes throughout.

It learns from the true answers for a thousand of its pairs, which nobody else is given: its
unsupervised classifier takes many true pairs for households where half of the numbers are missing.

Two features say that both records have a number, or a telephone, and that they differ: without them
a missing value and a wrong one would be the same to it.
"""

from __future__ import annotations

import functools
import warnings

import numpy as np
import pandas as pd
import polars as pl
import recordlinkage
from numpy.typing import NDArray

LABELS = 1000
BLOCKS = (
    ["number"],
    ["name", "birth"],
    ["reading", "birth"],
    ["phone", "birth"],
    ["door", "birth"],
    ["name", "phone"],
    ["reading", "phone"],
    ["reading", "door"],
    ["family", "birth", "sex"],
)


def links(
    records: pl.DataFrame, truth: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], pd.Series]:
    """Left and right record of every pair compared and the probability that they are one."""
    warnings.simplefilter("ignore")
    frame = records.drop("source", "source_id").to_pandas().set_index("unique_id")
    pairs = functools.reduce(pd.MultiIndex.union, (blocked(frame, block) for block in BLOCKS))
    features = compared(frame, pairs)
    left, right = (pairs.get_level_values(level).to_numpy().astype(np.int64) for level in (0, 1))
    answered = np.random.default_rng(1).choice(len(pairs), LABELS, replace=False)
    are_one = truth[left[answered]] == truth[right[answered]]
    classifier = recordlinkage.LogisticRegressionClassifier()
    classifier.fit(features.iloc[answered], pairs[answered[are_one]])
    return left, right, classifier.prob(features)


def blocked(frame: pd.DataFrame, columns: list[str]) -> pd.MultiIndex:
    return recordlinkage.Index().block(columns).index(frame.dropna(subset=columns))


def compared(frame: pd.DataFrame, pairs: pd.MultiIndex) -> pd.DataFrame:
    compare = recordlinkage.Compare()
    for column in ("number", "name", "birth", "phone", "door", "house", "sex", "family"):
        compare.exact(column, column, label=column)
    compare.string("reading", "reading", method="jarowinkler", threshold=0.92, label="reading")
    compare.string(
        "birth", "birth", method="damerau_levenshtein", threshold=0.8, label="near_birth"
    )
    features = compare.compute(pairs, frame)
    one, other = (frame.loc[pairs.get_level_values(level)] for level in (0, 1))
    for column in ("number", "phone"):
        here, there = one[column].to_numpy(), other[column].to_numpy()
        both = pd.notna(here) & pd.notna(there)
        features[f"{column}_differs"] = (both & (here != there)).astype(float)
    return features
