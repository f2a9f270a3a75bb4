"""The people of Minhai, household by household, in blocks that fit into memory.

A block depends on the seed, its own number and the size asked for, never on other blocks. The
first household is the one of the demo's story and is the same for every seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from yitang.ground.base.identity import identity_check_character

from .names import given_name, surname
from .places import ROADS, Neighbourhood, birth_codes, counties, county_weights, neighbourhoods

BLOCK = 50_000
TWINS = 0.015
DIVORCED = 0.05
REISSUED = 0.001  # persons who were once given a second number
BORN_ELSEWHERE = 0.15  # in another county of the province
NEWBORN = 0.004  # couples of childbearing age whose child of these weeks is not registered yet
NATIONS = ("汉", "畲", "回", "满", "苗", "高山")
NATION_WEIGHTS = (96.5, 2.0, 0.6, 0.3, 0.3, 0.3)
STORY = "990121000000000"  # the household number of the demo's family
BORN_BEFORE = date(1999, 10, 1)  # these may still appear with 15 digits (GB 11643-1999)

SINGLE, COUPLE, FAMILY, THREE, OLD = range(5)
KINDS = (0.15, 0.33, 0.71, 0.92, 1.0)


@dataclass(slots=True)
class Person:
    """One person, as they are in truth."""

    id: int
    number: str
    name: str
    sex: str
    birth: date
    nation: str
    mobile: str
    relation: str
    second_number: str = ""
    mother: Person | None = None
    father: Person | None = None
    child_number: int = 0
    is_registered: bool = True


@dataclass(slots=True)
class Household:
    """People who share an address."""

    number: str
    home: Neighbourhood
    road: str
    house: int
    building: int
    room: int
    phone: str
    people: list[Person] = field(default_factory=list)
    is_owner: bool = False
    is_poor: bool = False

    def address(self, style: int = 0) -> str:
        """The address in one of the five ways clerks write it."""
        home = self.home
        place = f"{self.road}{self.house}号" if home.is_urban else f"{home.name}{self.house}号"
        if home.is_urban:
            flat = (
                f"{self.building}栋{self.room}室" if style < 2 else f"{self.building}-{self.room}"
            )
            estate = home.name.removesuffix("社区")
            place = f"{place}{estate}{flat}" if style in {0, 2} else f"{place}{flat}"
        front = {
            0: f"{home.province}{home.city}{home.county}{home.town}",
            1: f"{home.city}{home.county}{home.town}",
            2: f"{home.county}{home.town}",
            3: f"{home.province}{home.city}{home.county}",
            4: home.county,
        }[style]
        return front + place


@dataclass(frozen=True, slots=True)
class Marriage:
    husband: Person
    wife: Person
    on: date
    county_code: str
    is_ended: bool


@dataclass(slots=True)
class Block:
    """Some tens of thousands of people."""

    number: int
    households: list[Household] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)

    @property
    def people(self) -> Iterator[tuple[Household, Person]]:
        for household in self.households:
            for person in household.people:
                yield household, person


class _Maker:
    """Draws one block; the numbers it gives lie in its own part of each day's sequence."""

    def __init__(self, *, seed: int, block: int, blocks: int, today: date) -> None:
        self.chosen = random.Random(f"minhai people {seed} {block}")
        self.block = Block(block)
        self.today = today
        self.next_id = block * BLOCK * 2 + 1
        self.width = max(2, 1000 // blocks)
        self.first = block * self.width
        self.given: dict[tuple[str, date, str], int] = {}
        self.counties = counties()
        self.weights = county_weights()

    def make(self, people: int) -> Block:
        made = 0
        if self.block.number == 0:
            made += self._add(story_household(self))
        while made < people:
            made += self._add(self._household())
        return self.block

    def _add(self, household: Household) -> int:
        self.block.households.append(household)
        return len(household.people)

    def _household(self) -> Household:
        chosen = self.chosen
        county = chosen.choices(self.counties, self.weights)[0]
        home = chosen.choice(neighbourhoods()[county.code])
        household = Household(
            number=f"{county.code}{self.block.number:03}{len(self.block.households):06}",
            home=home,
            road=chosen.choice(ROADS),
            house=chosen.randint(1, 299),
            building=chosen.randint(1, 18),
            room=chosen.randint(1, 28) * 100 + chosen.randint(1, 4),
            phone=self.mobile(),
            is_owner=chosen.random() < (0.62 if home.is_urban else 0.2),
            is_poor=chosen.random() < 0.022,
        )
        self._fill(household)
        return household

    def _fill(self, household: Household) -> None:
        draw = self.chosen.random()
        kind = next(n for n, limit in enumerate(KINDS) if draw < limit)
        if kind == SINGLE:
            self.person(household, self.chosen.choice("12"), self._age(20, 88), "户主")
        elif kind == OLD:
            self._couple(household, self._age(60, 90))
        elif kind == COUPLE:
            self._couple(household, self._age(23, 62))
        else:
            wife_age = self._age(24, 50)
            couple = self._couple(household, wife_age)
            self._children(household, couple, wife_age)
            if kind == THREE:
                self._grandparents(household, couple[0], wife_age)

    def _couple(self, household: Household, wife_age: int) -> tuple[Person, Person]:
        chosen = self.chosen
        husband_age = min(95, max(22, wife_age + round(chosen.gauss(1.8, 2.5))))
        husband = self.person(household, "1", husband_age, "户主")
        wife = self.person(household, "2", wife_age, "妻")
        youngest = max(husband.birth, wife.birth)
        on = youngest + timedelta(days=365 * 22 + chosen.randint(0, 365 * 9))
        if on < self.today:
            ended = chosen.random() < DIVORCED
            county = household.home.county_code
            self.block.marriages.append(Marriage(husband, wife, on, county, ended))
        return husband, wife

    def _children(self, household: Household, parents: tuple[Person, Person], age: int) -> None:
        chosen = self.chosen
        number = chosen.choices((0, 1, 2, 3), (1, 5, 4, 1))[0]
        last_age = min(age - 22, 25)
        for order in range(1, number + 1):
            if last_age < 0:
                return
            child_age = chosen.randint(max(0, last_age - 6), last_age)
            last_age = child_age - 2
            child = self._child(household, parents, child_age, order)
            if chosen.random() < TWINS:
                twin = self._child(household, parents, child_age, order, birth=child.birth)
                twin.mobile = child.mobile
        if age < 42 and chosen.random() < NEWBORN:
            birth = self.today - timedelta(days=chosen.randint(1, 50))
            child = self._child(household, parents, 0, number + 1, birth=birth)
            child.is_registered, child.number = False, ""

    def _child(
        self,
        household: Household,
        parents: tuple[Person, Person],
        age: int,
        order: int,
        birth: date | None = None,
    ) -> Person:
        father, mother = parents
        sex = self.chosen.choice("12")
        relation = "子" if sex == "1" else "女"
        family = father.name[: 2 if father.name[:2] in {"欧阳", "上官", "司徒", "诸葛"} else 1]
        child = self.person(household, sex, age, relation, family=family, birth=birth)
        child.father, child.mother, child.child_number = father, mother, order
        child.nation = father.nation if self.chosen.random() < 0.7 else mother.nation
        if (self.today - child.birth).days < 14 * 365:
            child.mobile = ""
        return child

    def _grandparents(self, household: Household, husband: Person, age: int) -> None:
        grandmother_age = min(96, age + self.chosen.randint(21, 32))
        grandmother = self.person(household, "2", grandmother_age, "母亲")
        husband.mother = grandmother
        if self.chosen.random() < 0.7:
            older = min(98, grandmother_age + self.chosen.randint(0, 4))
            grandfather = self.person(household, "1", older, "父亲", family=husband.name[0])
            husband.father = grandfather

    def _age(self, youngest: int, oldest: int) -> int:
        """Between two ages, more often in the lower half."""
        return int(youngest + (oldest - youngest) * self.chosen.random() ** 1.25)

    def person(
        self,
        household: Household,
        sex: str,
        age: int,
        relation: str,
        *,
        family: str = "",
        birth: date | None = None,
    ) -> Person:
        chosen = self.chosen
        birth = birth or self.today - timedelta(days=age * 365 + age // 4 + chosen.randint(1, 364))
        county = household.home.county_code
        if chosen.random() < BORN_ELSEWHERE:
            county = chosen.choice(self.counties).code
        number = self.number(county, birth, sex)
        made = Person(
            id=self.next_id,
            number=number,
            name=(family or surname(chosen)) + given_name(chosen, sex),
            sex=sex,
            birth=birth,
            nation=chosen.choices(NATIONS, NATION_WEIGHTS)[0],
            mobile=household.phone if chosen.random() < 0.12 else self.mobile(),
            relation=relation,
        )
        if chosen.random() < REISSUED:
            made.second_number = self.number(county, birth, sex)
        self.next_id += 1
        household.people.append(made)
        return made

    def number(self, county: str, birth: date, sex: str) -> str:
        """An identity number nobody else in the province has."""
        code = county
        if birth.year < 2003:
            code = self.chosen.choice(birth_codes(county))
        while True:
            key = (code, birth, sex)
            taken = self.given.get(key, 0)
            sequence = self.first + taken * 2
            sequence += (sequence % 2 == 0) == (sex == "1")
            if sequence < self.first + self.width:
                break
            code = self.chosen.choice(self.counties).code
        self.given[key] = taken + 1
        body = f"{code}{birth:%Y%m%d}{sequence:03}"
        return body + identity_check_character(body)

    def mobile(self) -> str:
        """Eleven digits in ranges that no operator has been given (17x)."""
        return f"17{self.chosen.choice('49')}{self.chosen.randrange(10**8):08}"


def story_household(maker: _Maker) -> Household:
    """林若芸, 陈志远 and 林知夏, born eleven days ago and not registered yet."""
    home = neighbourhoods()["990121"][0]
    household = Household(STORY, home, "文屿路", 18, 3, 502, "17400001234", is_owner=True)
    father = Person(
        maker.next_id, _fixed("990302", "19930308", 11), "陈志远", "1", date(1993, 3, 8), "汉",
        "17400001173", "夫",
    )  # fmt: skip
    mother = Person(
        maker.next_id + 1, _fixed("990121", "19950614", 20), "林若芸", "2", date(1995, 6, 14), "汉",
        "17400002046", "户主",
    )  # fmt: skip
    child = Person(
        maker.next_id + 2, "", "林知夏", "2", date(2026, 11, 12), "汉", "", "女",
        mother=mother, father=father, child_number=1, is_registered=False,
    )  # fmt: skip
    maker.next_id += 3
    household.people = [mother, father, child]
    married = Marriage(father, mother, date(2023, 5, 20), "990121", is_ended=False)
    maker.block.marriages.append(married)
    return household


@cache
def _fixed(code: str, birth: str, sequence: int) -> str:
    body = f"{code}{birth}{sequence:03}"
    return body + identity_check_character(body)


def blocks(*, people: int, seed: int, today: date) -> Iterator[Block]:
    """The whole province, one block after the other."""
    number = max(1, -(-people // BLOCK))
    for block in range(number):
        size = min(BLOCK, people - block * BLOCK)
        yield _Maker(seed=seed, block=block, blocks=number, today=today).make(size)
