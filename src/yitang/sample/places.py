"""The divisions of Minhai: codes 990000 to 990999, a range GB/T 2260 gives to nobody.

The tree is the same for every seed and size, so that officers, items and addresses of two
sample provinces can be compared. Towns have nine digits, villages and communities twelve.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .vocabulary import words_of

PROVINCE = "990000"
PROVINCE_NAME = "闽海省"

# City code: name, then its counties. Numbers 01-20 districts, 21-80 counties, 81- cities.
TREE: dict[str, tuple[str, dict[str, str]]] = {
    "990100": (
        "鹭洲市",
        {"02": "思湖区", "03": "文屿区", "04": "青屿区", "21": "临江县"},
    ),
    "990200": ("石潭市", {"02": "潭西区", "21": "白塔县", "22": "榕浦县", "81": "龙津市"}),
    "990300": ("云岭市", {"02": "雁鸣区", "21": "南溪县", "22": "枫林县", "23": "松口县"}),
    "990400": ("东屿市", {"02": "凤屿区", "21": "澄湾县", "22": "长坂县", "81": "平澜市"}),
    "990500": ("澜港市", {"02": "螺江区", "03": "沙汀区", "21": "樟溪县"}),
    "990600": ("霞汀市", {"02": "汀兰区", "21": "柘洋县", "22": "鹤岭县", "81": "月港市"}),
    "990700": ("桐山市", {"02": "星塔区", "21": "双溪县", "22": "碧湖县"}),
    "990800": ("灵泉市", {"02": "梅岭区", "21": "溪源县", "22": "松坪县"}),
    "990900": ("沧屿市", {"02": "锦屿区", "21": "南屿县", "22": "珠浦县"}),
}
# Counties that are no more, with the day they ended and what they became. Identity numbers of
# people who were born there keep the old code for life.
ABOLISHED = (
    ("990122", "鹭东县", "2014-05-01", ("990104",)),
    ("990423", "东山场县", "2003-09-01", ("990421", "990481")),
)
# The estate whose tap water smells, and the new town beside the mixing plant: both hot issues.
FIXED_COMMUNITIES = {"990121001": "华景苑社区", "990104001": "青屿新城社区"}
# How many people a county has, relative to others: districts are fuller.
DISTRICT_WEIGHT, COUNTY_WEIGHT = 3.0, 1.6

TOWN_STEMS = words_of("towns")
STREETS_OF_DISTRICTS = ("城东街道", "城西街道", "湖滨街道", "新港街道", "万寿街道", "鼓屿街道")
STREETS_OF_COUNTIES = ("城东街道", "城西街道")
VILLAGE_STEMS = words_of("villages")
ROADS = words_of("roads")
ESTATES = words_of("estates")  # the first is the one whose tap water smells


@dataclass(frozen=True, slots=True)
class Place:
    """One division as the ministry of civil affairs lists it."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A village or community with all names on the way down to it."""

    code: str
    province: str
    city: str
    county: str
    county_code: str
    town: str
    name: str
    is_urban: bool


@cache
def divisions() -> tuple[Place, ...]:
    """Every division, from the province down to villages, parents before children."""
    places = [Place(PROVINCE, PROVINCE_NAME, "province", "")]
    for city_code, (city, county_names) in TREE.items():
        places.append(Place(city_code, city, "city", PROVINCE))
        for number, county in county_names.items():
            code = city_code[:4] + number
            start = "2014-05-01" if code == "990104" else ""
            places.append(Place(code, county, "county", city_code, start))
    for code, name, end, successors in ABOLISHED:
        city = f"{code[:4]}00"
        places.append(Place(code, name, "county", city, "1980-01-01", end, successors))
    return tuple(places + [place for county in counties() for place in _below(county)])


@cache
def counties() -> tuple[Place, ...]:
    """The counties in force, in the order of their codes."""
    return tuple(
        Place(city_code[:4] + number, county, "county", city_code)
        for city_code, (_, names) in TREE.items()
        for number, county in names.items()
    )


@cache
def cities() -> tuple[Place, ...]:
    return tuple(Place(code, name, "city", PROVINCE) for code, (name, _) in TREE.items())


@cache
def county_weights() -> tuple[float, ...]:
    """The share of people in each county, relative."""
    return tuple(
        DISTRICT_WEIGHT if int(place.code[4:]) < 21 else COUNTY_WEIGHT for place in counties()
    )


@cache
def neighbourhoods() -> dict[str, tuple[Neighbourhood, ...]]:
    """County code to its villages and communities."""
    names = {place.code: place.name for place in divisions()}
    found: dict[str, list[Neighbourhood]] = {place.code: [] for place in counties()}
    for place in divisions():
        if place.level != "village":
            continue
        county = place.code[:6]
        found[county].append(
            Neighbourhood(
                code=place.code,
                province=PROVINCE_NAME,
                city=names[f"{county[:4]}00"],
                county=names[county],
                county_code=county,
                town=names[place.parent],
                name=place.name,
                is_urban=place.name.endswith("社区"),
            )
        )
    return {code: tuple(rows) for code, rows in found.items()}


def birth_codes(county_code: str) -> Sequence[str]:
    """Codes a birth in this county may have got before 2003: also those that are no more."""
    old = [code for code, _, _, successors in ABOLISHED if county_code in successors]
    return (county_code, *old)


def _below(county: Place) -> list[Place]:
    chosen = random.Random(f"minhai {county.code}")
    is_district = int(county.code[4:]) < 21
    streets = STREETS_OF_DISTRICTS[:5] if is_district else STREETS_OF_COUNTIES
    stems = chosen.sample(TOWN_STEMS, 2 if is_district else 5)
    towns = [*streets, *(f"{stem}{'镇' if n < 4 else '乡'}" for n, stem in enumerate(stems))]
    places = []
    for number, town in enumerate(towns, start=1):
        code = f"{county.code}{number if town.endswith('街道') else number + 97:03}"
        places.append(Place(code, town, "township", county.code))
        names = _village_names(chosen, town)
        if code in FIXED_COMMUNITIES:
            names = [FIXED_COMMUNITIES[code], *names[1:]]
        for position, name in enumerate(names, start=1):
            places.append(Place(f"{code}{position:03}", name, "village", code))
    return places


def _village_names(chosen: random.Random, town: str) -> list[str]:
    if town.endswith("街道"):
        return [f"{name}社区" for name in chosen.sample(ESTATES[1:], 5)]
    stems = chosen.sample([a + b for a in VILLAGE_STEMS for b in VILLAGE_STEMS if a != b], 6)
    return [f"{stem}村" for stem in stems]
