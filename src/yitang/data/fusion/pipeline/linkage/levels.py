"""How far two records agree, comparison by comparison: pairs become patterns of levels.

Level 0 is a missing value, 1 disagreement, the highest one equality. What people of one household
have in common (address, telephone) is one comparison, so that it is not counted twice. No Django.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from rapidfuzz.distance import OSA, Indel, JaroWinkler
from rapidfuzz.process import cpdist

from yitang.data.fusion.rules.specification import VERIFIED, Field, Specification
from yitang.data.lake.rules import Step

from .forms import NUMBER, compared_columns, numbers, sound

Levels = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

LEFT, RIGHT, PATTERN, RARITY, LABEL = "l", "r", "pattern", "rarity", "label"
UNDECIDED, SAME, DIFFERENT = 0, 1, 2
# How many levels a comparison of each kind has, the missing one included.
SIZES: Mapping[str, int] = {
    "name": 6, "text": 6, "company": 6, "date": 5, "sex": 3, "category": 3, "phone": 3,
    "code": 4, "number": 4, "address": 6, "identity_number": 4, "credit_code": 4,
}  # fmt: skip
# What a verified number tells of a record that has none that fits: learned from nothing, since
# the pairs that teach are those in which both have one. One slip apart, or far apart.
VERIFIED_BITS = (0.0, -3.0, 9.0, 12.0)
RARE_KINDS = frozenset({"name", "text", "company", "phone", "date", "code"})
MILLI = 1000  # how rare a value is stands in thousandths of a bit: whole, so engines agree
_CLOSE, _ALIKE = 0.9, 0.75
_ROAD_ALIKE, _ROAD_PART = 0.8, 3  # share of common characters; characters of the shorter


@dataclass(frozen=True, slots=True)
class Comparison:
    """One column of a pattern: one field, or several that are one piece of evidence."""

    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return " + ".join(one.name for one in self.fields)

    @property
    def size(self) -> int:
        return int(np.prod([SIZES[one.kind] for one in self.fields]))

    @property
    def is_verified(self) -> bool:
        return self.fields[0].kind in VERIFIED


def comparisons_of(specification: Specification) -> tuple[Comparison, ...]:
    """The comparisons of a pattern, in their order."""
    shared = tuple(one for one in specification.fields if one.name in specification.household)
    alone = [one for one in specification.fields if one not in shared]
    found = [Comparison((one,)) for one in alone]
    return tuple([*found, Comparison(shared)] if shared else found)


def sizes_of(comparisons: Sequence[Comparison]) -> tuple[int, ...]:
    return tuple(one.size for one in comparisons)


def taken_apart(patterns: Levels, sizes: Sequence[int]) -> np.ndarray:
    """Patterns as rows of levels."""
    columns = []
    for size in reversed(sizes):
        patterns, level = np.divmod(patterns, size)
        columns.append(level)
    return np.stack(columns[::-1], axis=1) if columns else np.zeros((len(patterns), 0), np.int64)


def rarity(name: str) -> str:
    """The column with how rare a value is: thousandths of a bit above equal values on average."""
    return f"{name}__r"


def rare_fields(specification: Specification) -> tuple[Field, ...]:
    return tuple(one for one in specification.fields if one.kind in RARE_KINDS)


def pair_columns(specification: Specification) -> list[str]:
    """The columns that a pair needs of each of its records."""
    columns = [name for one in specification.fields for name, _ in compared_columns(one)]
    return [NUMBER, *columns, *(rarity(one.name) for one in rare_fields(specification))]


def levels_schema() -> pa.Schema:
    return pa.schema(
        [(LEFT, pa.int64()), (RIGHT, pa.int64()), (PATTERN, pa.int64()), (RARITY, pa.int64()),
         (LABEL, pa.int8())]
    )  # fmt: skip


def levels_step(specification: Specification) -> Step:
    """Pairs (``l``, ``r``, and the columns of both with ``l_`` and ``r_``) as patterns."""
    schema = levels_schema()
    return Step(schema, partial(compared, specification=specification, schema=schema))


def compared(
    batch: pa.RecordBatch, *, specification: Specification, schema: pa.Schema
) -> pa.RecordBatch:
    pairs = pl.DataFrame(pa.Table.from_batches([batch]))
    pattern = np.zeros(len(pairs), dtype=np.int64)
    rare = np.zeros(len(pairs), dtype=np.int64)
    for comparison in comparisons_of(specification):
        for one in comparison.fields:
            level = _LEVELS[one.kind](pairs, one.name)
            pattern = pattern * SIZES[one.kind] + level
            if one.kind in RARE_KINDS:
                bits = pairs[f"l_{rarity(one.name)}"].fill_null(0).to_numpy()
                rare += np.where(level == SIZES[one.kind] - 1, bits, 0)
    left, right = pairs[f"l_{NUMBER}"], pairs[f"r_{NUMBER}"]
    both = (left.is_not_null() & right.is_not_null()).to_numpy()
    same = (left == right).fill_null(value=False).to_numpy()
    label = np.where(both, np.where(same, SAME, DIFFERENT), UNDECIDED).astype(np.int8)
    arrays = [pairs[LEFT].to_numpy(), pairs[RIGHT].to_numpy(), pattern, rare, label]
    return pa.RecordBatch.from_arrays([pa.array(array) for array in arrays], schema=schema)


def _present(pairs: pl.DataFrame, name: str) -> Mask:
    both = pairs[f"l_{name}"].is_not_null() & pairs[f"r_{name}"].is_not_null()
    return np.asarray(both.to_numpy())


def _equal(pairs: pl.DataFrame, name: str) -> Mask:
    same = pairs[f"l_{name}"] == pairs[f"r_{name}"]
    return np.asarray(same.fill_null(value=False).to_numpy())


def _plain(pairs: pl.DataFrame, name: str) -> Levels:
    """Equal or not."""
    return np.where(_present(pairs, name), 1 + _equal(pairs, name), 0)


def _name(pairs: pl.DataFrame, name: str) -> Levels:
    """Equal, of one sound, close, alike, another."""
    level = np.where(_present(pairs, name), 1, 0)
    equal = _equal(pairs, name)
    alike = _equal(pairs, sound(name)) & ~equal
    rest = np.flatnonzero((level == 1) & ~equal & ~alike)
    likeness = _likeness(pairs, name, rest)
    level[rest] += (likeness >= _ALIKE).astype(np.int64) + (likeness >= _CLOSE)
    level[alike], level[equal] = 4, 5
    return level


def _date(pairs: pl.DataFrame, name: str) -> Levels:
    """Equal, one slip apart (a digit, day and month exchanged), the same year, another."""
    present = _present(pairs, name)
    left, right = (
        pairs[f"{side}_{name}"].fill_null(0).to_numpy().astype(np.int64) for side in "lr"
    )
    year = left // 10_000 == right // 10_000
    month_l, day_l = left // 100 % 100, left % 100
    month_r, day_r = right // 100 % 100, right % 100
    swapped = year & (month_l == day_r) & (day_l == month_r)
    slips = sum((left // 10**at % 10 != right // 10**at % 10).astype(np.int64) for at in range(8))
    level = np.where(present, 1, 0)
    level[present & year] = 2
    level[present & (swapped | (slips == 1))] = 3
    level[present & (left == right)] = 4
    return level


def _slip(pairs: pl.DataFrame, name: str) -> Levels:
    """Equal, one slip apart (a character more, less, other, or two exchanged), another."""
    level = np.where(_present(pairs, name), 1, 0)
    equal = _equal(pairs, name)
    rest = np.flatnonzero((level == 1) & ~equal)
    if rest.size:
        left, right = (pairs[f"{side}_{name}"].gather(rest).to_list() for side in "lr")
        apart = cpdist(left, right, scorer=OSA.distance, score_cutoff=1, dtype=np.int32)
        level[rest] += apart <= 1
    level[equal] = 3
    return level


def _address(pairs: pl.DataFrame, name: str) -> Levels:
    """Another, one road, numbers alone, some numbers of one road, all of them."""
    present, same = _present(pairs, name), _equal(pairs, numbers(name))
    level = np.where(present, 1, 0)
    road = _roads_alike(pairs, name)
    level[road] = 2
    level[present & same] = 3
    rest = np.flatnonzero(road & ~same & _present(pairs, numbers(name)))
    level[rest[_some_numbers(pairs, numbers(name), rest)]] = 4
    level[road & same] = 5
    return level


def _roads_alike(pairs: pl.DataFrame, name: str) -> Mask:
    """Equal, nearly so, or one a part of the other (中山路, 中山路和谐家园)."""
    alike = _equal(pairs, name)
    rest = np.flatnonzero(_present(pairs, name) & ~alike)
    texts = pairs.select(f"l_{name}", f"r_{name}")[rest]
    different = texts.unique(maintain_order=True)
    left, right = (different[f"{side}_{name}"] for side in "lr")
    apart = cpdist(left.to_list(), right.to_list(), scorer=Indel.distance, dtype=np.int32)
    sizes = np.stack([left.str.len_chars().to_numpy(), right.str.len_chars().to_numpy()])
    shorter, longer = sizes.min(axis=0, initial=99), sizes.max(axis=0, initial=0)
    is_part = (apart <= longer - shorter) & (shorter >= _ROAD_PART)
    near = apart <= (1 - _ROAD_ALIKE) * (longer + shorter)
    known = different.with_columns(pl.Series("alike", is_part | near))
    joined = texts.join(known, on=texts.columns, how="left", maintain_order="left")
    alike[rest] = joined["alike"].to_numpy()
    return alike


def _some_numbers(pairs: pl.DataFrame, name: str, rows: np.ndarray) -> Mask:
    """Whether the numbers of one address are all among those of the other: 903, 7-2-903."""
    left, right = (pairs[f"{side}_{name}"].gather(rows).str.split("-") for side in "lr")
    common = pl.DataFrame({"l": left, "r": right}).select(
        (pl.col("l").list.set_difference("r").list.len() == 0)
        | (pl.col("r").list.set_difference("l").list.len() == 0)
    )
    return np.asarray(common.to_series().to_numpy())


def _likeness(pairs: pl.DataFrame, name: str, rows: np.ndarray) -> np.ndarray:
    """Jaro-Winkler, each different pair of texts once."""
    if not rows.size:
        return np.zeros(0)
    texts = pairs.select(f"l_{name}", f"r_{name}")[rows]
    different = texts.unique(maintain_order=True)
    found = cpdist(
        different[f"l_{name}"].to_list(),
        different[f"r_{name}"].to_list(),
        scorer=JaroWinkler.normalized_similarity,
        dtype=np.float32,
    )
    known = different.with_columns(pl.Series("likeness", found))
    joined = texts.join(known, on=[f"l_{name}", f"r_{name}"], how="left", maintain_order="left")
    return np.asarray(joined["likeness"].to_numpy())


_LEVELS = {
    "name": _name, "text": _name, "company": _name, "date": _date, "sex": _plain,
    "category": _plain, "phone": _plain, "code": _slip, "number": _slip,
    "identity_number": _slip, "credit_code": _slip, "address": _address,
}  # fmt: skip
