"""Quality rules over the columns of a chunk: the same answers as ``rules.quality``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.rules.quality import QualityRule, bounds
from yitang.data.collection.rules.writings import Mask

from .faults import Positions
from .seen import Seen


def judge_rows(
    rows: pa.RecordBatch,
    rules: Sequence[QualityRule],
    kinds: Mapping[str, str],
    *,
    wanted: Mask,
    seen: Seen,
    references: Mapping[str, pl.Series],
) -> list[tuple[QualityRule, Positions]]:
    """Which of the ``wanted`` rows break which rule; a rejected one makes no other a repetition.

    ``references``: name of a rule to the texts that it may refer to.
    """
    frame = pl.DataFrame(rows)
    single = [rule for rule in rules if rule.kind != "unique"]
    found: list[tuple[QualityRule, Positions]] = []
    broken = frame.select(
        _broken(rule, kinds, references).fill_null(value=False).alias(rule.name) for rule in single
    )
    good = wanted.copy()
    for rule in single:
        bad = broken[rule.name].to_numpy() & wanted
        found.append((rule, np.flatnonzero(bad)))
        if rule.severity == "reject":
            good &= ~bad
    for rule in rules:
        if rule.kind == "unique":
            keys = frame.select(_key(rule)).to_series().to_arrow()
            bad = seen.repeated(f"rule:{rule.name}", keys, good) & wanted
            found.append((rule, np.flatnonzero(bad)))
            if rule.severity == "reject":
                good &= ~bad
    return [(rule, positions) for rule, positions in found if positions.size]


def is_usable_pattern(pattern: str) -> bool:
    """Whether the engine that runs in linear time understands it too."""
    try:
        pl.Series([""]).str.contains(whole(pattern))
    except pl.exceptions.ComputeError:
        return False
    return True


def whole(pattern: str) -> str:
    """A pattern that the whole text must have."""
    return rf"\A(?:{pattern})\z"


def _broken(
    rule: QualityRule, kinds: Mapping[str, str], references: Mapping[str, pl.Series]
) -> pl.Expr:
    columns = [pl.col(name) for name in rule.items]
    first = columns[0]
    match rule.kind:
        case "range":
            low, high = bounds(rule, kinds[rule.items[0]])
            below = first < low if low is not None else pl.lit(value=False)
            above = first > high if high is not None else pl.lit(value=False)
            return first.is_not_null() & (below | above)
        case "pattern":
            return ~first.str.contains(whole(rule.pattern))
        case "order":
            return first > columns[1]
        case "if_then":
            given = first == rule.value if rule.value else first.is_not_null()
            return given & columns[1].is_null()
        case "one_of":
            return pl.sum_horizontal(column.is_not_null() for column in columns) != 1
        case "reference":
            return ~first.cast(pl.String).is_in(references[rule.name].implode())
    raise ValueError(rule.kind)


def _key(rule: QualityRule) -> pl.Expr:
    """The values of a row as one text, each after its length; empty where one of them is."""
    texts = [pl.col(name).cast(pl.String) for name in rule.items]
    parts = [part for text in texts for part in (text.str.len_bytes().cast(pl.String), text)]
    return pl.concat_str(parts, separator=":")
