"""A table of PostgreSQL into the lake, with border rules and a receipt, beside a bare copy.

The peer copies the table by ADBC into one Parquet file, as ours is compressed, and checks
nothing. The time of the server is in neither figure's processor time. Each run is a process of
its own, so that its peak memory is its own.

    python bench/gather_database.py [ROWS]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import gather
from measuring import Figures, measured, median, ratio, timed

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
ROUNDS = 3
COLUMNS = (
    "record text, identity_number text, name text, sex text, nation text, birth_date date,"
    " division_code text, address text, mobile text, registered_on date, amount float8"
)


def main() -> None:
    from tests.run import postgresql

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        folder, cluster = Path(name) / "runs", Path(name) / "server"
        folder.mkdir()
        cluster.mkdir()
        Path(name).chmod(0o755)
        path = Path(name) / "people.csv"
        gather.write_people(path, rows)
        with postgresql(cluster) as (url, _):
            fill(url, path)
            print(f"{rows:,} rows; load average {os.getloadavg()[0]:.1f}")
            report(rows, [(ours(url, folder), bare(url, folder)) for _ in range(ROUNDS)])


def fill(url: str, path: Path) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE people ({COLUMNS})")
        copy = "COPY people FROM STDIN (FORMAT csv, HEADER true)"
        with connection.cursor().copy(copy) as target, path.open("rb") as file:
            while block := file.read(2**20):
                target.write(block)
        connection.execute("VACUUM ANALYZE people")


def ours(url: str, folder: Path) -> Figures:
    home = folder / "home"
    environment = os.environ | {"YITANG_HOME": str(home)}
    environment.pop("YITANG_DATABASE_URL", None)
    home.mkdir()
    prepare = [sys.executable, str(ROOT / "bench/gather.py"), "prepare", str(home), str(home)]
    subprocess.run(prepare, env=environment, check=True)
    figures = measured(__file__, "gather", url, environment=environment)
    shutil.rmtree(home)
    return figures


def bare(url: str, folder: Path) -> Figures:
    return measured(__file__, "copy", url, str(folder / "people.parquet"))


def report(rows: int, runs: list[tuple[Figures, Figures]]) -> None:
    found = {"ours": [one for one, _ in runs], "bare ADBC": [other for _, other in runs]}
    print(f"medians of {ROUNDS} interleaved rounds; load average now {os.getloadavg()[0]:.1f}:")
    for mode, figures in found.items():
        seconds, cpu, peak = (median(figures, name) for name in ("seconds", "cpu", "peak"))
        print(
            f"  {mode:<12} {rows / seconds:>9,.0f} rows/s  {rows / cpu:>9,.0f} rows/CPU s"
            f"  peak {peak:>5.0f} MB"
        )
    clock, cpu = (ratio(found["bare ADBC"], found["ours"], name) for name in ("seconds", "cpu"))
    print(
        "  ours with ten rules and a receipt, against a bare copy without: "
        f"{clock:.2f} by the clock, {cpu:.2f} by processor time"
    )


def gather_table(url: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()
    from yitang.data.catalogue.api import dataset
    from yitang.data.collection.api import gather_source, register_source
    from yitang.ground.organisations.api import system_actor
    from yitang.ground.plumbing.api import now

    actor, at = system_actor(), now()
    source = register_source(
        dataset=dataset("people"), kind="database", location=url, table="people", mode="whole",
        actor=actor, at=at,
    )  # fmt: skip

    def work() -> None:
        (receipt,) = gather_source(source=source, actor=actor, at=at)
        if receipt.accepted + receipt.rejected != receipt.delivered or receipt.accepted == 0:
            raise SystemExit(f"not what was delivered: {receipt}")

    timed(work)


def copy_table(url: str, path: str) -> None:
    from adbc_driver_postgresql import dbapi
    from pyarrow import parquet

    def work() -> None:
        with dbapi.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM people")
            rows = cursor.fetch_record_batch()
            with parquet.ParquetWriter(
                path, rows.schema, compression="zstd", compression_level=1
            ) as writer:
                for batch in rows:
                    writer.write_batch(batch)

    timed(work)


if __name__ == "__main__":
    steps = {"gather": gather_table, "copy": copy_table}
    if len(sys.argv) > 2 and sys.argv[1] in steps:
        steps[sys.argv[1]](*sys.argv[2:])
    else:
        main()
