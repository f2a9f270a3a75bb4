"""NumPy's arrays as Arrow's and back, by their bytes.

``pa.array``, ``pa.scalar`` and ``to_numpy`` first look whether they have to do with pandas, and
load it for that wherever some other tool has installed it: half a second and 70 MB, for nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from yitang.data.collection.rules.writings import Mask


def of_mask(mask: Mask) -> pa.BooleanArray:
    """Truth values; Arrow keeps eight in a byte."""
    bits = np.packbits(mask, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, pa.py_buffer(bits)])


def of_integers(values: np.ndarray[Any, Any]) -> pa.Int64Array:
    """Whole numbers, none of them missing."""
    plain = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(plain), [None, pa.py_buffer(plain)])


def no_value(kind: pa.DataType) -> pa.Scalar:
    """What stands for a missing value."""
    return pa.nulls(1, kind)[0]


def mask_of(array: pa.BooleanArray) -> Mask:
    """Which values are true; none of them is missing."""
    bits = np.frombuffer(array.buffers()[1] or b"", dtype=np.uint8)
    found = np.unpackbits(bits, count=array.offset + len(array), bitorder="little")
    return found[array.offset :].view(bool)


def integers_of(array: pa.Array) -> np.ndarray[Any, Any]:
    """Whole numbers (lengths, places), none of them missing."""
    found = np.frombuffer(array.buffers()[1] or b"", dtype=f"i{array.type.byte_width}")
    return found[array.offset : array.offset + len(array)]
