"""Texts that leave the domain: translatable messages, and personal values masked for a list.

Masks follow FACTS §9.5: 国办函〔2016〕108号 hides the birth date; the rest is common form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A stable code, an English template and its parameters; ``site`` translates the template."""

    code: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return self.template.format_map(dict(self.params))


class Word(str):
    """A state or a verb as a parameter; ``context`` names the workflow whose people say it."""

    __slots__ = ("context",)
    context: str

    def __new__(cls, text: str, context: str) -> Word:
        word = super().__new__(cls, text)
        word.context = context
        return word


def typed_code(text: str) -> str:
    """A number as it was meant, however it was typed: half-width, capital, no spaces or dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if sign.isalnum() or sign == "+")


def typed_mobile(text: str) -> str:
    """A mobile number without its country code; what is none comes back as it was typed."""
    number = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", typed_code(text))
    return number if number.isascii() and number.isdigit() else text.strip()


def mask_name(name: str) -> str:
    """``张*``, ``张*明``, ``欧**晴``: the first character, and the last of three or more."""
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_identity_number(number: str) -> str:
    """The first four and the last four characters; the birth date is always hidden."""
    if len(number) < 12:
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_mobile(number: str) -> str:
    """``138****1234``."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "*" * len(number)
