"""The population base from Minhai's silos: how right, and how long beside the plain join.

The floor is what one would write in a minute: DuckDB reads the same Parquet files and joins
records on the number as it was delivered. Scores are pairs of records against the truth.

    python bench/fusion.py [PEOPLE]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory(prefix="yitang-bench-") as name:
        home, sample = Path(name) / "home", Path(name) / "sample"
        os.environ |= {"YITANG_HOME": str(home), "YITANG_NOW": "2026-11-23T10:42:00+08:00"}
        os.environ.pop("YITANG_DATABASE_URL", None)
        port = "8790"
        yitang("migrate")
        yitang("sample", "write", "--people", str(people), "--seed", "1", str(sample))
        yitang("divisions", "load")
        yitang("divisions", "load", str(sample / "divisions.csv"))
        yitang("officers", "organisations", str(sample / "organisations.csv"))
        yitang("catalogue", "load", str(sample / "datasets.toml"))
        health = subprocess.Popen(
            [*COMMAND, "sample", "serve-health", str(sample), "--port", port],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(3)
            sources = str(sample / "silos.toml")
            yitang("collection", "sources", sources, "--http", f"http://127.0.0.1:{port}")
            yitang("collection", "run")
        finally:
            health.terminate()
            health.wait()
        compare(sample / "truth" / "persons.csv")


COMMAND = [sys.executable, "-m", "yitang.site.commands.main"]


def yitang(*words: str) -> None:
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"yitang {' '.join(words)}\n{done.stdout}{done.stderr}")


def compare(truth: Path) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()
    from yitang.data.fusion.api import fuse_population, score_against_truth
    from yitang.data.fusion.pipeline.scoring import score_links
    from yitang.data.fusion.rules import POPULATION
    from yitang.ground.organisations.api import system_actor
    from yitang.ground.plumbing.api import now

    ours, floor = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        report = fuse_population(actor=system_actor(), at=now())
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        links = plain_join()
        floor.append(time.perf_counter() - start)
    print(f"{report.entities:,} persons from {report.records:,} records of the lake")
    from yitang.data.fusion.actions import read_truth

    scores = {
        "verified numbers": score_against_truth(truth),
        "plain join": score_links(links, read_truth(truth), id_column=POPULATION.id_column),
    }
    for name, score in scores.items():
        print(
            f"  {name:<17} precision {score.precision:.4f}  recall {score.recall:.4f}"
            f"  F1 {score.f1:.4f}"
        )
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    print(
        f"  medians of {ROUNDS} rounds: {statistics.median(ours):.2f} s with fields,"
        f" sources and conflicts, {statistics.median(floor):.2f} s for the join alone: {ratio:.1f}x"
    )


def plain_join() -> object:
    """Every record under its number as delivered, no number, no group."""
    from yitang.data.fusion.queries import record_sources
    from yitang.data.fusion.rules import POPULATION
    from yitang.data.lake.api import engine, quoted

    sources = record_sources(POPULATION)
    tables = {f"t{n}": source.dataset for n, source in enumerate(sources)}
    parts = [
        f"SELECT {quoted(s.columns[POPULATION.key_role])} AS person_id, '{s.dataset}' AS dataset,"
        f" '{s.party}' AS party, CAST({quoted(s.key)} AS VARCHAR) AS record FROM t{n}"
        for n, s in enumerate(sources)
    ]
    with engine(**tables) as connection:
        connection.execute(f"CREATE TABLE r AS {' UNION ALL '.join(parts)}")
        connection.execute(
            "CREATE TABLE pairs AS SELECT a.person_id, count(*) AS n FROM r a JOIN r b"
            " USING (person_id) GROUP BY ALL"
        )
        return connection.sql("SELECT * FROM r").to_arrow_table()


if __name__ == "__main__":
    main()
