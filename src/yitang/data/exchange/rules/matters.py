"""The matter that a read serves, as its own room describes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """Whether it is open, which organisation holds it, whose it is (keys of rows)."""

    is_open: bool
    holder: int | None = None
    owner: int | None = None

    def is_of(self, *, user: int, offices: Collection[int]) -> bool:
        """Whether it is open, and the user's own or held by one of their offices."""
        is_theirs = self.owner == user or (self.holder is not None and self.holder in offices)
        return self.is_open and is_theirs
