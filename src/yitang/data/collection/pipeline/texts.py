"""A column of texts seen as bytes: where each value begins and how long it is."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.rules.border import BLANKS
from yitang.data.collection.rules.writings import Mask

from .arrays import integers_of, mask_of, of_integers
from .faults import Positions

Bytes = np.ndarray[tuple[int, int], np.dtype[np.uint8]]


def _table(characters: Collection[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found = np.zeros(256, dtype=bool)
    found[list(characters)] = True
    return found


_FIRST = _table({character.encode()[0] for character in BLANKS})
_LAST = _table({character.encode()[-1] for character in BLANKS})


class Texts:
    """A column of texts; a missing value counts as an empty one."""

    def __init__(self, array: pa.Array, *, may_be_unreadable: bool = False) -> None:
        if array.type not in {pa.string(), pa.large_string()}:
            array = array.cast(pa.string())
        if array.null_count:
            array = array.fill_null("")
        self.array = array
        self._may_be_unreadable = may_be_unreadable
        _, ends, data = array.buffers() if len(array) else (None, b"\0" * 8, b"")
        wide = np.int64 if array.type == pa.large_string() else np.int32
        bounds: np.ndarray = np.frombuffer(ends, dtype=wide)
        bounds = bounds[array.offset : array.offset + len(array) + 1]
        self._starts, self._ends = bounds[:-1], bounds[1:]
        self._data = np.frombuffer(data or b"", dtype=np.uint8)
        self.lengths: Positions = self._ends - self._starts  # in bytes

    def __len__(self) -> int:
        return len(self.array)

    @property
    def _span(self) -> tuple[int, int]:
        return (int(self._starts[0]), int(self._ends[-1])) if len(self) else (0, 0)

    @cached_property
    def empty(self) -> Mask:
        return np.asarray(self.lengths == 0)

    @cached_property
    def tidy(self) -> Mask:
        """Values that are not empty, not unreadable and have no blanks around them."""
        found: Mask = ~self.empty
        suspects = self._suspects()
        if suspects.size:
            cut = pc.utf8_trim(self.array.take(of_integers(suspects)), characters=BLANKS)
            found[suspects] = integers_of(pc.binary_length(cut)) == self.lengths[suspects]
        if self._may_be_unreadable:
            found &= ~mask_of(pc.match_substring(self.array, "\ufffd"))
        return found

    def _suspects(self) -> Positions:
        """Where a value begins or ends with a byte that a blank begins or ends with."""
        begin, end = self._span
        used = self._data[begin:end]
        if not used.size or (used.min() > ord(" ") and used.max() < 0x80):
            return np.flatnonzero(self.empty[:0])
        filled = slice(None) if not self.empty.any() else ~self.empty
        first, last = self._data[self._starts[filled]], self._data[self._ends[filled] - 1]
        found = np.flatnonzero(_FIRST[first] | _LAST[last])
        return found if isinstance(filled, slice) else np.flatnonzero(filled)[found]

    def within(self, allowed: Collection[str]) -> Mask:
        """Which values are one of ``allowed``; each different value is looked up once."""
        different = self.array.dictionary_encode()
        values = different.dictionary.to_pylist()
        known = np.array([value in allowed for value in values], dtype=bool)
        if known.all():
            return np.ones(len(self), dtype=bool)
        found: Mask = known[integers_of(different.indices)]
        return found

    def at_most(self, characters: int) -> Mask:
        """Which values have no more characters than that."""
        fits: Mask = self.lengths <= characters  # a character has one byte or more
        if not fits.all():
            fits = integers_of(pc.utf8_length(self.array)) <= characters
        return fits

    def made_of(self, characters: str) -> Mask:
        """Which values consist of these (ASCII) characters alone."""
        begin, end = self._span
        found = np.ones(len(self), dtype=bool)
        others = np.flatnonzero(~_table(characters.encode())[self._data[begin:end]]) + begin
        found[np.searchsorted(self._ends, others, side="right")] = False
        return found

    def of_width(self, width: int) -> tuple[Positions, Bytes]:
        """The positions of the values of ``width`` bytes, and the bytes: one row a place."""
        positions = np.flatnonzero(self.lengths == width)
        if positions.size == len(self) and len(self):
            begin, end = self._span
            raw = self._data[begin:end].reshape(-1, width)
        else:
            raw = self._data[self._starts[positions][:, None] + np.arange(width)]
        return positions, np.ascontiguousarray(raw.T)
