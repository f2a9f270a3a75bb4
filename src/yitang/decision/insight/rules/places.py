"""Where an issue lies and which division answers for all of it."""

from __future__ import annotations

from collections.abc import Sequence

from yitang.ground.organisations.rules import NATION, division_prefix

MOST = 0.8  # share of the messages that makes one division the place of all


def place_of(divisions: Sequence[tuple[str, int]]) -> str:
    """The division that most messages name, else the smallest one that holds all; "" for none.

    ``divisions`` are codes with the number of messages, the most frequent first.
    """
    if not divisions:
        return ""
    code, count = divisions[0]
    if count >= MOST * sum(number for _, number in divisions):
        return code
    return _code_of(_common_beginning([division_prefix(code) for code, _ in divisions]))


def _common_beginning(prefixes: Sequence[str]) -> str:
    first, last = min(prefixes), max(prefixes)
    same = [a == b for a, b in zip(first, last, strict=False)]
    return first[: same.index(False)] if False in same else first[: len(same)]


def _code_of(prefix: str) -> str:
    """The division whose codes begin with ``prefix``, cut to a whole level."""
    for length in (12, 9, 6, 4, 2):
        if len(prefix) >= length:
            return prefix[:length].ljust(6, "0")
    return NATION
