"""Confirmed entries a second: group commit, one fsync per entry, an SQLite row per commit.

Every design confirms an entry only when it is on the disk. Rounds are interleaved; wall
and processor time stand side by side, since a waiting disk costs no processor.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from yitang.ground.base.ids import Reference, uuid7
from yitang.ground.ledger.rules import Draft, SegmentWriter, draft_of, verify_folder

ROUNDS, THREADS = 5, 64
ENTRIES = {"group commit": 8_000, "an fsync each": 600, "SQLite commit each": 600}
VERIFIED = 100_000


def main() -> None:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ENTRIES}
    with tempfile.TemporaryDirectory(dir=os.environ.get("YITANG_BENCH_FOLDER")) as home:
        for number in range(ROUNDS):
            folder = Path(home) / str(number)
            folder.mkdir()
            found["group commit"].append(grouped(folder, ENTRIES["group commit"]))
            found["an fsync each"].append(single(folder, ENTRIES["an fsync each"]))
            found["SQLite commit each"].append(rows(folder, ENTRIES["SQLite commit each"]))
        print(f"entries a second, medians of {ROUNDS} rounds, {THREADS} threads where they share:")
        wall = {name: statistics.median(w for w, _ in runs) for name, runs in found.items()}
        for name, runs in found.items():
            cpu = statistics.median(c for _, c in runs)
            print(f"  {name:<20} {wall[name]:>8,.0f} wall  {cpu * 1e6:>6,.0f} µs processor each")
        for peer in ("an fsync each", "SQLite commit each"):
            ratios = [a[0] / b[0] for a, b in zip(found["group commit"], found[peer], strict=True)]
            print(f"  ratio to {peer}: {statistics.median(ratios):.1f}")
        verification(Path(home) / "verified")


def draft(number: int, entry_id: UUID | None = None) -> Draft:
    return draft_of(
        entry_id=entry_id or uuid7(),
        at=datetime(2026, 11, 20, tzinfo=UTC),
        actor="01993c6e-7c1b-7000-8000-000000000001",
        organisation="闽海省卫生健康委员会",
        action="exchange.read",
        purpose="newborn registration",
        matter=Reference("services.application", str(number)),
        subject_index="ab" * 32,
        dataset="births",
        secret="2026:" + "A" * 120,
    )


def timed(count: int, work: Callable[[], None]) -> tuple[float, float]:
    """Entries a wall second, and processor seconds an entry."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return count / (time.perf_counter() - wall), (time.process_time() - cpu) / count


def grouped(folder: Path, count: int) -> tuple[float, float]:
    writer = SegmentWriter(folder / "grouped")

    def share() -> None:
        for number in range(count // THREADS):
            writer.append([draft(number)])

    def work() -> None:
        threads = [threading.Thread(target=share) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    result = timed(count // THREADS * THREADS, work)
    writer.close()
    return result


def single(folder: Path, count: int) -> tuple[float, float]:
    writer = SegmentWriter(folder / "single")
    result = timed(count, lambda: [writer.append([draft(n)]) for n in range(count)] and None)
    writer.close()
    return result


def rows(folder: Path, count: int) -> tuple[float, float]:
    connection = sqlite3.connect(folder / "rows.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (id TEXT PRIMARY KEY, subject TEXT, content TEXT)")

    def work() -> None:
        for number in range(count):
            entry = draft(number)
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?)", (entry.id, "ab" * 32, entry.content)
            )

    result = timed(count, work)
    connection.close()
    return result


def verification(folder: Path) -> None:
    writer = SegmentWriter(folder)
    writer.append([draft(n) for n in range(VERIFIED)])
    writer.close()
    rate, _ = timed(VERIFIED, lambda: verify_folder(folder, key=bytes(32)) and None)
    print(f"  verification: {rate:,.0f} entries a second")


if __name__ == "__main__":
    main()
