"""The information systems of Minhai's departments, as one office keeps the list of them all.

Written in the headings and words of such a list, in ten thousand yuan; which dataset comes out of
which system stands in ``vocabulary/systems.txt``.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .offices import office
from .vocabulary import lines_of, words_of

FILE = "systems.csv"
COLUMNS = (
    "部门全称", "系统编号", "系统名称", "主要功能", "网络类型", "部署方式", "等保级别", "承建单位",
    "建成年份", "建设资金（万元）", "年运维费用（万元）", "系统状态", "状态变更日期", "并入系统",
    "变更依据",
)  # fmt: skip
NETWORKS = {
    "extranet": "政务外网", "internet": "互联网", "private": "业务专网", "standalone": "单机",
}  # fmt: skip
HOSTINGS = {
    "government_cloud": "政务云", "other_cloud": "公有云", "own_room": "自建机房",
    "rented_room": "托管机房",
}  # fmt: skip
STATES = {
    "in_use": "在用", "connected": "已接入平台", "migrated": "已迁移", "merged": "已整合",
    "retired": "已停用",
}  # fmt: skip
GRADES = ("未定级", "一级", "二级", "三级", "四级", "五级")
# Ten thousand yuan to build, and the share of that which a year costs.
SIZES: Mapping[str, tuple[int, int]] = {"s": (30, 90), "m": (120, 600), "l": (800, 5000)}
YEARLY = (0.08, 0.16)
UNKNOWN = 0.06  # of the yearly costs nobody can say any more
DOCUMENT = "闽数〔2026〕{number}号"


@dataclass(frozen=True, slots=True)
class System:
    """One line of the list; ``datasets`` come out of it."""

    owner: str
    code: str
    name: str
    purpose: str
    network: str
    hosting: str
    grade: int
    year: int
    size: str
    datasets: tuple[str, ...]
    state: str
    since: str
    successor: str


@cache
def systems() -> tuple[System, ...]:
    """Every system, in the order of the departments."""
    return tuple(
        _system([part.strip() for part in line.split("|")]) for line in lines_of("systems.txt")
    )


def _system(parts: list[str]) -> System:
    owner, code, name, purpose, network, hosting, grade, year, size, datasets, state = parts
    said = [*state.split(), "", ""]
    return System(
        owner, code, name, purpose, network, hosting, int(grade), int(year), size,
        tuple(datasets.split()), *said[:3],
    )  # fmt: skip


@cache
def system_of_dataset() -> Mapping[str, str]:
    """Dataset to the code of the system it comes out of."""
    return {dataset: system.code for system in systems() for dataset in system.datasets}


def write_systems(folder: Path, *, seed: int) -> int:
    """``systems.csv`` in GB 18030; how many systems."""
    chosen = random.Random(f"minhai systems {seed}")
    with (folder / FILE).open("w", encoding="gb18030", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number, system in enumerate(systems(), start=1):
            table.writerow(_row(system, number, chosen))
    return len(systems())


def _row(system: System, number: int, chosen: random.Random) -> tuple[object, ...]:
    built = round(chosen.uniform(*SIZES[system.size]), 1)
    yearly = f"{built * chosen.uniform(*YEARLY):.1f}"
    is_known = chosen.random() >= UNKNOWN or system.state in {"merged", "retired"}
    supplier = f"闽海{chosen.choice(words_of('project brands'))}信息技术有限公司"
    return (
        office(system.owner).name, system.code, system.name, system.purpose,
        NETWORKS[system.network], HOSTINGS[system.hosting], GRADES[system.grade], supplier,
        system.year, built, yearly if is_known else "", STATES[system.state], system.since,
        system.successor, DOCUMENT.format(number=number) if system.since else "",
    )  # fmt: skip
