"""The rules of dates, identity numbers and credit codes over whole columns, without Django.

The same answers as the plain rules, so that a process which only computes (a worker of a
distributed engine) can import them. Check digits are computed on the raw bytes of a column.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.ground.base.identity import (
    CREDIT_ALPHABET,
    IDENTITY_CHECKS,
    IDENTITY_WEIGHTS,
    normalise_identity_number,
)

from .border import identity_problem

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
_DATE = r"^[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?$"
_COMPACT = r"^[0-9]{8}$"
_MIDNIGHT = r"[ T]00:00(:00)?(\.0+)?$"
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_WEIGHTS = np.array(IDENTITY_WEIGHTS, dtype=np.int32)
_CHECKS = np.frombuffer(IDENTITY_CHECKS.encode(), dtype=np.uint8)
_CREDIT_VALUES = np.full(256, -1, dtype=np.int32)
_CREDIT_VALUES[list(CREDIT_ALPHABET.encode())] = np.arange(len(CREDIT_ALPHABET))
_CREDIT_WEIGHTS = np.array([pow(3, position, 31) for position in range(17)], dtype=np.int32)
_IDENTITY_CODES = ("", "identity_digits", "identity_date", "identity_check")
_CREDIT_CODES = ("", "credit_character", "credit_check")


def dates(values: pl.Series) -> pl.Series:
    """Dates in any of the writings of ``parsed_date``; what is none is null."""
    value = pl.col("v")
    cut = (
        pl.when(value.str.len_chars() > 11).then(value.str.replace(_MIDNIGHT, "")).otherwise(value)
    )
    written = pl.when(cut.str.contains(_DATE)).then(
        cut.str.replace_all("[/.年月]", "-").str.strip_suffix("日")
    )
    compact = pl.when(cut.str.contains(_COMPACT)).then(cut)
    parsed = pl.coalesce(
        written.str.to_date("%Y-%m-%d", strict=False), compact.str.to_date("%Y%m%d", strict=False)
    )
    found = values.rename("v").to_frame().select(parsed.alias("v"))["v"]
    return found.set((found < date(1, 1, 1)).fill_null(value=False), None)


def identity_numbers(values: pl.Series) -> tuple[pl.Series, dict[str, Mask]]:
    """Normalised identity numbers, and for each problem which values have it."""
    values = values.str.to_uppercase()
    plain = _is_plain(values)
    unusual = values.is_not_null() & ~plain
    problems = {code: np.zeros(len(values), dtype=bool) for code in _IDENTITY_CODES[1:]}
    problems["identity_length"] = np.zeros(len(values), dtype=bool)
    if plain.any():
        state = _identity_states(_bytes_of(values.filter(plain)))
        positions = np.flatnonzero(plain.to_numpy())
        for index, code in enumerate(_IDENTITY_CODES):
            if code:
                problems[code][positions[state == index]] = True
    if unusual.any():
        positions = np.flatnonzero(unusual.to_numpy())
        changed = [normalise_identity_number(value) for value in values.filter(unusual)]
        for position, number in zip(positions.tolist(), changed, strict=True):
            if code := identity_problem(number):
                problems[code][position] = True
        values = values.scatter(positions, changed)
    return values, problems


def _identity_states(raw: np.ndarray) -> np.ndarray:
    """For each row of 18 bytes: 0 right, 1 not digits, 2 no date, 3 wrong check digit."""
    digits = raw[:, :17].astype(np.int32) - 48
    are_digits = ((digits >= 0) & (digits <= 9)).all(axis=1)
    digits[~are_digits] = 0
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
    month, day = digits[:, 10] * 10 + digits[:, 11], digits[:, 12] * 10 + digits[:, 13]
    days = _MONTH_DAYS[np.where((month >= 1) & (month <= 12), month, 0)]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    is_date = (year >= 1) & (day >= 1) & (day <= np.where((month == 2) & ~leap, 28, days))
    fits = _CHECKS[(digits @ _WEIGHTS) % 11] == raw[:, 17]
    return np.select([~are_digits, ~is_date, ~fits], [1, 2, 3], 0)


def credit_problems(values: pl.Series) -> dict[str, Mask]:
    """For each problem of a unified social credit code, which values (upper case) have it."""
    plain = _is_plain(values)
    length = values.str.len_chars().fill_null(18) != 18
    problems = {code: np.zeros(len(values), dtype=bool) for code in _CREDIT_CODES[1:]}
    if plain.any():
        numbers = _CREDIT_VALUES[_bytes_of(values.filter(plain))]
        known = (numbers >= 0).all(axis=1)
        fits = -(numbers[:, :17] @ _CREDIT_WEIGHTS) % 31 == numbers[:, 17]
        positions = np.flatnonzero(plain.to_numpy())
        problems["credit_character"][positions[~known]] = True
        problems["credit_check"][positions[known & ~fits]] = True
    strange = ~plain & ~length & values.is_not_null()
    problems["credit_character"] |= strange.to_numpy()
    return problems | {"credit_length": length.to_numpy()}


def _is_plain(values: pl.Series) -> pl.Series:
    """Which values are 18 characters of one byte each."""
    long_enough = (values.str.len_bytes() == 18) & (values.str.len_chars() == 18)
    return long_enough.fill_null(value=False)


def _bytes_of(values: pl.Series) -> np.ndarray:
    """Texts of 18 bytes each as an array (n, 18), without a loop."""
    array = pa.concat_arrays(
        chunk.cast(pa.large_binary())
        for chunk in pa.chunked_array(
            [values.to_arrow(compat_level=pl.CompatLevel.oldest())]
        ).chunks
    )
    start = array.offset
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[start : start + len(array) + 1]
    data = np.frombuffer(array.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]]
    return data.reshape(len(array), 18)
