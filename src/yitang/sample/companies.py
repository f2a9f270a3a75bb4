"""The companies of Minhai: names, owners who live there, and what the register says of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .offices import credit_code
from .people import BLOCK, Block, Household, Person
from .vocabulary import words_of

PER_PERSON = 0.04
BRANDS = words_of("company brands")
TRADES = {
    "食品": "食品生产；食品销售",
    "建筑工程": "建设工程施工；园林绿化工程施工",
    "信息科技": "软件开发；信息系统集成服务",
    "贸易": "国内贸易代理；货物进出口",
    "物流": "道路货物运输；仓储服务",
    "餐饮管理": "餐饮服务；餐饮管理",
    "水产": "水产养殖；水产品批发",
    "茶业": "茶叶种植；茶叶制品销售",
    "机械制造": "通用设备制造；机械设备销售",
    "医药": "药品零售；第二类医疗器械销售",
    "房地产": "房地产开发经营；物业管理",
    "旅游": "旅行社服务；民宿经营",
    "农业开发": "农产品初加工；农业技术服务",
    "服装": "服装制造；服装批发",
    "新能源": "光伏发电；充电桩运营",
    "文化传媒": "广告制作；文艺创作",
}
KINDS = words_of("company kinds")
STATES = ("存续", "存续", "存续", "存续", "存续", "存续", "存续", "注销", "吊销")


@dataclass(frozen=True, slots=True)
class Company:
    """One firm, as the register would have it without slips."""

    id: str
    credit_code: str
    registration: str  # the 15 digits it had before 2015-10, when credit codes came
    name: str
    kind: str
    owner: Person
    capital: int
    since: date
    address: str
    division: str
    scope: str
    state: str


def companies_of(block: Block, *, seed: int, today: date) -> Iterator[Company]:
    """The firms whose owners live in ``block``; the same whoever asks."""
    chosen = random.Random(f"minhai companies {seed} {block.number}")
    number = block.number * BLOCK // 10
    for household, person in block.people:
        if 20 <= (today - person.birth).days // 365 <= 65 and chosen.random() < PER_PERSON * 1.7:
            number += 1
            yield _company(chosen, number, household, person, today)


def _company(
    chosen: random.Random, number: int, household: Household, owner: Person, today: date
) -> Company:
    county = household.home.county_code
    trade = chosen.choice(tuple(TRADES))
    kind = chosen.choices(KINDS, (50, 25, 5, 5, 15))[0]
    tail = {"个体工商户": "店", "股份有限公司": "股份有限公司", "个人独资企业": "厂"}.get(
        kind, "有限公司"
    )
    oldest = max(owner.birth + timedelta(days=20 * 365), today - timedelta(days=25 * 365))
    since = oldest + timedelta(days=int((today - oldest).days * chosen.random()))
    brand = chosen.choice(BRANDS) + chosen.choice(("", "", "达", "兴", "隆", "华"))
    return Company(
        id=f"C{number}",
        credit_code=credit_code(county, 30_000_000 + number, kind="92" if tail == "店" else "91"),
        registration=f"{county}1{number:08}",
        name=f"{household.home.county}{brand}{trade}{tail}",
        kind=kind,
        owner=owner,
        capital=chosen.choice((3, 10, 50, 100, 200, 500, 1000, 5000)),
        since=since,
        address=household.address(chosen.randrange(3)),
        division=county,
        scope=TRADES[trade],
        state=chosen.choice(STATES),
    )
