"""Appeals taken in from a file, beside the loop most programs write: one ``create`` a row.

Both end with the same rows: a case, its first line of history, an appeal. SQLite and, with
``YITANG_BENCH_POSTGRESQL`` (an empty database), PostgreSQL. Figures are per CPU second.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ROUNDS = 3
BULK, ONE_BY_ONE = 20_000, 300
HEADERS = ("工单编号", "诉求标题", "诉求内容", "受理时间", "联系电话")
PARTS = ("自来水", "路灯", "停车位", "学校", "施工噪声", "公交车", "物业费", "暖气")
PLACES = ("临江县", "城东区", "我们小区", "建设路", "村口")
WISHES = ("一直没有人管，请尽快处理", "已经反映过两次", "希望给个说法", "影响老人和孩子")


def main() -> int:
    if "measure" in sys.argv:
        measure()
        return 0
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as home:
        failed = measured(f"sqlite:///{home}/bench.sqlite3", home)
        url = os.environ.get("YITANG_BENCH_POSTGRESQL")
        return failed + (measured(url, home) if url else 0)


def measured(url: str, home: str) -> int:
    environment = os.environ | {
        "YITANG_DATABASE_URL": url,
        "YITANG_HOME": home,
        "YITANG_DIVISION": "350000",
        "DJANGO_SETTINGS_MODULE": "yitang.site.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[1] / "src"),
    }
    command = [sys.executable, __file__, "measure"]
    return subprocess.run(command, env=environment, check=False).returncode


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from yitang.public.hotline.tests.factories import make_province

    random.seed(1)
    call_command("migrate", verbosity=0)
    make_province()
    home = Path(os.environ["YITANG_HOME"])
    bulk, single = [], []
    for number in range(ROUNDS):
        path = write(home / "bulk.csv", BULK, first=number * BULK)
        bulk.append(rate(BULK, lambda path=path, number=number: take(path, f"bulk{number}")))
        path = write(home / "single.csv", ONE_BY_ONE, first=0)
        single.append(rate(ONE_BY_ONE, lambda path=path: one_by_one(path)))
    ratio = statistics.median(a / b for a, b in zip(bulk, single, strict=True))
    print(f"{connection.vendor}: appeals per CPU second, medians of {ROUNDS} rounds:")
    print(
        f"  import {statistics.median(bulk):,.0f}, one by one {statistics.median(single):,.0f}; "
        f"ratio {ratio:,.1f}"
    )


def write(path: Path, count: int, *, first: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADERS)
        for number in range(first, first + count):
            place, part = random.choice(PLACES), random.choice(PARTS)
            text = f"{place}的{part}有问题，{random.choice(WISHES)}。" * random.randint(2, 6)
            rows.writerow((number, f"{place}{part}", text, "2026/11/1 8:03:12", "13800138000"))
    return path


def take(path: Path, source: str) -> None:
    from yitang.ground.organisations.api import system_actor
    from yitang.public.hotline.api import import_appeals

    receipt = import_appeals(
        path=path,
        actor=system_actor(),
        at=NOW,
        model=Path("none"),
        home="350000",
        source=source,
    )
    if receipt.accepted != receipt.delivered or receipt.known:
        raise SystemExit(f"not all taken: {receipt}")


def one_by_one(path: Path) -> None:
    from yitang.public.hotline.api import file_appeal

    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            file_appeal(
                text=row["诉求内容"], title=row["诉求标题"], mobile=row["联系电话"],
                at=NOW, model=Path("none"), home="350000",
            )  # fmt: skip


def rate(count: int, work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


if __name__ == "__main__":
    sys.exit(main())
