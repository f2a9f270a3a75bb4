"""Identifiers and content of e-certificates (GB/T 36901-36906; FACTS §4.8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.identity import (
    CERTIFICATE_ALPHABET,
    certificate_check_character,
    check_credit_code,
)
from yitang.ground.base.ids import SHORT_ALPHABET
from yitang.ground.base.text import Message, typed_code

ROOT = "1.2.156.3005.2"
VALID, REVOKED, EXPIRED = "01", "03", "05"
SHORT_LENGTH = 8


def certificate_identifier(
    *, defined_by: str, type_serial: int, issued_by: str, serial: str, version: int = 1
) -> str:
    """``1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>``.

    ``defined_by`` and ``issued_by`` are credit codes; ``type_serial`` numbers the kinds of
    certificate one body defines.
    """
    for code in (defined_by, issued_by):
        check_credit_code(code)
    parts = (f"{defined_by}{type_serial:03}", issued_by, serial, f"{version:03}")
    return ".".join((ROOT, *parts, certificate_check_character("".join(parts))))


def check_identifier(identifier: str) -> None:
    """Raises ``InvalidInput`` unless the form and the check character are right."""
    middle = identifier.removeprefix(f"{ROOT}.").split(".")
    if not identifier.startswith(f"{ROOT}.") or len(middle) != 5:
        raise InvalidInput(
            field="certificate identifier",
            problem=Message("services.root_missing", "it must begin with {root}", {"root": ROOT}),
        )
    joined = "".join(middle[:4])
    if any(character not in CERTIFICATE_ALPHABET for character in joined):
        raise InvalidInput(
            field="certificate identifier", problem="only 0-9 and A-Z may stand in it"
        )
    if middle[4] != certificate_check_character(joined):
        raise InvalidInput(
            field="certificate identifier", problem="the check character does not fit"
        )


def typed_short_number(text: str) -> str:
    """The short number a person typed: capital, without spaces and dashes; not yet looked up."""
    return "".join(character for character in typed_code(text) if character in SHORT_ALPHABET)


def grouped(short_number: str) -> str:
    """``ABCD-EFGH``: easier to read aloud."""
    return f"{short_number[:4]}-{short_number[4:]}"


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """What is signed. ``facts``: label (English, translated on pages) to value, in order."""

    identifier: str
    name: str
    holder: str
    holder_code: str  # the number that identifies the holder
    issuer: str
    issuer_code: str
    issued_on: date
    valid_until: date | None
    item: str
    facts: Mapping[str, str]

    def canonical(self) -> bytes:
        """The bytes that are signed: JSON, UTF-8, keys in order, no spaces."""
        plain = {name: getattr(self, name) for name in self.__slots__} | {
            "facts": list(self.facts.items()),
            "issued_on": self.issued_on.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def parse(cls, content: bytes) -> CertificateContent:
        """The content that ``canonical`` wrote."""
        plain: dict[str, Any] = json.loads(content)
        until = plain["valid_until"]
        plain["facts"] = dict(plain["facts"])
        plain["issued_on"] = date.fromisoformat(plain["issued_on"])
        plain["valid_until"] = date.fromisoformat(until) if until else None
        return cls(**plain)


def status_on(status: str, valid_until: date | None, day: date) -> str:
    """The stored status, or ``EXPIRED`` when the day is past."""
    if status == VALID and valid_until is not None and day > valid_until:
        return EXPIRED
    return status
