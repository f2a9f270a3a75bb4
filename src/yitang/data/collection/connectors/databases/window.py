"""The part of a table between two values of a column that only grows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """Rows whose ``column`` is above ``after`` (empty: from the first) and at most ``until``."""

    column: str
    after: str
    until: str
