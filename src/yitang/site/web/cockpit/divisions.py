"""The map without a map: one tile for each division, equal in size, its value printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from yitang.ground.casework.api import open_case_counts
from yitang.ground.organisations.api import (
    Division,
    Level,
    User,
    divisions_in,
    scope_of,
)
from yitang.ground.organisations.rules import NATION


@dataclass(frozen=True, slots=True)
class Tile:
    """A division, its value, and the shade of its fifth; ``worst`` stands in the colour of late."""

    division: Division
    open: int
    late: int
    shade: str


def tiles(user: User, *, at: datetime, limit: int = 60) -> list[Tile]:
    """Open and late cases of each county in the reader's area, in the order of the codes."""
    scope = scope_of(user)
    late: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for count in open_case_counts(at=at):
        waiting[count.county] += count.open
        late[count.county] += count.late
    counties = [
        county
        for prefix in scope.division_prefixes
        for county in divisions_in(prefix.ljust(6, "0") if prefix else NATION, level=Level.COUNTY)
        if waiting[county.code]
    ][:limit]
    most = max((late[county.code] for county in counties), default=0)
    return [
        Tile(
            division=county,
            open=waiting[county.code],
            late=late[county.code],
            shade=_shade(late[county.code], most),
        )
        for county in counties
    ]


def _shade(late: int, most: int) -> str:
    """``worst`` for the county with the most late cases, else the fifth it falls into."""
    if not late:
        return "q1"
    return "worst" if late == most else f"q{min(4, 2 + 3 * late // most)}"
