"""Citizen identity numbers, unified social credit codes, e-certificate identifiers.

Sources: GB 11643 (identity number), GB 32100-2015 (credit code), GB/T 36904 with
ISO 7064 MOD 37,36 (certificate identifier).
"""

from __future__ import annotations

import unicodedata
from datetime import date

from .errors import DomainError
from .text import Message

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CERTIFICATE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class IdentityNumberInvalid(DomainError):
    """The sentence never repeats the number: it may be shown in a list or a log."""

    code = "base.identity_number_invalid"
    message = "The identity number is wrong: {problem}. Compare it with the card."
    http_status = 422


class CreditCodeInvalid(DomainError):
    code = "base.credit_code_invalid"
    message = "The unified social credit code {value} is wrong: {problem}."
    http_status = 422


def _of_length(text: str) -> Message:
    said = "it has {length} characters instead of 18"
    return Message("base.length_wrong", said, {"length": len(text)})


def identity_check_character(body: str) -> str:
    """The 18th character for the first 17 digits of an identity number (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, IDENTITY_WEIGHTS, strict=True))
    return IDENTITY_CHECKS[total % 11]


def normalise_identity_number(text: str) -> str:
    """Half-width, without spaces, an upper-case X, 15 digits made 18; not yet checked.

    A 15-digit number was issued before 1999-10-01, so its two-digit year is in the 1900s.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(number) == 15 and number.isascii() and number.isdigit():
        body = f"{number[:6]}19{number[6:]}"
        return body + identity_check_character(body)
    return number


def check_identity_number(number: str) -> None:
    """Raises ``IdentityNumberInvalid`` unless length, birth date and check digit are right."""
    if len(number) != 18:
        raise IdentityNumberInvalid(problem=_of_length(number))
    if not (number[:17].isascii() and number[:17].isdigit()):
        raise IdentityNumberInvalid(problem="the first 17 characters must be digits")
    try:
        birth_date_of(number)
    except ValueError:
        raise IdentityNumberInvalid(problem="digits 7 to 14 are not a date") from None
    if number[17] != identity_check_character(number[:17]):
        raise IdentityNumberInvalid(problem="the check digit does not fit")


def is_identity_number(number: str) -> bool:
    """Whether ``check_identity_number`` accepts it."""
    try:
        check_identity_number(number)
    except IdentityNumberInvalid:
        return False
    return True


def birth_date_of(number: str) -> date:
    """The birth date inside an 18-character identity number; ``ValueError`` if there is none."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """``"1"`` male or ``"2"`` female (GB/T 2261.1), from the 17th digit."""
    return "1" if int(number[16]) % 2 else "2"


def credit_check_character(body: str) -> str:
    """The 18th character for the first 17 of a unified social credit code (GB 32100-2015)."""
    total = sum(
        CREDIT_ALPHABET.index(character) * pow(3, position, 31)
        for position, character in enumerate(body)
    )
    return CREDIT_ALPHABET[-total % 31]


def check_credit_code(code: str) -> None:
    """Raises ``CreditCodeInvalid`` unless ``code`` has 18 allowed characters and fits its check."""
    if len(code) != 18:
        raise CreditCodeInvalid(value=code, problem=_of_length(code))
    if any(character not in CREDIT_ALPHABET for character in code):
        raise CreditCodeInvalid(
            value=code, problem="a character outside GB 32100 (no I, O, S, V, Z)"
        )
    if code[17] != credit_check_character(code[:17]):
        raise CreditCodeInvalid(value=code, problem="the check character does not fit")


def is_credit_code(code: str) -> bool:
    """Whether ``check_credit_code`` accepts it."""
    try:
        check_credit_code(code)
    except CreditCodeInvalid:
        return False
    return True


def certificate_check_character(parts: str) -> str:
    """ISO 7064 MOD 37,36 over the four middle parts of a certificate identifier, joined."""
    remainder = 36
    for character in parts:
        remainder = (remainder + CERTIFICATE_ALPHABET.index(character)) % 36 or 36
        remainder = remainder * 2 % 37
    return CERTIFICATE_ALPHABET[(37 - remainder) % 36]
