"""Contestants over the same files: each a process of its own, start-up included, in turn.

What a process took is asked of the kernel. Each leaves ``links.parquet`` (source, source_id,
entity_id) in a folder of its own, which is scored against ``truth.parquet`` over all records.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from measuring import Figures, median, ratio

from .scoring import Labels, score

YITANG = [sys.executable, "-m", "yitang.site.commands.main"]
KEY = ["source", "source_id"]


def spent(command: Sequence[str], environment: dict[str, str] | None = None) -> Figures:
    """Wall and CPU seconds and peak MB of the process and of whatever it started and waited for."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=os.environ | (environment or {})
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{output.read().decode(errors='replace')}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak": usage.ru_maxrss / 1024}


def fuse(folder: Path) -> list[str]:
    """The command of ours; it is run in a home where nothing has been done yet."""
    out = folder / "found" / "ours"
    return [*YITANG, "fuse", "--spec", str(folder / "spec.toml"), "--out", str(out)]


def alone(script: str, mode: str, folder: Path) -> list[str]:
    return [sys.executable, script, "--alone", mode, "--folder", str(folder)]


def contest(commands: dict[str, list[str]], folder: Path, rounds: int) -> None:
    """Run all ``rounds`` times in turn; print what each took and how right what it found is."""
    figures: dict[str, list[Figures]] = {mode: [] for mode in commands}
    for _ in range(rounds):
        for mode, command in commands.items():
            (folder / "found" / mode).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="yitang-bench-") as home:
                figures[mode].append(spent(command, {"YITANG_HOME": home}))
    print(f"medians of {rounds} rounds in turn; load average {os.getloadavg()[0]:.1f}")
    for mode, runs in figures.items():
        seconds, cpu, peak = (median(runs, name) for name in ("seconds", "cpu", "peak"))
        took = f"{seconds:7.1f} s  {cpu:7.1f} CPU s  {peak / 1024:5.2f} GB"
        links = folder / "found" / mode / "links.parquet"
        right = score(*labels(folder, links))
        print(f"  {mode:<14} {right}  {took}", flush=True)
    for peer in [mode for mode in commands if mode != "ours" and "ours" in commands]:
        clock, cpu = (ratio(figures["ours"], figures[peer], name) for name in ("seconds", "cpu"))
        print(f"  ours / {peer}: {clock:.2f} by the clock, {cpu:.2f} by processor time")


def labels(folder: Path, links: Path) -> tuple[Labels, Labels]:
    """Cluster and entity of every record of the truth; a record nobody mentions stands alone."""
    found = pl.read_parquet(links).select(*KEY, pl.col("entity_id").cast(pl.String))
    table = pl.read_parquet(folder / "truth.parquet").join(found, on=KEY, how="left")
    if len(table) != len(found):
        raise SystemExit(f"{links} holds {len(found)} rows; {len(table)} records are to be linked.")
    alone = pl.concat_str(pl.lit("alone"), *KEY, separator="\n")
    cluster = table.select(pl.col("entity_id").fill_null(alone)).to_series()
    return codes(cluster), codes(table["entity"])


def codes(column: pl.Series) -> Labels:
    return column.rank("dense").to_numpy().astype("int64") - 1


def true_entities(folder: Path, records: pl.DataFrame) -> Labels:
    """The entity of each record, in the order of ``records``."""
    truth = pl.read_parquet(folder / "truth.parquet")
    return codes(records.join(truth, on=KEY, how="left", maintain_order="left")["entity"])


def write_links(folder: Path, mode: str, records: pl.DataFrame, clusters: Labels) -> None:
    out = folder / "found" / mode / "links.parquet"
    records.select(KEY).with_columns(pl.Series("entity_id", clusters)).write_parquet(out)
