"""Major projects of Minhai's digital economy: 400, of which 200 have started, 300 billion yuan.

The sum is the *claimed* 300 billion; what was published for the real summit is 360 billion, and
the pages show both (FACTS §8.1).
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from .places import counties
from .vocabulary import words_of

COLUMNS = (
    "code", "name", "division_code", "department", "category", "stage", "investment",
    "planned_this_year", "invested_this_year", "planned_start", "started_on", "completed_on",
)  # fmt: skip
STAGES = {
    "seeking": 44, "in_talks": 62, "signed": 94,
    "started": 46, "under_construction": 92, "completed": 34, "in_production": 28,
}  # fmt: skip
STARTED = {"started", "under_construction", "completed", "in_production"}
OWNER = "闽海省发展和改革委员会"
CLAIMED = Decimal(3000)  # 亿元
CATEGORIES = {
    "算力基础设施": ("算力中心", "数据中心", "智算平台", "边缘计算节点"),
    "网络基础设施": ("5G网络扩容", "千兆光网", "海底光缆登陆站", "工业互联网标识节点"),
    "软件和信息服务": ("软件园", "云服务基地", "信创产业园", "数字内容产业园"),
    "电子信息制造": ("芯片封测线", "显示面板", "光电模组", "传感器产业园"),
    "智能制造": ("智能工厂", "机器人产业园", "数控装备基地", "灯塔车间"),
    "智慧海洋": ("海洋观测网", "智慧港口", "渔船动态监测", "深远海养殖平台"),
    "数字政府": ("城市运行中心", "一体化数据平台", "时空底座", "智慧应急"),
    "数字乡村": ("茶产业大数据", "智慧农业园", "冷链物流园", "农产品溯源"),
    "智慧健康": ("互联网医院", "健康数据中心", "远程诊疗网", "智慧养老"),
    "数字文旅": ("数字博物馆", "智慧景区", "影视云基地", "沉浸式乐园"),
}
PREFIXES = words_of("project brands")


def write_projects(folder: Path, *, seed: int, today: date) -> int:
    """``projects.csv``; how many projects."""
    chosen = random.Random(f"minhai projects {seed}")
    stages = [stage for stage, number in STAGES.items() for _ in range(number)]
    chosen.shuffle(stages)
    amounts = _amounts(chosen, len(stages))
    with (folder / "projects.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number, (stage, amount) in enumerate(zip(stages, amounts, strict=True), start=1):
            table.writerow(_row(chosen, number, stage, amount, today))
    return len(stages)


def _amounts(chosen: random.Random, number: int) -> list[Decimal]:
    """Long-tailed amounts with two decimals whose sum is exactly what is claimed."""
    raw = [chosen.paretovariate(1.25) for _ in range(number)]
    scale = float(CLAIMED) / sum(raw)
    amounts = [max(Decimal("0.50"), Decimal(f"{value * scale:.2f}")) for value in raw]
    largest = max(range(number), key=amounts.__getitem__)
    amounts[largest] += CLAIMED - sum(amounts)
    return amounts


def _row(
    chosen: random.Random, number: int, stage: str, amount: Decimal, today: date
) -> tuple[object, ...]:
    category = chosen.choice(tuple(CATEGORIES))
    county = chosen.choice(counties())
    phase = chosen.choice(("", "", "（一期）", "（二期）"))
    name = f"{county.name}{chosen.choice(PREFIXES)}{chosen.choice(CATEGORIES[category])}{phase}"
    planned_start = today - timedelta(days=chosen.randint(-300, 900))
    started = completed = None
    planned = invested = Decimal(0)
    if stage in STARTED:
        started = today - timedelta(days=chosen.randint(20, 900))
        planned_start = started - timedelta(days=chosen.randint(-40, 120))
        planned = (amount * Decimal(chosen.randint(15, 45)) / 100).quantize(Decimal("0.01"))
        done = Decimal(chosen.randint(55, 108)) / 100
        invested = (planned * done).quantize(Decimal("0.01"))
    if stage in {"completed", "in_production"}:
        completed = today - timedelta(days=chosen.randint(1, 300))
        started = min(started or completed, completed - timedelta(days=120))
        planned_start = min(planned_start, started)
    return (
        f"MH{2024 + number % 3}-{number:04}", name, county.code, OWNER, category, stage,
        amount, planned, invested, planned_start, started or "", completed or "",
    )  # fmt: skip
