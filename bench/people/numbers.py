"""Identity numbers: valid, no two alike, some persons with a second one."""

from __future__ import annotations

import numpy as np

from . import words
from .persons import NOBODY, Days, Flags, Homes, Ints, People, Texts, years

REISSUED = 0.001  # of persons


def give_numbers(draw: np.random.Generator, people: People, homes: Homes) -> None:
    codes = np.array(
        [
            990_000 + 100 * (words.CITIES.index(city) + 1) + number
            for number, (city, _) in enumerate(words.COUNTIES, start=2)
        ]
    )
    elsewhere = draw.random(len(people)) < 0.2
    abroad = 990_000 + draw.integers(20, 90, len(people)) * 100 + draw.integers(2, 9, len(people))
    at_birth = homes.county[people.old_place]
    region = np.where(elsewhere, abroad, codes[at_birth])
    with_parent = np.flatnonzero((people.father != NOBODY) & (draw.random(len(people)) < 0.9))
    region[with_parent] = codes[at_birth[with_parent]]
    again = draw.choice(len(people), max(1, int(len(people) * REISSUED)), replace=False)
    whose = np.append(np.arange(len(people)), again)
    numbers = valid_numbers(draw, region[whose], people.born[whose], people.male[whose])
    people.number = numbers[: len(people)]
    people.old_number = people.number.copy()
    people.old_number[again] = numbers[len(people) :]
    people.new_number_on = np.datetime64("2008-01-01") + draw.integers(0, 5500, len(people))
    people.unnumbered = draw.gamma(6, 1 / 6, len(people))


CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def valid_numbers(draw: np.random.Generator, region: Ints, born: Days, male: Flags) -> Texts:
    """A number each, no two alike: region, birth date, sequence (odd for men), check digit."""
    months = born.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (born - months.astype("datetime64[D]")).astype(np.int64) + 1
    date = years(born) * 10_000 + month * 100 + day
    start = (region * 10**8 + date) * 1000
    body = np.zeros(len(region), np.int64)
    open_yet = np.arange(len(region))
    while len(open_yet):
        sequence = 2 * draw.integers(1, 499, len(open_yet)) + male[open_yet]
        body[open_yet] = start[open_yet] + sequence
        kept = np.unique(body, return_index=True)[1]
        open_yet = np.setdiff1d(np.arange(len(region)), kept, assume_unique=True)
    digits = body[:, None] // 10 ** np.arange(16, -1, -1) % 10
    check = np.array(list("10X98765432"), dtype=object)[(digits * CHECK_WEIGHTS).sum(1) % 11]
    numbers: Texts = body.astype(str).astype(object) + check
    return numbers
