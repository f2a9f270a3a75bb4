"""What tests gather, and a few hundred invented people in three departments' files."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import hand_over
from yitang.data.collection.tests.factories import make_identity_number
from yitang.ground.base.identity import identity_check_character
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_division

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ANNA, BO, CHEN, DAI = (make_identity_number(n, birth=f"19{n}00101") for n in (5, 6, 7, 8))

POLICE = (
    ItemSpec("record", "编号", is_key=True),
    ItemSpec("identity_number", "身份证号", role="identity_number", authority=1),
    ItemSpec("name", "姓名", role="name", authority=1),
    ItemSpec("sex", "性别", role="sex", authority=1),
    ItemSpec("birth_date", "出生日期", type="D", role="birth_date", authority=1),
    ItemSpec("address", "地址", role="address", authority=1),
    ItemSpec("division_code", "区划", role="division", authority=1),
)
INSURANCE = (
    ItemSpec("number", "参保编号", is_key=True),
    ItemSpec("idcard", "证件", role="identity_number"),
    ItemSpec("person", "姓名", role="name"),
    ItemSpec("mobile", "电话", role="phone", authority=5),
    ItemSpec("address", "地址", role="address", authority=60),
)
MARRIAGES = (
    ItemSpec("record", "编号", is_key=True),
    ItemSpec("husband", "男方", role="husband.name", authority=30),
    ItemSpec("husband_identity", "男方证件", role="husband.identity_number"),
    ItemSpec("wife", "女方", role="wife.name", authority=30),
    ItemSpec("wife_identity", "女方证件", role="wife.identity_number"),
    ItemSpec("status", "状态", role="husband+wife.marital_status", authority=1),
)


def hand(
    code: str, items: tuple[ItemSpec, ...], *rows: tuple[str | None, ...], days: int = 0,
    subject: str = "person",
) -> Dataset:  # fmt: skip
    """A dataset with these rows, gathered."""
    make_division("350102")
    entry = make_dataset(code, items=items, subject=subject)
    names = [item.name for item in items]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    table = pa.table(dict(zip(names, columns, strict=True)))
    receipt = hand_over(
        dataset=entry, table=table, actor=system_actor(), at=AT + timedelta(days=days)
    )
    assert receipt.rejected == 0, receipt.problems
    return entry


def hand_all() -> None:
    """Four people in three departments, with the dirt of three departments."""
    hand(
        "police", POLICE,
        ("P1", ANNA, "安娜", "女", "1950-01-01", "东街1号", "350102"),
        ("P2", BO, "博", "1", "1960-01-01", "西街2号", "350102"),
        ("P3", CHEN, "陈", None, None, None, "350102"),
    )  # fmt: skip
    hand(
        "insurance", INSURANCE,
        ("I1", f" {ANNA} ", "安娜", "138-0013-8000", "南街3号"),
        ("I2", BO[:6] + BO[8:17], "波", None, None),
        ("I3", None, "丁", "13800138001", None),
        ("I4", DAI[:17] + "?", "戴", None, None),
        ("I5", DAI, "戴", "13800138002", None),
        days=1,
    )  # fmt: skip
    hand(
        "marriages", MARRIAGES,
        ("M1", "博", BO, "安 娜", ANNA.lower(), "有效"),
        ("M2", "陈", CHEN, "外", None, "有效"),
    )  # fmt: skip


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰建国志强秀珍海燕雪梅晓东文博子轩浩然"
HOMOPHONES = {"伟": "玮", "静": "婧", "杰": "洁", "明": "鸣", "华": "骅", "平": "萍"}
ROADS = ("中山路", "解放路", "人民路", "湖滨路", "文化街", "学府路", "建设大道", "滨江路")
PEOPLE_HEADER = ("record", "number", "name", "sex", "born", "phone", "address")
SPECIFICATION = """
name = "people"
{sources}
"""
SOURCE = """
[[sources]]
name = "{name}"
path = "{name}.csv"
key = "record"
[sources.columns]
{number}name = "name"
sex = "sex"
birth_date = "born"
phone = "phone"
address = "address"
"""

Row = tuple[str, ...]


def person(draw: random.Random, number: int) -> dict[str, str]:
    year, month, day = draw.randint(1940, 2015), draw.randint(1, 12), draw.randint(1, 28)
    body = f"350102{year}{month:02}{day:02}{number % 1000:03}"
    return {
        "number": body + identity_check_character(body),
        "name": draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN),
        "sex": "男" if number % 2 else "女",
        "born": f"{year}-{month:02}-{day:02}",
        "phone": f"13{number:09}",
        "address": f"某省某市某区{draw.choice(ROADS)}{draw.randint(1, 300)}号{draw.randint(1, 9)}栋"
        f"{draw.randint(101, 1202)}室",
    }


def dirty(draw: random.Random, one: dict[str, str]) -> dict[str, str]:
    """The same person as another department wrote it down."""
    row = dict(one)
    if draw.random() < 0.25:
        row["number"] = ""
    elif draw.random() < 0.03:
        row["number"] = row["number"][:16] + row["number"][17] + row["number"][16]
    if draw.random() < 0.05:
        row["name"] = "".join(HOMOPHONES.get(sign, sign) for sign in row["name"])
    if draw.random() < 0.3:
        year, month, day = row["born"].split("-")
        row["born"] = draw.choice((f"{year}{month}{day}", f"{year}年{int(month)}月{int(day)}日"))
    if draw.random() < 0.1:
        row["phone"] = f"15{draw.randint(0, 10**9 - 1):09}"
    if draw.random() < 0.3:
        row["address"] = (
            row["address"].replace("某省某市某区", "").replace("栋", "-").replace("室", "")
        )
    return row


def write_people(
    folder: Path, persons: int, *, seed: int = 1, numbers: bool = True
) -> dict[tuple[str, str], int]:
    """Three files and ``spec.toml``; the truth: source and record to person."""
    draw, truth = random.Random(seed), dict[tuple[str, str], int]()  # noqa: S311  (repeats; no secret)
    people = [person(draw, number) for number in range(persons)]
    names = ("police", "civil", "health")
    for name in names:
        rows = []
        for number, one in enumerate(people):
            if draw.random() < 0.8:
                record = f"{name[0]}{number:05}"
                truth[name, record] = number
                rows.append({"record": record, **dirty(draw, one)})
        draw.shuffle(rows)
        write_rows(folder / f"{name}.csv", rows)
    write_specification(folder, names, numbers=numbers)
    return truth


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PEOPLE_HEADER)
        writer.writeheader()
        writer.writerows(rows)


def write_specification(folder: Path, names: tuple[str, ...], *, numbers: bool = True) -> Path:
    said = 'identity_number = "number"\n' if numbers else ""
    sources = "".join(SOURCE.format(name=name, number=said) for name in names)
    path = folder / "spec.toml"
    path.write_text(SPECIFICATION.format(sources=sources), encoding="utf-8")
    return path
