"""Which values of a unique item stood before, in this chunk or in an earlier one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.rules.writings import Mask

from .arrays import mask_of
from .aside import aside

Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]
HELD = 2**17  # hashes in memory, one megabyte


class Seen:
    """Values of unique items in the chunks before, as 64-bit hashes: eight bytes a value, on disk
    while the values come in their order.

    Two different values share a hash once in 10^19 pairs; among ten million values the chance
    of one false repetition is about 3 in a million, and it would only be sent back to be
    looked at.
    """

    def __init__(self) -> None:
        self._items: defaultdict[str, _Item] = defaultdict(_Item)

    def repeated(self, name: str, values: pa.Array, wanted: Mask) -> Mask:
        """Which values equal one that was ``wanted`` before, here or in an earlier chunk."""
        return self._items[name].repeated(values, wanted)


class _Item:
    """Hashes in sorted runs, each at least twice as long as the one after it.

    Most tables come in the order of their key. While every chunk begins above the highest
    value so far nothing is looked up, and the hashes only pile up.
    """

    def __init__(self) -> None:
        self._runs: list[Hashes] = []
        self._waiting = _Pile()
        self._highest: Any = None

    def repeated(self, values: pa.Array, wanted: Mask) -> Mask:
        present = mask_of(values.is_valid())
        series = pl.Series(values=values).hash(seed=0)
        hashes = series.to_numpy()
        again = _repeated_within(series, wanted & present)
        if not self._above_all(values):
            again |= self._contains(hashes)
        self._waiting.put(hashes[wanted & present])
        found: Mask = again & present
        return found

    def _above_all(self, values: pa.Array) -> bool:
        ends = pc.min_max(values)
        lowest, highest = ends["min"].as_py(), ends["max"].as_py()
        if lowest is None:
            return True
        above = self._highest is None or lowest > self._highest
        self._highest = highest if self._highest is None else max(highest, self._highest)
        return bool(above)

    def _contains(self, hashes: Hashes) -> Mask:
        self._sort_waiting()
        order = np.argsort(hashes)  # neighbours are looked up one after the other
        asked = hashes[order]
        found = np.zeros(len(hashes), dtype=bool)
        for run in self._runs:
            places = np.searchsorted(run, asked)
            places[places == len(run)] = 0
            found[order] |= run[places] == asked
        return found

    def _sort_waiting(self) -> None:
        run = np.sort(self._waiting.taken())
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")  # a merge
        if len(run):
            self._runs.append(run)


class _Pile:
    """Hashes that were not looked up yet; all but the last of them lie in an unnamed file."""

    def __init__(self) -> None:
        self._last: list[Hashes] = []
        self._file = aside(self)

    def put(self, hashes: Hashes) -> None:
        self._last.append(hashes)
        if sum(map(len, self._last)) < HELD:
            return
        self._file.write(np.concatenate(self._last).data)
        self._last.clear()

    def taken(self) -> Hashes:
        """All of them; nothing is left."""
        self._file.seek(0)  # writes out what is buffered
        kept = np.fromfile(self._file, dtype=np.uint64)
        self._file.seek(0)
        self._file.truncate()
        hashes = np.concatenate([kept, *self._last])
        self._last.clear()
        return hashes


def _repeated_within(hashes: pl.Series, wanted: Mask) -> Mask:
    """Which hashes stand below an equal, wanted one."""
    ordered = np.sort(hashes.to_numpy())
    if not (ordered[1:] == ordered[:-1]).any():
        return np.zeros(len(hashes), dtype=bool)
    frame = pl.DataFrame({"hash": hashes, "wanted": wanted}).with_row_index("position")
    first = pl.col("position").filter(pl.col("wanted")).min().over("hash")
    found: Mask = frame.select((pl.col("position") > first).fill_null(value=False))[
        "position"
    ].to_numpy()
    return found
