"""Where households live and lived before, and the telephones they are reached by."""

from __future__ import annotations

import numpy as np

from . import words
from .persons import Homes, People, Texts, chosen

MOVED_HOUSEHOLDS, LEFT_HOME = 0.25, 0.6
NEW_PHONE = 0.4


def give_homes(draw: np.random.Generator, people: People) -> Homes:
    """A home a household, another for those that moved, one for each grown child that left."""
    households = int(people.home.max()) + 1
    left = people.is_grown_child & (draw.random(len(people)) < LEFT_HOME)
    moved = draw.random(households) < MOVED_HOUSEHOLDS
    number = households + int(left.sum()) + int(moved.sum())
    homes = addresses(draw, number)
    people.place = people.home.copy()
    former = np.arange(households)
    former[moved] = np.arange(number - int(moved.sum()), number)
    people.old_place = former[people.home]
    people.old_place[left] = people.home[left]
    people.place[left] = households + np.arange(int(left.sum()))
    near = draw.random(number) < 0.6  # most moves stay in the county
    new = people.place[left]
    near_new = near[new]
    homes.county[new[near_new]] = homes.county[people.home[left]][near_new]
    on = np.datetime64("2006-01-01") + draw.integers(0, 7000, households)
    people.moved_on = on[people.home]
    own = np.datetime64("2006-01-01") + draw.integers(0, 7000, len(people))
    people.moved_on[left] = np.maximum(own, people.born + 6600)[left]
    return homes


def addresses(draw: np.random.Generator, number: int) -> Homes:
    weights = np.array(list(words.COUNTIES.values()), float)
    county = draw.choice(len(weights), number, p=weights / weights.sum())
    is_district = np.array([name.endswith("区") for _, name in words.COUNTIES])[county]
    is_village = draw.random(number) < np.where(is_district, 0.12, 0.6)
    village = chosen(draw, words.VILLAGES, number, 0.3) + np.array("村", dtype=object)
    towns = chosen(draw, words.TOWNS, number) + np.array("镇", dtype=object)
    streets = chosen(draw, words.STREETS, number) + np.array("街道", dtype=object)
    floor, door = draw.integers(1, 19, number), draw.integers(1, 5, number)
    estate = chosen(draw, words.ESTATES, number, 0.4)
    estate[draw.random(number) < 0.25] = ""
    return Homes(
        county=county,
        street=np.where(is_village, towns, streets),
        is_village=is_village,
        road=np.where(is_village, village, chosen(draw, words.ROADS, number, 0.6)),
        road_number=1 + draw.gamma(1.4, 90, number).astype(np.int64),
        estate=np.where(is_village, "", estate),
        building=1
        + np.where(is_village, draw.integers(0, 12, number), draw.gamma(1.5, 7, number)).astype(
            np.int64
        ),
        unit=draw.integers(1, 5, number),
        room=np.where(is_village, draw.integers(1, 130, number), floor * 100 + door),
    )


PREFIXES = [str(prefix) for prefix in (
    138, 139, 135, 136, 137, 150, 151, 152, 158, 159, 182, 187, 188, 130,
    131, 132, 155, 156, 185, 186, 133, 153, 180, 181, 189, 177, 178, 199,
)]  # fmt: skip


def mobiles(draw: np.random.Generator, size: int) -> Texts:
    tails = draw.integers(0, 10**8, size)
    prefixes = chosen(draw, PREFIXES, size, 0.4)
    return np.array([f"{p}{t:08}" for p, t in zip(prefixes, tails, strict=True)], dtype=object)


def give_phones(draw: np.random.Generator, people: People) -> None:
    """Most grown people have their own; children, some of the old, and some others the house's."""
    year = people.year
    own = draw.random(len(people)) < np.select(
        [year < 1945, year < 1960, year <= 2007, year <= 2012], [0.4, 0.8, 0.95, 0.35], 0.01
    )
    households = int(people.home.max()) + 1
    house, former_house = mobiles(draw, households), mobiles(draw, households)
    landline = draw.random(households) < 0.1
    lines = draw.integers(2_000_000, 8_999_999, int(landline.sum()))
    house[landline] = np.array([f"0590{line}" for line in lines], dtype=object)
    same_house = draw.random(households) > NEW_PHONE
    former_house[same_house] = house[same_house]
    mine, my_former = mobiles(draw, len(people)), mobiles(draw, len(people))
    head = np.arange(len(people)) < households
    mine[head] = np.where(draw.random(households) < 0.7, house, mine[head])
    same = draw.random(len(people)) > NEW_PHONE
    my_former[same] = mine[same]
    people.phone = np.where(own, mine, house[people.home])
    people.old_phone = np.where(own, my_former, former_house[people.home])
    people.new_phone_on = np.datetime64("2005-01-01") + draw.integers(0, 7300, len(people))
