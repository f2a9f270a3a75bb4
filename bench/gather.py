"""A CSV of a million rows into the lake, with border rules and a receipt, beside copies without.

Peers: DuckDB's own CSV-to-Parquet and a PyArrow stream to Parquet, which check nothing and
answer for nothing. Each run is a process of its own, so that its peak memory is its own.

    python bench/gather.py [ROWS]
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

ROUNDS = 3
REGIONS = ("350102", "350103", "350104", "350105", "350111", "350121")
COLUMNS = (
    "登记编号", "公民身份号码", "姓名", "性别", "民族", "出生日期", "行政区划代码", "住址",
    "手机号码", "登记日期", "金额",
)  # fmt: skip


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        folder = Path(name)
        path = folder / "people.csv"
        write_people(path, rows)
        print(f"{rows:,} rows x {len(COLUMNS)} columns, {path.stat().st_size / 2**20:.0f} MB")
        found: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
        for number in range(ROUNDS):
            for mode in MODES:
                found[mode].append(measured(mode, path, folder / f"{mode}{number}"))
        report(rows, found)


def report(rows: int, found: dict[str, list[dict[str, float]]]) -> None:
    print(f"medians of {ROUNDS} interleaved rounds:")
    for mode, runs in found.items():
        seconds, cpu, peak = (
            statistics.median(run[name] for run in runs) for name in ("seconds", "cpu", "peak")
        )
        print(
            f"  {mode:<8} {rows / seconds:>9,.0f} rows/s  {rows / cpu:>9,.0f} rows/CPU s"
            f"  peak {peak:>4.0f} MB"
        )
    for peer in ("duckdb", "arrow"):
        ratio = statistics.median(
            theirs["seconds"] / ours["seconds"]
            for ours, theirs in zip(found["ours"], found[peer], strict=True)
        )
        print(f"  ours with ten rules and a receipt runs at {ratio:.2f} of {peer}'s speed without")


def measured(mode: str, path: Path, folder: Path) -> dict[str, float]:
    """Seconds as the process counted them, its CPU seconds over the same stretch, its peak."""
    folder.mkdir()
    command = [sys.executable, __file__, mode, str(path), str(folder)]
    environment = os.environ | {"YITANG_HOME": str(folder)}
    environment.pop("YITANG_DATABASE_URL", None)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def timed(work: Callable[[], object]) -> None:
    """Run in the child; print what it took."""
    import resource

    wall, cpu = time.perf_counter(), time.process_time()
    work()
    figures = {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    figures["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


def ours(path: Path, folder: Path) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from yitang.data.catalogue.api import register_dataset
    from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
    from yitang.data.collection.api import gather_file
    from yitang.ground.organisations.api import load_divisions, load_organisations, system_actor
    from yitang.ground.plumbing.api import now

    actor, at = system_actor(), now()
    places = folder / "divisions.csv"
    places.write_text(
        "code,name,level,parent,valid_from,valid_to,successors\n"
        + "".join(f"{code},{code},,,,,\n" for code in ("350000", "350100", *REGIONS)),
        encoding="utf-8",
    )
    load_divisions(places, actor=actor, at=at)
    offices = folder / "offices.csv"
    offices.write_text(
        "name,short_name,credit_code,division,kind,duties\n"
        "某厅,某厅,11100000000013338W,350000,department,household\n",
        encoding="utf-8",
    )
    load_organisations(offices, actor=actor, at=at)
    from yitang.ground.organisations.api import organisation_by_credit_code

    items = (
        ItemSpec("record", COLUMNS[0], required=True, unique=True),
        ItemSpec("identity_number", COLUMNS[1], length=18, rule="identity_number"),
        ItemSpec("name", COLUMNS[2], required=True, length=30),
        ItemSpec("sex", COLUMNS[3], codes=("1", "2")),
        ItemSpec("nation", COLUMNS[4], length=20),
        ItemSpec("birth_date", COLUMNS[5], type="D"),
        ItemSpec("division_code", COLUMNS[6], rule="division"),
        ItemSpec("address", COLUMNS[7], length=100),
        ItemSpec("mobile", COLUMNS[8], rule="mobile"),
        ItemSpec("registered_on", COLUMNS[9], type="D"),
        ItemSpec("amount", COLUMNS[10], type="Y"),
    )
    entry = register_dataset(
        spec=DatasetSpec("people", "人", "", sharing_condition="按职责", items=items),
        organisation=organisation_by_credit_code("11100000000013338W"),
        actor=actor,
        at=at,
    )

    def work() -> None:
        receipt = gather_file(dataset=entry, path=path, actor=actor, at=at)
        if receipt.accepted + receipt.rejected != receipt.delivered or receipt.accepted == 0:
            raise SystemExit(f"not what was delivered: {receipt}")

    timed(work)


def duckdb(path: Path, folder: Path) -> None:
    import duckdb as engine

    connection = engine.connect()
    target = folder / "people.parquet"
    sql = f"COPY (FROM read_csv('{path}', header=true)) TO '{target}' (FORMAT parquet)"
    timed(lambda: connection.execute(sql))


def arrow(path: Path, folder: Path) -> None:
    import pyarrow.csv as csv
    import pyarrow.parquet as parquet

    def work() -> None:
        reader = csv.open_csv(path)
        with parquet.ParquetWriter(folder / "people.parquet", reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)

    timed(work)


MODES: dict[str, Callable[[Path, Path], None]] = {"ours": ours, "duckdb": duckdb, "arrow": arrow}


def write_people(path: Path, rows: int) -> None:
    """Invented people; two in a hundred rows have something wrong."""
    from yitang.ground.base.identity import identity_check_character

    random.seed(1)
    first = date(1940, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for number in range(rows):
            born = first + timedelta(days=random.randrange(25_000))
            region = random.choice(REGIONS)
            body = f"{region}{born:%Y%m%d}{number % 1000:03d}"
            check = identity_check_character(body)
            if number % 50 == 7:
                check = "0" if check != "0" else "1"
            file.write(
                f"R{number:08d},{body}{check},张{random.choice('伟芳娜敏静强磊洋艳勇')}"
                f"{random.choice('一二三四五六七')},{1 + number % 2},汉族,{born},{region},"
                f"某市某区某街道某某路{number % 900}号{number % 30}栋{number % 6}单元,"
                f"138{number % 10**8:08d},2024-05-{1 + number % 28:02d},{number % 9000}.50\n"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in MODES:
        MODES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
