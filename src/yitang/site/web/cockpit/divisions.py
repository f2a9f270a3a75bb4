"""The map without a map: one tile for each county, equal in size, its value printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from yitang.ground.casework.api import open_case_counts
from yitang.ground.organisations.api import Division, Level, User, divisions_in, scope_of
from yitang.ground.organisations.rules import NATION
from yitang.public.hotline.api import solved_rate_by_division
from yitang.public.hotline.rules import FEWEST_ASKED, rate_period

from .listening import WINDOW

MARGIN = 0.05  # this far below the whole is worth the colour of late


@dataclass(frozen=True, slots=True)
class Tile:
    """A county, its open and late cases, its solved share, and the shade of its tile."""

    division: Division
    open: int
    late: int
    solved: float | None
    assessed: int
    shade: str


@dataclass(frozen=True, slots=True)
class CountyMap:
    """Tiles in the order of the codes; of solved shares once enough were called back."""

    tiles: list[Tile]
    shows: str  # solved, late or, while nothing is late, open
    days: int = WINDOW.days  # of the appeals called back


def county_map(user: User, *, at: datetime) -> CountyMap:
    """The counties of the reader's area, those without a case too; none while there is no case."""
    late, waiting = _cases(at)
    since, until = rate_period(at, days=WINDOW.days)
    solved = {
        code: (count / of, of)
        for code, (count, of) in solved_rate_by_division(since=since, until=until).items()
        if of
    }
    shares = [share for share, of in solved.values() if of >= FEWEST_ASKED]
    average = sum(shares) / len(shares) if shares else None
    shows = "solved" if average is not None else "late" if any(late.values()) else "open"
    shown = waiting if shows == "open" else late
    most = max(shown.values(), default=0)
    tiles = []
    for county in _counties(user):
        share, assessed = solved.get(county.code, (None, 0))
        shade = (
            count_shade(shown[county.code], most, is_late=shows == "late")
            if average is None
            else solved_shade(share if assessed >= FEWEST_ASKED else None, average)
        )
        tiles.append(Tile(county, waiting[county.code], late[county.code], share, assessed, shade))
    has_cases = any(tile.open or tile.assessed for tile in tiles)
    return CountyMap(tiles if has_cases else [], shows=shows)


def count_shade(count: int, most: int, *, is_late: bool) -> str:
    """The quarter a count falls into; ``worst`` for the county with the most late cases."""
    if not count:
        return "q1"
    if is_late and count == most:
        return "worst"
    return f"q{min(4, 2 + 3 * count // most)}"


def solved_shade(share: float | None, average: float) -> str:
    """The darker the better; far below the whole is ``worst``, too few to say is ``none``."""
    if share is None:
        return "none"
    if share < average - MARGIN:
        return "worst"
    return f"q{min(5, max(2, 3 + round((share - average) / 0.02)))}"


def _cases(at: datetime) -> tuple[Counter[str], Counter[str]]:
    late: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for count in open_case_counts(at=at):
        waiting[count.county] += count.open
        late[count.county] += count.late
    return late, waiting


def _counties(user: User) -> list[Division]:
    areas = [
        prefix.ljust(6, "0") if prefix else NATION for prefix in scope_of(user).division_prefixes
    ]
    return [county for area in areas for county in divisions_in(area, level=Level.COUNTY)]
