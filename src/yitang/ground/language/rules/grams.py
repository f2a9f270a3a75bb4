"""Character n-grams of many texts at once, hashed into buckets: the ground of all comparison.

Counting runs in numpy over the code points of a whole batch, about ten times as fast as
a loop over n-gram strings, and needs no vocabulary: a bucket is the top bits of a fixed mix
of the code points, the same in every process and on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BATCH = 2_000  # texts counted at once: about 20 MB of keys for messages of usual length
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


@dataclass(frozen=True)
class GramCounts:
    """Row ``i`` holds the buckets ``indices[indptr[i]:indptr[i + 1]]``, each ``counts`` times.

    Buckets rise within a row and lie below ``2 ** bits``.
    """

    indptr: IntArray
    indices: IntArray
    counts: IntArray
    bits: int

    def __len__(self) -> int:
        return len(self.indptr) - 1


def plain(text: str) -> str:
    """Compatibility forms folded (full-width to half-width), lower case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def count_grams(
    texts: Sequence[str], *, sizes: Sequence[int] = (1, 2, 3), bits: int = 22
) -> GramCounts:
    """How often each character n-gram of the given sizes occurs in each text, after ``plain``."""
    parts = [
        _count_batch([plain(text) for text in texts[start : start + BATCH]], sizes, bits)
        for start in range(0, len(texts), BATCH)
    ]
    lengths = [length for part in parts for length in np.diff(part.indptr)]
    return GramCounts(
        indptr=np.concatenate(([0], np.cumsum(np.array(lengths, dtype=np.int64)))),
        indices=_joined([part.indices for part in parts]),
        counts=_joined([part.counts for part in parts]),
        bits=bits,
    )


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _count_batch(texts: list[str], sizes: Sequence[int], bits: int) -> GramCounts:
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype="<u4").astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    keys = np.concatenate([_keys(codes, rows, size, bits) for size in sizes])
    keys.sort()
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = keys[1:] != keys[:-1]
    firsts = np.flatnonzero(is_first)
    counts = np.diff(np.append(firsts, len(keys)))
    distinct = keys[firsts]
    return GramCounts(
        indptr=np.searchsorted(distinct >> bits, np.arange(len(texts) + 1)).astype(np.int64),
        indices=distinct & ((1 << bits) - 1),
        counts=counts.astype(np.int64),
        bits=bits,
    )


def _keys(codes: NDArray[np.uint64], rows: IntArray, size: int, bits: int) -> IntArray:
    """One number a gram: the row in the high bits, the bucket in the low ones."""
    count = len(codes) - size + 1
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    mixed = codes[:count] * _MIX[0] + np.uint64(size)
    for offset in range(1, size):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX[1]
        mixed += codes[offset : offset + count] * _MIX[2]
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX[1]
    within = rows[:count] == rows[size - 1 :]
    buckets = (mixed[within] >> np.uint64(64 - bits)).astype(np.int64)
    keys: IntArray = (rows[:count][within] << bits) | buckets
    return keys
