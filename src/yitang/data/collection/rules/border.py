"""The border rules, one value at a time.

This is the plain form. ``pipeline`` has the columnar one, and a property test holds that
both say the same of every value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date

from yitang.ground.base.identity import (
    CREDIT_ALPHABET,
    birth_date_of,
    credit_check_character,
    identity_check_character,
    normalise_identity_number,
)
from yitang.ground.base.text import Message


@dataclass(frozen=True, slots=True)
class ItemRule:
    """What one data item asks of its values. ``type`` is a letter of FACTS §2.3 (C, N, D …)."""

    name: str
    label: str
    type: str = "C"
    length: int | None = None
    required: bool = False
    unique: bool = False
    rule: str = ""
    codes: tuple[str, ...] = ()
    sensitive: bool = False
    role: str = ""
    words: tuple[tuple[str, str], ...] = ()  # written form and the code it is taken for


# Problem code to the sentence's second half; the item's label stands before it.
PROBLEMS: Mapping[str, str] = {
    "required": "the value is missing",
    "length": "longer than {length} characters",
    "number": "not a number",
    "integer": "not a whole number",
    "date": "not a date that exists; write it as 2026-11-23",
    "moment": "not a date and time; write it as 2026-11-23 08:30:00",
    "boolean": "neither yes nor no; write 1 or 0",
    "codes": "not one of the allowed values: {codes}",
    "identity_length": "an identity number has 18 characters",
    "identity_digits": "the first 17 characters of an identity number are digits",
    "identity_date": "digits 7 to 14 of the identity number are not a date",
    "identity_check": "the check digit of the identity number does not fit; compare with the card",
    "credit_length": "a unified social credit code has 18 characters",
    "credit_character": "a unified social credit code has no such character (never I, O, S, V, Z)",
    "credit_check": "the check character of the credit code does not fit; compare with the licence",
    "division": "there is no division with this code",
    "mobile": "a mobile number has 11 digits and begins with 1",
    "unique": "the same value stands in an earlier row of this batch",
    "unreadable": "has characters that could not be read in the encoding of the file",
    "digits_lost": (
        "a long number that was stored as a number has lost its last digits; "
        "format the column as text and enter it again"
    ),
    "no_value": (
        "a formula whose result was not kept; open the workbook, let it compute and save it"
    ),
    "formula_failed": "a formula that could not be computed; write the value itself",
    "uncomputed": "would have to be computed by a database; write the value itself",
    "nested": "holds a list or another record; hand its parts in as columns or rows of their own",
    "quality_range": "not between {low} and {high}",
    "quality_pattern": "does not have the form {pattern}",
    "quality_order": "the first comes after the second",
    "quality_if_then": "the second is missing though the first asks for it",
    "quality_one_of": "exactly one of them must be given",
    "quality_unique": "the same values stand together in an earlier row of this batch",
    "quality_reference": "stands nowhere in {dataset}",
    "fields": "this row has {found} columns where the header has {expected}",
}

# What may stand around a value without being part of it: blanks, full-width and no-break
# spaces, a byte order mark in the middle of a file.
BLANKS = " \t\r\n\u3000\u00a0\ufeff"
INTEGER_TYPES = frozenset("I")
NUMBER_TYPES = frozenset("NBFY")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_WITH_TIME = re.compile(r"(.{8,11}?)[ T]00:00(:00)?(\.0+)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_MOBILE = re.compile(r"1[0-9]{10}")
YES, NO = frozenset({"1", "是", "true", "yes", "y"}), frozenset({"0", "否", "false", "no", "n"})


def problem_message(code: str, params: Mapping[str, object] | None = None) -> Message:
    """The sentence for a problem code."""
    return Message(f"collection.problem.{code}", PROBLEMS[code], params or {})


def check_value(text: str | None, rule: ItemRule, *, divisions: Set[str] = frozenset()) -> str:
    """The code of the first problem of one value, or ``""``. Uniqueness needs the other rows."""
    value = (text or "").strip(BLANKS)
    value = dict(rule.words).get(value, value)
    if not value:
        return "required" if rule.required else ""
    if "\ufffd" in value:
        return "unreadable"
    problem = _check_type(value, rule.type) or _check_rule(value, rule.rule, divisions)
    if problem:
        return problem
    if rule.codes and value not in rule.codes:
        return "codes"
    kept = normalise_identity_number(value) if rule.rule == "identity_number" else value
    return "length" if rule.length is not None and len(kept) > rule.length else ""


def _check_type(value: str, kind: str) -> str:
    if kind in INTEGER_TYPES:
        return "" if _INTEGER.fullmatch(value.replace(",", "")) else "integer"
    if kind in NUMBER_TYPES:
        return "" if _NUMBER.fullmatch(value.replace(",", "")) else "number"
    if kind == "D":
        return "" if parsed_date(value) else "date"
    if kind == "T":
        return "" if _is_moment(value) else "moment"
    if kind == "L":
        return "" if value.lower() in YES | NO else "boolean"
    return ""


def _check_rule(value: str, rule: str, divisions: Set[str]) -> str:
    if rule == "identity_number":
        return identity_problem(normalise_identity_number(value))
    if rule == "credit_code":
        return credit_problem(value.upper())
    if rule == "division":
        return "" if value in divisions else "division"
    if rule == "mobile":
        return "" if _MOBILE.fullmatch(value) else "mobile"
    return ""


def parsed_date(value: str) -> date | None:
    """``2001-02-03``, ``2001/2/3``, ``2001.2.3``, ``2001年2月3日``, ``20010203``."""
    if midnight := _WITH_TIME.fullmatch(value):
        value = midnight[1]
    found = _DATE.fullmatch(value) or _COMPACT.fullmatch(value)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _is_moment(value: str) -> bool:
    if not _MOMENT.fullmatch(value):
        return parsed_date(value) is not None
    hours, minutes, seconds = value[11:13], value[14:16], value[17:19] or "00"
    in_day = int(hours) < 24 and int(minutes) < 60 and int(seconds) < 60
    return in_day and parsed_date(value[:10]) is not None


def identity_problem(number: str) -> str:
    """The code of what is wrong with a normalised identity number (GB 11643), or ``""``."""
    if len(number) != 18:
        return "identity_length"
    if not (number[:17].isascii() and number[:17].isdigit()):
        return "identity_digits"
    try:
        birth_date_of(number)
    except ValueError:
        return "identity_date"
    return "" if number[17] == identity_check_character(number[:17]) else "identity_check"


def credit_problem(code: str) -> str:
    """The code of what is wrong with a unified social credit code (GB 32100), or ``""``."""
    if len(code) != 18:
        return "credit_length"
    if any(character not in CREDIT_ALPHABET for character in code):
        return "credit_character"
    return "" if code[17] == credit_check_character(code[:17]) else "credit_check"
