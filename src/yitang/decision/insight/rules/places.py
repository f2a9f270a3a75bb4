"""Where an issue lies and which division answers for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from yitang.ground.organisations.rules import NATION, division_prefix

MOST = 0.6  # share of the messages that makes a division the place of all
LEVELS = (2, 4, 6, 9, 12)  # digits that mean something: province, city, county, township, village


def place_of(divisions: Sequence[tuple[str, int]]) -> str:
    """The smallest division in which most messages lie; "" when none names any.

    ``divisions`` are codes with the number of messages.
    """
    if not divisions:
        return ""
    total = sum(count for _, count in divisions)
    place = ""
    for level in LEVELS:
        inside: Counter[str] = Counter()
        for code, count in divisions:
            prefix = division_prefix(code)
            if len(prefix) >= level and prefix.startswith(place):
                inside[prefix[:level]] += count
        best, count = min(inside.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
        if count < MOST * total:
            continue  # a county directly under its province has no city between
        place = best
    return place.ljust(6, "0") if place else NATION
