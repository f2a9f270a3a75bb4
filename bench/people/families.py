"""Who there is: households over three generations, with twins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .persons import NOBODY, Days, Flags, Ints, People

LAST_YEAR = 2024
TWINS = 0.015  # of all persons


def families(draw: np.random.Generator, households: int) -> People:
    home = np.arange(households)
    head_year = adult_years(draw, households)
    pairs = draw.random(households) < np.where(head_year < 1998, 0.8, 0.35)
    head_male = draw.random(households) < np.where(pairs, 0.97, 0.52)
    spouse = home[pairs]
    spouse_year = head_year[pairs] + np.round(draw.normal(1.8, 2.6, len(spouse))).astype(np.int64)
    parts = [
        Part(home, head_male, head_year),
        Part(spouse, ~head_male[pairs], np.clip(spouse_year, 1930, 2004)),
    ]
    head_of, spouse_of = home, np.full(households, NOBODY)
    spouse_of[spouse] = households + np.arange(len(spouse))
    parts.append(children(draw, head_year, head_male, head_of, spouse_of))
    parts += [grandparents(draw, head_year, male=male) for male in (True, False)]
    people = joined(draw, parts)
    tie_grandparents(people, parts, head_of)
    return make_twins(draw, people)


@dataclass
class Part:
    home: Ints
    male: Flags
    year: Ints
    father: Ints | None = None
    mother: Ints | None = None


def adult_years(draw: np.random.Generator, size: int) -> Ints:
    """Two waves of births (the sixties, the eighties) and few of the very old."""
    years = np.arange(1930, 2004)
    weight = (
        0.25 + np.exp(-(((years - 1967) / 9) ** 2)) + 0.9 * np.exp(-(((years - 1987) / 6) ** 2))
    )
    weight *= np.clip((years - 1922) / 28, 0, 1)
    return draw.choice(years, size, p=weight / weight.sum())


def children(
    draw: np.random.Generator, head_year: Ints, head_male: Flags, head_of: Ints, spouse_of: Ints
) -> Part:
    with_spouse = spouse_of != NOBODY
    mean = np.select([head_year < 1950, head_year < 1965, head_year < 1996], [2.6, 1.8, 1.25], 0.5)
    mean = np.where(with_spouse, mean, 0.15)
    count = np.minimum(draw.poisson(mean), 5)
    home = np.repeat(np.arange(len(head_year)), count)
    order = np.arange(len(home)) - np.repeat(np.cumsum(count) - count, count)
    first = head_year[home] + 21 + draw.gamma(3, 1.7, len(head_year)).astype(np.int64)[home]
    year = first + order * 2 + draw.integers(0, 2, len(home))
    alive = (year <= LAST_YEAR) & (year < head_year[home] + 48)
    home, year = home[alive], year[alive]
    male = draw.random(len(home)) < 0.53
    head, spouse = head_of[home], spouse_of[home]
    father = np.where(head_male[home], head, spouse)
    return Part(home, male, year, father, np.where(head_male[home], spouse, head))


def grandparents(draw: np.random.Generator, head_year: Ints, *, male: bool) -> Part:
    year = head_year - 25 - draw.gamma(2, 1.5, len(head_year)).astype(np.int64) + (0 if male else 2)
    here = (year >= 1930) & (head_year < 2000) & (draw.random(len(year)) < 0.2)
    home = np.flatnonzero(here)
    return Part(home, np.full(len(home), male), year[home])


def joined(draw: np.random.Generator, parts: Sequence[Part]) -> People:
    def all_of(name: str) -> Ints:
        none = [np.full(len(part.home), NOBODY) for part in parts]
        found = [getattr(part, name) for part in parts]
        return np.concatenate([n if f is None else f for n, f in zip(none, found, strict=True)])

    year = np.concatenate([part.year for part in parts])
    child = all_of("father")
    is_child = np.zeros(len(year), bool)
    start = len(parts[0].home) + len(parts[1].home)
    is_child[start : start + len(parts[2].home)] = True
    return People(
        home=np.concatenate([part.home for part in parts]),
        male=np.concatenate([part.male for part in parts]),
        born=birthdays(draw, year),
        father=child,
        mother=all_of("mother"),
        twin_of=np.full(len(year), NOBODY),
        is_grown_child=is_child & (year <= 2000),
    )


def tie_grandparents(people: People, parts: Sequence[Part], head_of: Ints) -> None:
    start = sum(len(part.home) for part in parts[:3])
    for kin, part in ((people.father, parts[3]), (people.mother, parts[4])):
        kin[head_of[part.home]] = start + np.arange(len(part.home))
        start += len(part.home)


def birthdays(draw: np.random.Generator, year: Ints) -> Days:
    """More births in autumn than in spring, and a heap on the first of January for the old."""
    day = np.arange(365)
    weight = 1 + 0.12 * np.cos((day - 290) * 2 * np.pi / 365)
    found = draw.choice(day, len(year), p=weight / weight.sum())
    chance = draw.random(len(year))
    heap = np.select([year < 1950, year < 1962, year < 1976], [0.07, 0.035, 0.012], 0.003)
    found[chance < heap] = 0
    first_of_month = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])
    rounded = (chance > 1 - heap) & (year < 1976)
    found[rounded] = draw.choice(first_of_month, int(rounded.sum()))
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    born: Days = start + found.astype("timedelta64[D]")
    return born


def make_twins(draw: np.random.Generator, people: People) -> People:
    """A second child beside some: one day, one home, one pair of parents."""
    able = np.flatnonzero(people.mother != NOBODY)
    wanted = int(len(people) * TWINS / 2)
    elder = np.sort(draw.choice(able, wanted, replace=False))
    same = draw.random(wanted) < 0.65
    return People(
        home=np.append(people.home, people.home[elder]),
        male=np.append(people.male, people.male[elder] == same),
        born=np.append(people.born, people.born[elder]),
        father=np.append(people.father, people.father[elder]),
        mother=np.append(people.mother, people.mother[elder]),
        twin_of=np.append(people.twin_of, elder),
        is_grown_child=np.append(people.is_grown_child, people.is_grown_child[elder]),
    )
