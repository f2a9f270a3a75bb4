"""Who governs Minhai: organisations with their duties, officers with their posts, citizens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from yitang.ground.base.identity import credit_check_character

from . import names
from .places import PROVINCE, PROVINCE_NAME, Place, cities, counties
from .vocabulary import lines_of

BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Department:
    """One line of government on each level it exists on; an empty name: not on that level."""

    key: str
    province: str
    city: str
    county: str
    duties: tuple[str, ...]
    kind: str = "department"


def _departments() -> tuple[Department, ...]:
    rows = ([part.strip() for part in line.split("|")] for line in lines_of("departments.txt"))
    return tuple(
        Department(key, province, city, county, tuple(duties.split()), kind)
        for key, province, city, county, duties, kind in rows
    )


DEPARTMENTS = _departments()
# The twenty that own service items come first, in the order of their line number in item codes.
ITEM_OWNERS = DEPARTMENTS[:20]
# Offices of a county that have an officer of their own; the others are reached through the hall.
STAFFED = ("water", "environment", "police", "transport", "construction", "education", "health")


@dataclass(frozen=True, slots=True)
class Office:
    """One organisation of the province."""

    key: str
    name: str
    short_name: str
    credit_code: str
    division: str
    kind: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """One post of one officer; a person with two posts has two lines."""

    username: str
    display_name: str
    role: str
    office: str
    mobile: str


def credit_code(division: str, number: int, *, kind: str = "11") -> str:
    """A valid unified social credit code: ``kind`` 11 government, 91 company."""
    body = f"{number:08}"
    total = sum(int(digit) * weight for digit, weight in zip(body, BODY_WEIGHTS, strict=True))
    check = "0123456789X0"[(11 - total % 11) % 12]
    first = f"{kind}{division}{body}{check}"
    return first + credit_check_character(first)


@cache
def offices() -> tuple[Office, ...]:
    """Every organisation, the province's first."""
    found: list[Office] = []
    places = (Place(PROVINCE, PROVINCE_NAME, "province", ""), *cities(), *counties())
    for place in places:
        for position, line in enumerate(DEPARTMENTS, start=1):
            tail = {"province": line.province, "city": line.city, "county": line.county}[
                place.level
            ]
            if tail:
                found.append(_office(line, place, tail, position))
    return tuple(found)


def _office(line: Department, place: Place, tail: str, position: int) -> Office:
    short = tail.removeprefix("省") if place.level == "province" else place.name + tail
    name = "闽海" + tail if place.level == "province" else place.name + tail
    if line.key == "tax":
        name = f"国家税务总局{name}"
    number = int(place.code) * 100 % 10_000_000 * 10 + position
    return Office(
        key=line.key,
        name=name,
        short_name=f"省{short}" if place.level == "province" else short,
        credit_code=credit_code(place.code, number % 100_000_000),
        division=place.code,
        kind=line.kind,
        duties=line.duties,
    )


@cache
def office(key: str, division: str = PROVINCE) -> Office:
    """The office of one line in one division; ``KeyError`` when there is none."""
    for candidate in offices():
        if (candidate.key, candidate.division) == (key, division):
            return candidate
    raise KeyError((key, division))


# User name, what the person is called, and each post as role, line and division. The first
# twelve bear the name of their role: the demo's switch of roles signs in as these.
NAMED = (
    ("clerk", "郑秀琴", (("clerk", "hall", "990121"),)),
    ("handler", "周敏", (("handler", "police", "990121"), ("handler", "water", "990121"))),
    ("data_officer", "黄晓静", (("data_officer", "health", PROVINCE),)),
    (
        "sharing_head", "叶国平",
        (("sharing_head", "health", PROVINCE), ("sharing_head", "data", PROVINCE)),
    ),
    ("hotline_agent", "吴巧玲", (("hotline_agent", "hotline", PROVINCE),)),
    ("dispatcher", "许建辉", (("dispatcher", "hotline", PROVINCE),)),
    ("supervisor", "蔡明哲", (("supervisor", "hotline", PROVINCE),)),
    ("leader", "江海宁", (("leader", "government", PROVINCE),)),
    ("system_admin", "罗旭", (("system_admin", "data", PROVINCE),)),
    ("security_admin", "庄雪", (("security_admin", "data", PROVINCE),)),
    ("audit_admin", "卓文清", (("audit_admin", "data", PROVINCE),)),
)  # fmt: skip


def officers() -> Iterator[Officer]:
    """Every post, the named persons' first; the same for every seed."""
    chosen = random.Random("minhai officers")
    for username, name, posts in NAMED:
        for role, key, division in posts:
            yield Officer(username, name, role, office(key, division).credit_code, "")
    for line in DEPARTMENTS:
        if line.province and line.key not in {"government", "hotline", "hall"}:
            for role in ("data_officer", "sharing_head"):
                place = office(line.key)
                username = f"{line.key}.{role}".replace("-", "_")
                yield Officer(username, _name(chosen), role, place.credit_code, _mobile(chosen))
    for city in cities():
        for role, key in (("dispatcher", "hotline"), ("leader", "government"), ("clerk", "hall")):
            place = office(key, city.code)
            username = f"{role}.{city.code[:4]}"
            yield Officer(username, _name(chosen), role, place.credit_code, _mobile(chosen))
    for county in counties():
        for key in STAFFED:
            place = office(key, county.code)
            username = f"{key}.{county.code}".replace("-", "_")
            yield Officer(username, _name(chosen), "handler", place.credit_code, _mobile(chosen))
    for county in counties():  # who sees to what has no office of its own
        place = office("government", county.code)
        username = f"government.{county.code}"
        yield Officer(username, _name(chosen), "handler", place.credit_code, _mobile(chosen))


def _name(chosen: random.Random) -> str:
    sex = chosen.choice("12")
    return names.surname(chosen) + names.given_name(chosen, sex)


def _mobile(chosen: random.Random) -> str:
    return f"1{chosen.choice('35789')}{chosen.randrange(10**9):09}"
