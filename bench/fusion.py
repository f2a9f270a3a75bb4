"""The population base from Minhai's silos: how right, and how long beside the plain join.

Peers: ``join`` is what one would write in a minute, DuckDB reads the same Parquet files and joins
records on the number as it was delivered; ``splink`` links the same records by its deterministic
rule and clusters them. Neither chooses a field or names its source. Scores are pairs of records
against the truth.

    python bench/fusion.py [PEOPLE]
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
from measuring import Figures, measured, median, ratio, timed

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
    found: dict[str, list[Figures]] = {mode: [] for mode in MODES}
    for _ in range(ROUNDS):
        for mode, runs in found.items():
            runs.append(measured(__file__, "--alone", mode))
    django_ready()
    from yitang.data.fusion.actions import read_truth
    from yitang.data.fusion.api import last_report, score_against_truth
    from yitang.data.fusion.pipeline.scoring import score_links
    from yitang.data.fusion.rules import POPULATION

    report = last_report(POPULATION)
    load = os.getloadavg()[0]
    print(f"{report.entities:,} persons from {report.records:,} records; load average {load:.1f}")
    plain = score_links(joined(), read_truth(truth), id_column=POPULATION.id_column)
    for name, score in {"ours": score_against_truth(truth), "join": plain}.items():
        print(
            f"  {name:<7} precision {score.precision:.4f}  recall {score.recall:.4f}"
            f"  F1 {score.f1:.4f}"
        )
    print(f"medians of {ROUNDS} interleaved rounds, each a process of its own:")
    for mode, runs in found.items():
        seconds, cpu, peak = (median(runs, name) for name in ("seconds", "cpu", "peak"))
        print(f"  {mode:<7} {seconds:6.2f} s  {cpu:6.2f} CPU s  peak {peak:5.0f} MB")
    for peer in [mode for mode in found if mode != "ours"]:
        clock, cpu = (ratio(found["ours"], found[peer], name) for name in ("seconds", "cpu"))
        print(f"  ours / {peer}: {clock:.2f} by the clock, {cpu:.2f} by processor time")


def django_ready() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yitang.site.config.settings"
    django.setup()


def ours() -> None:
    """The base with its fields, their sources, conflicts, coverage and links, kept."""
    from yitang.data.fusion.api import fuse_population
    from yitang.ground.organisations.api import system_actor
    from yitang.ground.plumbing.api import now

    fuse_population(actor=system_actor(), at=now())


def joined() -> pa.Table:
    """Every record under its number as delivered (no number, no group), and the pairs counted."""
    with engine_with_records() as connection:
        connection.execute(
            "CREATE TABLE pairs AS SELECT a.person_id, count(*) AS n FROM r a JOIN r b"
            " USING (person_id) GROUP BY ALL"
        )
        return connection.sql("SELECT * FROM r").to_arrow_table()


def splink() -> None:
    """Splink's deterministic path: link what has one number, cluster what is linked."""
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    with engine_with_records() as connection:
        records = connection.sql(
            "SELECT row_number() OVER () AS unique_id, person_id FROM r"
        ).to_arrow_table()
    api = DuckDBAPI()
    rule = block_on("person_id")
    settings = SettingsCreator(
        link_type="dedupe_only", blocking_rules_to_generate_predictions=[rule]
    )
    linker = Linker(api.register(records), settings, log_level=40)
    pairs = linker.inference.deterministic_link()
    linker.clustering.cluster_pairwise_predictions_at_threshold(pairs)


@contextlib.contextmanager
def engine_with_records() -> Iterator[duckdb.DuckDBPyConnection]:
    """The records of every source as they were delivered, in one table ``r``."""
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
        yield connection


MODES = {"ours": ours, "join": joined, "splink": splink}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        django_ready()
        timed(MODES[sys.argv[2]])
    else:
        main()
