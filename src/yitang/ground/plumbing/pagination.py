"""Pages by key, not by number: no exact count, no row twice, the same cost on every page."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import CursorInvalid

T = TypeVar("T")
LARGEST = 2**63  # no database counts further


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``rows`` in order, and the mark that asks for those after them (``None`` at the end)."""

    rows: list[T]
    next_cursor: str | None


def cursor_of(*key: str | int) -> str:
    """An opaque mark for the position after ``key``."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str, *, length: int) -> list[str | int]:
    """The key inside a mark; raises ``CursorInvalid`` when it was damaged."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise CursorInvalid from None
    if not (isinstance(key, list) and len(key) == length):
        raise CursorInvalid
    return key


def numbers_of(cursor: str, *, length: int) -> list[int]:
    """The key inside a mark whose key is numbers; raises ``CursorInvalid`` for any other."""
    key = key_of(cursor, length=length)
    numbers = [part for part in key if type(part) is int and abs(part) < LARGEST]
    if len(numbers) != length:
        raise CursorInvalid
    return numbers
