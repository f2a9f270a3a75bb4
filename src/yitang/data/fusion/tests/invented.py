"""A few hundred invented people in three departments, with the slips that registers have."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from yitang.ground.base.identity import identity_check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰建国志强秀珍海燕雪梅晓东文博子轩浩然"
HOMOPHONES = {"伟": "玮", "静": "婧", "杰": "洁", "明": "鸣", "华": "骅", "平": "萍"}
ROADS = ("中山路", "解放路", "人民路", "湖滨路", "文化街", "学府路", "建设大道", "滨江路")
HEADER = ("record", "number", "name", "sex", "born", "phone", "address")
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
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)


def write_specification(folder: Path, names: tuple[str, ...], *, numbers: bool = True) -> Path:
    said = 'identity_number = "number"\n' if numbers else ""
    sources = "".join(SOURCE.format(name=name, number=said) for name in names)
    path = folder / "spec.toml"
    path.write_text(SPECIFICATION.format(sources=sources), encoding="utf-8")
    return path
