"""Day logs of three service halls, where each department still keeps its own windows.

Arrivals follow the day (two peaks), service times a long-tailed law; waiting follows from
serving each department's queue in order, so that the logs obey the windows they name.
"""

from __future__ import annotations

import csv
import heapq
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .offices import office

OPENS, CLOSES = 8 * 60 + 30, 17 * 60 + 30  # minutes of the day; nobody is sent away at noon
DAYS = 10
VISIT_COLUMNS = (
    "hall", "day", "ticket", "department", "item_type", "arrived", "called", "finished", "window",
)  # fmt: skip
HOURLY = (0.9, 1.5, 1.6, 1.1, 0.5, 0.6, 1.3, 1.2, 0.8)  # arrivals by hour since opening
LETTERS = "ABCDEFGHJKLM"  # of the tickets, one a department
SPREAD = 0.6  # sigma of the logarithm of service times


@dataclass(frozen=True, slots=True)
class Desk:
    """A department, as its sign says, in one hall: windows, visitors a day, mean minutes."""

    department: str
    windows: int
    visitors: int
    minutes: float
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hall:
    code: str
    division: str
    desks: tuple[Desk, ...]


def _desks(scale: float) -> tuple[Desk, ...]:
    table = (
        ("公安户政", 4, 170, 9.0, ("身份证换领", "居住证", "户口迁移", "新生儿落户")),
        ("人力社保", 4, 160, 10.5, ("社保卡", "参保登记", "退休申请")),
        ("医疗保障", 3, 120, 10.0, ("异地备案", "零星报销", "参保登记")),
        ("税务", 3, 110, 12.0, ("发票", "契税", "存量房交易")),
        ("市场监管", 3, 95, 14.0, ("企业设立", "变更登记", "食品经营许可")),
        ("不动产登记", 4, 120, 14.5, ("不动产转移", "抵押登记", "查询")),
        ("住房公积金", 2, 70, 11.0, ("公积金提取", "贷款")),
        ("民政", 2, 40, 16.0, ("结婚登记", "低保")),
        ("住房建设", 1, 20, 14.0, ("租赁备案", "公租房")),
        ("交通运输", 1, 24, 11.0, ("从业资格", "道路运输证")),
        ("卫生健康", 1, 22, 12.0, ("生育登记", "卫生许可")),
        ("教育", 1, 12, 13.0, ("教师资格", "入学")),
    )
    return tuple(
        Desk(key, max(1, round(n * scale)), max(6, round(v * scale)), minutes, matters)
        for key, n, v, minutes, matters in table
    )


HALLS = (
    Hall("H1", "990100", _desks(1.5)),
    Hall("H2", "990121", _desks(0.5)),
    Hall("H3", "990300", _desks(1.0)),
)


def write_halls(folder: Path, *, seed: int, today: date) -> int:
    """``halls.csv``, ``windows.csv`` and ``visits.csv``; how many visits."""
    chosen = random.Random(f"minhai halls {seed}")
    folder = folder / "halls"
    folder.mkdir(exist_ok=True)
    rows = [
        (hall.code, place.name, hall.division, place.credit_code, _clock(OPENS), _clock(CLOSES))
        for hall in HALLS
        for place in (office("hall", hall.division),)
    ]
    _write(
        folder / "halls.csv", ("hall", "name", "division", "organisation", "opens", "closes"), rows
    )
    windows = [
        (hall.code, f"{desk.department}{number}号", desk.department, CLOSES - OPENS)
        for hall in HALLS
        for desk in hall.desks
        for number in range(1, desk.windows + 1)
    ]
    _write(folder / "windows.csv", ("hall", "window", "department", "opened_minutes"), windows)
    visits = [
        visit for hall in HALLS for day in _workdays(today) for visit in _day(chosen, hall, day)
    ]
    _write(folder / "visits.csv", VISIT_COLUMNS, visits)
    return len(visits)


def _workdays(today: date) -> list[date]:
    """The last working days before ``today``, of weeks without a holiday."""
    days = [today - timedelta(days=n) for n in range(DAYS * 2, 0, -1)]
    return [day for day in days if day.weekday() < 5][-DAYS:]


def _day(chosen: random.Random, hall: Hall, day: date) -> Iterator[tuple[object, ...]]:
    for letter, desk in zip(LETTERS, hall.desks, strict=False):
        free = [(float(OPENS), number) for number in range(1, desk.windows + 1)]
        heapq.heapify(free)
        for number, arrived in enumerate(_arrivals(chosen, desk), start=1):
            since, window = heapq.heappop(free)
            called = max(arrived, since)
            finished = called + _minutes(chosen, desk)
            heapq.heappush(free, (finished, window))
            yield (
                hall.code, day, f"{letter}{number:03}", desk.department,
                chosen.choice(desk.matters), _clock(arrived), _clock(called), _clock(finished),
                f"{desk.department}{window}号",
            )  # fmt: skip


def _arrivals(chosen: random.Random, desk: Desk) -> list[float]:
    visitors = max(1, round(chosen.gauss(desk.visitors, math.sqrt(desk.visitors))))
    hours = chosen.choices(range(len(HOURLY)), HOURLY, k=visitors)
    return sorted(OPENS + 60 * hour + chosen.uniform(0, 59.9) for hour in hours)


def _minutes(chosen: random.Random, desk: Desk) -> float:
    """Lognormal with the desk's mean."""
    return max(0.5, chosen.lognormvariate(math.log(desk.minutes) - SPREAD**2 / 2, SPREAD))


def _clock(minutes: float) -> str:
    seconds = round(minutes * 60)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _write(path: Path, columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)
