"""What people are called: by generation, sex and family, with few names shared by many."""

from __future__ import annotations

import numpy as np

from . import words
from .persons import NOBODY, Ints, People, Texts, chosen


def give_names(draw: np.random.Generator, people: People) -> None:
    weights = np.array(list(words.SURNAMES.values()), float)
    picked = draw.choice(len(weights), len(people), p=weights / weights.sum())
    people.surname = np.array(list(words.SURNAMES), dtype=object)[picked]
    people.given = given_names(draw, people)
    oldest_first = np.argsort(people.born, kind="stable")
    inherit_surnames(draw, people, oldest_first)
    share_characters(draw, people, oldest_first)
    differ_from_twin(draw, people)
    name_minorities(draw, people, oldest_first)


def given_names(draw: np.random.Generator, people: People) -> Texts:
    found = np.empty(len(people), object)
    era = np.digitize(people.year, (1965, 1985, 2000))
    for generation in range(4):
        for male in (True, False):
            here = np.flatnonzero((era == generation) & (people.male == male))
            found[here] = given_of(draw, generation, len(here), male=male)
    return found


def given_of(draw: np.random.Generator, generation: int, size: int, *, male: bool) -> Texts:
    pool = (words.MALE if male else words.FEMALE)[generation]
    common = (words.COMMON_MALE if male else words.COMMON_FEMALE)[generation]
    first, second = characters(draw, pool, size), characters(draw, pool, size)
    rare = draw.random(size) < (0.004, 0.006, 0.012, 0.03)[generation]
    second[rare] = chosen(draw, words.RARE, int(rare.sum()))
    found: Texts = first + second
    chance = draw.random(size)
    single = chance < (0.1, 0.3, 0.32, 0.1)[generation]
    found[single] = second[single]
    usual = chance > 0.87
    found[usual] = chosen(draw, common, int(usual.sum()), 0.4)
    return found


def characters(draw: np.random.Generator, pool: str, size: int) -> Texts:
    """Two in three of the generation's own, the rest of any."""
    own = draw.random(size) < 0.65
    found: Texts = np.where(own, chosen(draw, pool, size, 0.55), chosen(draw, words.WIDE, size))
    return found


def inherit_surnames(draw: np.random.Generator, people: People, order: Ints) -> None:
    of_mother = draw.random(len(people)) < 0.05
    source = np.where((people.father == NOBODY) | of_mother, people.mother, people.father)
    source[people.mother == NOBODY] = people.father[people.mother == NOBODY]
    for person in order[source[order] != NOBODY]:
        people.surname[person] = people.surname[source[person]]
    twins = people.twin_of != NOBODY
    people.surname[twins] = people.surname[people.twin_of[twins]]


def share_characters(draw: np.random.Generator, people: People, order: Ints) -> None:
    """Brothers and sisters share a character in some families, children one with a parent."""
    homes = int(people.home.max()) + 1
    generation_name = draw.random(homes) < 0.25
    of_home = given_names(draw, people)
    chance = draw.random(len(people))
    first_child: dict[int, int] = {}
    children = order[(people.father[order] != NOBODY) | (people.mother[order] != NOBODY)]
    given = people.given
    for person in children:
        own, home = given[person], int(people.home[person])
        parent = people.father[person] if people.male[person] else people.mother[person]
        if generation_name[home]:
            eldest = given[first_child.setdefault(home, int(person))]
            given[person] = eldest[0] + own[-1] if own[-1] != eldest[0] else own
        elif chance[person] < 0.05 and parent != NOBODY:
            given[person] = given[parent][0] + own[-1]
        elif chance[person] < 0.06 and parent != NOBODY:
            given[person] = "小" + given[parent][-1]
        elif chance[person] < 0.063 and parent != NOBODY:
            given[person] = given[parent][-1] + of_home[person][-1]


def differ_from_twin(draw: np.random.Generator, people: People) -> None:
    """A third of the twins share a character, the rest none, and no two are called alike."""
    share = draw.random(len(people)) < 1 / 3
    fresh = given_names(draw, people)
    for person in np.flatnonzero(people.twin_of != NOBODY):
        elder = people.given[people.twin_of[person]]
        own = fresh[person]
        if share[person]:
            own = elder[0] + own[-1]
        if own == elder or (not share[person] and set(own) & set(elder)):
            pool = (words.MALE if people.male[person] else words.FEMALE)[3]
            left = next(c for c in pool[int(draw.integers(0, 30)) :] if c not in elder)
            own = elder[0] + left if share[person] else left
        people.given[person] = own


def name_minorities(draw: np.random.Generator, people: People, order: Ints) -> None:
    """Households whose names are given name · father's given name; no surname."""
    homes = draw.random(int(people.home.max()) + 1) < 0.022
    people.minority = homes[people.home]
    male = chosen(draw, words.MINORITY_MALE, len(people), 0.5)
    female = chosen(draw, words.MINORITY_FEMALE, len(people), 0.5)
    own = np.where(people.male, male, female)
    of_father = chosen(draw, words.MINORITY_MALE, len(people), 0.5)
    for person in order[people.minority[order]]:
        father = people.father[person]
        people.surname[person] = own[person]
        people.given[person] = own[father] if father != NOBODY else of_father[person]
