"""Values in their usual writing, known by their bytes and converted a column at a time.

Nearly every value comes like this: no blanks around it, half width, dates as 2026-11-23.
A value known here keeps all rules and needs no mending. One that is not known here may be
just as good: ``careful`` judges it. So this module may be strict, but never lenient.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yitang.data.collection.rules.border import NO, YES, ItemRule
from yitang.data.collection.rules.writings import Mask
from yitang.ground.base.identity import (
    CREDIT_ALPHABET,
    IDENTITY_CHECKS,
    IDENTITY_WEIGHTS,
)

from .arrays import no_value, of_mask
from .texts import Bytes, Texts

_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.uint8)
_IDENTITY_CHECKS = np.frombuffer(IDENTITY_CHECKS.encode(), dtype=np.uint8)
_CREDIT_VALUES = np.full(256, 255, dtype=np.uint8)
_CREDIT_VALUES[list(CREDIT_ALPHABET.encode())] = np.arange(len(CREDIT_ALPHABET), dtype=np.uint8)
_ZERO = ord("0")


def plain_values(texts: Texts, rule: ItemRule, divisions: Collection[str]) -> tuple[pa.Array, Mask]:
    """The column in the item's type, and which of its values are known to keep the rule.

    A value that is not known may be anything.
    """
    known = texts.tidy.copy()
    if rule.rule == "division":
        known &= texts.within(divisions)
    elif rule.rule in _FORMS:
        known &= _of_form(texts, *_FORMS[rule.rule])
    if rule.codes:
        known &= texts.within(rule.codes)
    if rule.length is not None:
        known &= texts.at_most(rule.length)
    convert = _CONVERTERS.get(rule.type)
    return convert(texts, known) if convert else (texts.array, known)


def _of_form(texts: Texts, width: int, holds: Callable[[Bytes], Mask]) -> Mask:
    found = np.zeros(len(texts), dtype=bool)
    positions, raw = texts.of_width(width)
    found[positions] = holds(raw)
    return found


def _are_digits(raw: Bytes) -> Mask:
    return np.asarray((raw - _ZERO <= 9).all(axis=0))  # below "0" the difference wraps around


def _is_mobile(raw: Bytes) -> Mask:
    result: Mask = (raw[0] == ord("1")) & _are_digits(raw)
    return result


def _is_identity_number(raw: Bytes) -> Mask:
    digits = raw - _ZERO
    total = np.zeros(raw.shape[1], dtype=np.uint16)
    for weight, digit in zip(IDENTITY_WEIGHTS, digits, strict=False):
        total += digit * np.uint16(weight)
    result: Mask = _are_digits(raw[:17]) & _is_day(digits[6:14])
    result &= _IDENTITY_CHECKS[total % 11] == raw[17]
    return result


def _is_day(digits: Bytes) -> Mask:
    """Which eight digits are a day of the calendar."""
    year = digits[0] * np.uint16(1000) + digits[1] * np.uint16(100) + digits[2] * 10 + digits[3]
    month, day = digits[4] * 10 + digits[5], digits[6] * 10 + digits[7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[np.where(month <= 12, month, 0)]
    last = np.where((month == 2) & ~leap, 28, last)
    return np.asarray((year >= 1) & (day >= 1) & (day <= last))


def _is_credit_code(raw: Bytes) -> Mask:
    numbers = _CREDIT_VALUES[raw]
    total = np.zeros(raw.shape[1], dtype=np.uint32)
    for position, number in enumerate(numbers[:17]):
        total += number * np.uint32(pow(3, position, 31))
    fits = (31 - total % 31) % 31 == numbers[17]
    return np.asarray((numbers < 31).all(axis=0) & fits)


def _is_dashed(raw: Bytes) -> Mask:
    """``2026-11-23``."""
    digits = raw[[0, 1, 2, 3, 5, 6, 8, 9]]
    dashed = (raw[4] == ord("-")) & (raw[7] == ord("-"))
    return np.asarray(dashed & _are_digits(digits) & _is_day(digits - _ZERO))


def _is_timed(raw: Bytes) -> Mask:
    """``2026-11-23 08:30:00``."""
    colons = (raw[10] == ord(" ")) & (raw[13] == ord(":")) & (raw[16] == ord(":"))
    digits = raw[[11, 12, 14, 15, 17, 18]]
    hours, minutes, seconds = (digits - _ZERO)[::2] * 10 + (digits - _ZERO)[1::2]
    in_day = (hours < 24) & (minutes < 60) & (seconds < 60)
    return np.asarray(_is_dashed(raw[:10]) & colons & _are_digits(digits) & in_day)


_FORMS: Mapping[str, tuple[int, Callable[[Bytes], Mask]]] = {
    "identity_number": (18, _is_identity_number),
    "credit_code": (18, _is_credit_code),
    "mobile": (11, _is_mobile),
}


def _cast(texts: Texts, known: Mask, kind: pa.DataType) -> tuple[pa.Array, Mask]:
    """By Arrow's own parser, which gives up at the first value that it cannot read."""
    array = texts.array
    if not known.all():
        array = pc.if_else(of_mask(known), array, no_value(array.type))
    try:
        return array.cast(kind), known
    except pa.ArrowInvalid:
        return pa.nulls(len(texts), kind), np.zeros(len(texts), dtype=bool)


def _integers(texts: Texts, known: Mask) -> tuple[pa.Array, Mask]:
    fits = known & texts.made_of("0123456789-") & (texts.lengths <= 18)
    return _cast(texts, fits, pa.int64())


def _numbers(texts: Texts, known: Mask) -> tuple[pa.Array, Mask]:
    fits = known & texts.made_of("0123456789.-") & (texts.lengths <= 300)
    return _cast(texts, fits, pa.float64())


def _dates(texts: Texts, known: Mask) -> tuple[pa.Array, Mask]:
    return _cast(texts, known & _of_form(texts, 10, _is_dashed), pa.date32())


def _moments(texts: Texts, known: Mask) -> tuple[pa.Array, Mask]:
    return _cast(texts, known & _of_form(texts, 19, _is_timed), pa.timestamp("us"))


def _booleans(texts: Texts, known: Mask) -> tuple[pa.Array, Mask]:
    yes = texts.within(YES)
    return of_mask(yes), known & (yes | texts.within(NO))


_CONVERTERS: Mapping[str, Callable[[Texts, Mask], tuple[pa.Array, Mask]]] = {
    "I": _integers,
    **dict.fromkeys("NBFY", _numbers),
    "D": _dates,
    "T": _moments,
    "L": _booleans,
}
