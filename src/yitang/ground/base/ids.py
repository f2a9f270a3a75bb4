"""Public identifiers and references between rooms."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from uuid import UUID

# Read aloud and typed on a phone: no 0/O, 1/I/L, U/V or 2/Z confusion.
SHORT_ALPHABET = "3456789ABCDEFGHJKMNPQRSTWXY"


def uuid7(*, milliseconds: int | None = None) -> UUID:
    """A time-ordered identifier (RFC 9562 §5.7); ``milliseconds`` since 1970 may be given."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    random = int.from_bytes(os.urandom(10))
    value = (stamp & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def short_number(length: int = 8) -> str:
    """A random number that a person can read aloud: the alternative to every QR code."""
    drawn = secrets.randbelow(len(SHORT_ALPHABET) ** length)
    signs: list[str] = []
    for _ in range(length):
        drawn, sign = divmod(drawn, len(SHORT_ALPHABET))
        signs.append(SHORT_ALPHABET[sign])
    return "".join(signs)


@dataclass(frozen=True, slots=True)
class Reference:
    """A soft reference to something in another room: its kind and its id.

    Soft, because rooms above are not known below: ``Reference("hotline.appeal", "0198…")``.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference that ``str()`` wrote; ``ValueError`` without a colon."""
        kind, colon, identifier = text.partition(":")
        if not (kind and colon and identifier):
            raise ValueError(f"not a reference: {text!r}")
        return cls(kind, identifier)
