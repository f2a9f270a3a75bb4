"""What is true of one person or one firm, whoever writes it down.

A fact depends on its subject alone, never on the department that collects it: two registers that
hold the same fact hold the same value, in codes and writings of their own. That is what makes
collecting it twice a waste, and what a finder of such waste may find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

from .companies import Company
from .people import Household, Person

CARS = ("闽海牌HM5", "闽海牌HM7", "鹭云SUV", "沧屿EV3", "星塔1.5T", "长坂皮卡", "榕浦A级")
LICENCES = ("C1", "C1", "C1", "C2", "B2", "A2", "D")
UNIVERSITIES = (
    "闽海大学", "鹭洲师范大学", "闽海理工学院", "石潭职业技术学院", "云岭医学院", "东屿海事学院",
)  # fmt: skip
HARDSHIPS = ("城市低保", "农村低保", "农村低保", "特困", "低保边缘")
DISABILITIES = ("视力", "听力", "言语", "肢体", "肢体", "肢体", "智力", "精神", "多重")
DISABILITY_LEVELS = ("一级", "二级", "三级", "四级", "四级")
YEARS = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "初一", "初二", "初三",
         "高一", "高二", "高三")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a record is about: a person with their household, or a firm."""

    id: object
    today: date
    person: Person | None = None
    household: Household | None = None
    company: Company | None = None

    @property
    def someone(self) -> Person:
        """The person; of a firm its owner."""
        found = self.company.owner if self.company else self.person
        if found is None:
            raise ValueError("a subject is a person or a firm")
        return found

    @property
    def home(self) -> Household:
        if self.household is None:
            raise ValueError("a firm has no household")
        return self.household

    @property
    def firm(self) -> Company:
        if self.company is None:
            raise ValueError("a person is no firm")
        return self.company

    @property
    def age(self) -> int:
        return (self.today - self.someone.birth).days // 365

    def number(self, fact: str) -> int:
        """A number that belongs to this fact of this subject."""
        return crc32(f"{fact} {self.id}".encode())

    def among(self, fact: str, words: Sequence[str]) -> str:
        return words[self.number(fact) % len(words)]

    def between(self, fact: str, least: int, most: int) -> int:
        return least + self.number(fact) % (most - least + 1)

    def day(self, fact: str, *, most: int, first: date | None = None) -> date:
        """A day at most so many days ago, and after ``first``."""
        room = most if first is None else min(most, max(1, (self.today - first).days - 1))
        return self.today - timedelta(days=1 + self.number(fact) % room)

    def is_one_of(self, fact: str, share: float) -> bool:
        return self.number(fact) % 10_000 < share * 10_000


Fact = Callable[[Subject], object]


def _grown(subject: Subject, age: int) -> date:
    birth = subject.someone.birth
    return birth + timedelta(days=365 * age + age // 4)


def _school(s: Subject) -> str:
    kind = "小学" if s.age < 13 else "中学"
    return f"{s.home.home.county}第{'一二三四五六'[s.number('school') % 6]}{kind}"


def _elsewhere(fact: str) -> Fact:
    """An address in the person's county that is not their own."""

    def found(s: Subject) -> str:
        home = s.home.home
        house, flat = s.between(fact, 1, 299), s.between(f"{fact} flat", 101, 2804)
        return f"{home.county}{home.town}{s.home.road}{house}号{flat}室"

    return found


def _guardian(s: Subject) -> Person:
    return s.someone.mother or s.someone.father or s.home.people[0]


OF_PEOPLE: Mapping[str, Fact] = {
    "sex": lambda s: s.someone.sex,
    "nation": lambda s: s.someone.nation,
    "birth_date": lambda s: s.someone.birth,
    "phone": lambda s: s.someone.mobile,
    "relation": lambda s: s.someone.relation,
    "address": lambda s: s.home.address(0),
    "household_number": lambda s: s.home.number,
    "division_code": lambda s: s.home.home.county_code,
    "school": _school,
    "school_year": lambda s: YEARS[min(max(s.age - 6, 0), 11)],
    "guardian_name": lambda s: _guardian(s).name,
    "guardian_phone": lambda s: _guardian(s).mobile or s.home.phone,
    "height": lambda s: 100 + s.age * 5 + s.number("height") % 20,
    "issuer": lambda s: f"{s.home.home.county}公安局",
    "licence_number": lambda s: f"99{s.number('licence') % 10**10:010}",
    "vehicle_class": lambda s: s.among("class", LICENCES),
    "licence_since": lambda s: s.day("licence since", most=9000, first=_grown(s, 18)),
    "plate": lambda s: f"闽H{s.number('plate') % 36**5:05X}"[:7],
    "car": lambda s: s.among("car", CARS),
    "car_since": lambda s: s.day("car since", most=4500, first=_grown(s, 18)),
    "car_tax": lambda s: s.between("car tax", 2, 12) * 60,
    "university": lambda s: s.among("university", UNIVERSITIES),
    "clinic": lambda s: f"{s.home.home.county}疾病预防控制中心",
    "died_on": lambda s: s.day("died", most=900),
    "cremated_on": lambda s: s.day("died", most=900) + timedelta(days=s.between("burial", 1, 3)),
    "issued_on": lambda s: s.day("issued", most=3000),
    "disability": lambda s: s.among("disability", DISABILITIES),
    "disability_level": lambda s: s.among("disability level", DISABILITY_LEVELS),
    "allowance": lambda s: s.between("allowance", 8, 20) * 10,
    "hardship": lambda s: s.among(f"hardship {s.home.number}", HARDSHIPS),
    "hardship_since": lambda s: s.day(f"hardship since {s.home.number}", most=1500),
    "ceiling": lambda s: s.between("ceiling", 2, 10) * 10_000,
    "floor_area": lambda s: s.between("area", 45, 210) + s.number("area part") % 100 / 100,
    "deed_number": lambda s: (
        f"闽海({s.between('deed year', 2008, 2025)}){s.home.home.county}"
        f"不动产权第{s.number('deed') % 10**7:07}号"
    ),
    "land_area": lambda s: s.between("land", 5, 80) / 10,
    "lodging": _elsewhere("lodging"),
    "rented_home": _elsewhere("rented"),
    "other_home": _elsewhere("bought"),
    "contract_number": lambda s: f"HT{s.number('contract') % 10**9:09}",
}

OF_FIRMS: Mapping[str, Fact] = {
    "legal_representative": lambda s: s.someone.name,
    "company_address": lambda s: s.firm.address,
    "registered_on": lambda s: s.firm.since,
    "entity_type": lambda s: s.firm.kind,
    "scope": lambda s: s.firm.scope,
    "division_code": lambda s: s.firm.division,
    "tax_office": lambda s: f"{s.firm.division}税务所",
    "insured_since": lambda s: s.day("insured", most=6000, first=s.firm.since),
    "headcount": lambda s: s.between("heads", 1, 400),
    "industry": lambda s: s.firm.scope.split("；")[0],
    "project": lambda s: f"{s.firm.name[:6]}{s.number('project') % 97}号工程",
    "site": lambda s: f"{s.firm.division[:4]}片区{s.between('site', 1, 400)}号地块",
    "water_volume": lambda s: s.between("water", 1, 500) * 100,
    "cleared_on": lambda s: s.day("cleared", most=2000, first=s.firm.since),
}
