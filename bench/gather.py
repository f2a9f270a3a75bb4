"""A CSV of a million rows into the lake, with border rules and a receipt, beside copies without.

Peers: DuckDB's own CSV-to-Parquet, a PyArrow stream to Parquet, and dlt at its best (Arrow
batches to Parquet) and by its defaults (rows as dictionaries into DuckDB; a tenth of the rows,
since it is so slow). None of them checks anything or answers for it. Each run is a process of
its own, so that its peak memory is its own. ``--alone`` measures ours without the peers, for
sizes at which they would take an hour.

    python bench/gather.py [ROWS] [--alone]
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from measuring import Figures, measured, timed

ROUNDS = 3
REGIONS = ("350102", "350103", "350104", "350105", "350111", "350121")
COLUMNS = (
    "登记编号", "公民身份号码", "姓名", "性别", "民族", "出生日期", "行政区划代码", "住址",
    "手机号码", "登记日期", "金额",
)  # fmt: skip


LATIN = [f"column_{number}" for number in range(len(COLUMNS))]  # dlt folds Chinese names into one


def main() -> None:
    given = [argument for argument in sys.argv[1:] if argument.isdigit()]
    rows = int(given[0]) if given else 1_000_000
    modes = ["ours"] if "--alone" in sys.argv else list(MODES)
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        folder = Path(name)
        path = folder / "people.csv"
        write_people(path, rows)
        few = folder / "few.csv"
        with path.open(encoding="utf-8") as whole, few.open("w", encoding="utf-8") as part:
            part.writelines(islice(whole, rows // TENTH + 1))
        size = path.stat().st_size / 2**20
        load = os.getloadavg()[0]
        print(f"{rows:,} rows x {len(COLUMNS)} columns, {size:.0f} MB; load average {load:.1f}")
        found: dict[str, list[Figures]] = {mode: [] for mode in modes}
        for number in range(ROUNDS):
            for mode in modes:
                source = few if mode in ON_A_TENTH else path
                found[mode].append(run_of(mode, source, folder / f"{mode}{number}"))
                shutil.rmtree(folder / f"{mode}{number}")
        report(rows, found)


def report(rows: int, found: dict[str, list[Figures]]) -> None:
    load = os.getloadavg()[0]
    print(f"medians of {ROUNDS} interleaved rounds; load average now {load:.1f}:")
    for mode, runs in found.items():
        seconds, cpu, peak = (
            statistics.median(run[name] for run in runs) for name in ("seconds", "cpu", "peak")
        )
        count = rows // TENTH if mode in ON_A_TENTH else rows
        print(
            f"  {mode:<12} {count / seconds:>9,.0f} rows/s  {count / cpu:>9,.0f} rows/CPU s"
            f"  peak {peak:>5.0f} MB"
        )
    for peer in [mode for mode in found if mode != "ours"]:
        share = TENTH if peer in ON_A_TENTH else 1
        clock, cpu = (
            statistics.median(
                theirs[name] * share / ours[name]
                for ours, theirs in zip(found["ours"], found[peer], strict=True)
            )
            for name in ("seconds", "cpu")
        )
        print(
            f"  ours with ten rules and a receipt, against {peer} without: "
            f"{clock:.2f} by the clock, {cpu:.2f} by processor time"
        )


def run_of(mode: str, path: Path, folder: Path) -> Figures:
    """One run in a folder of its own."""
    folder.mkdir()
    environment = os.environ | {"YITANG_HOME": str(folder)}
    environment.pop("YITANG_DATABASE_URL", None)
    if mode == "ours":
        command = [sys.executable, __file__, "prepare", str(path), str(folder)]
        subprocess.run(command, env=environment, check=True)
    return measured(__file__, mode, str(path), str(folder), environment=environment)


def prepare(_path: Path, folder: Path) -> None:
    """An installation with one dataset, made before anything is measured."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from yitang.data.catalogue.api import register_dataset
    from yitang.data.catalogue.rules import DatasetSpec, ItemSpec
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
    register_dataset(
        spec=DatasetSpec("people", "人", "", sharing_condition="按职责", items=items),
        organisation=organisation_by_credit_code("11100000000013338W"),
        actor=actor,
        at=at,
    )


def ours(path: Path, _folder: Path) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()
    from yitang.data.collection.api import gather_file
    from yitang.ground.organisations.api import system_actor
    from yitang.ground.plumbing.api import now

    actor, at = system_actor(), now()

    def work() -> None:
        receipt = gather_file(dataset="people", path=path, actor=actor, at=at)
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


def dlt_best(path: Path, folder: Path) -> None:
    import pyarrow.csv as csv

    options = csv.ReadOptions(column_names=LATIN, skip_rows=1)

    def work() -> None:
        batches = csv.open_csv(path, read_options=options)
        _dlt(folder, "filesystem", batches, loader_file_format="parquet")

    timed(work)


def dlt_default(path: Path, folder: Path) -> None:
    import csv

    def rows() -> Iterator[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            next(file)
            yield from csv.DictReader(file, LATIN)

    timed(lambda: _dlt(folder, "duckdb", rows()))


def _dlt(folder: Path, destination: str, rows: Any, **options: Any) -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt

    places = {
        "filesystem": lambda: dlt.destinations.filesystem(bucket_url=(folder / "lake").as_uri()),
        "duckdb": lambda: dlt.destinations.duckdb(str(folder / "people.duckdb")),
    }
    pipeline = dlt.pipeline(
        "people", destination=places[destination](), pipelines_dir=str(folder / "state")
    )
    pipeline.run(rows, table_name="people", **options)


MODES: dict[str, Callable[[Path, Path], None]] = {
    "ours": ours,
    "duckdb": duckdb,
    "arrow": arrow,
    "dlt_best": dlt_best,
    "dlt_default": dlt_default,
}
TENTH = 10
ON_A_TENTH = {"dlt_default"}


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
    steps = MODES | {"prepare": prepare}
    if len(sys.argv) > 1 and sys.argv[1] in steps:
        steps[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
