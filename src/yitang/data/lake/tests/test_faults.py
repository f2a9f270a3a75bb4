"""Faults in real processes: killed while merging or compacting, two loads at once, no room."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from yitang.data.lake.api import count_rows, has_batch, merge_batch, query, table_versions
from yitang.ground.plumbing.api import settings

from .factories import AT, kept, people

START = """
import sys
import django
from django.conf import settings
apps = ["yitang.ground.plumbing", "django_tasks", "django_tasks_db"]
settings.configure(INSTALLED_APPS=apps, USE_TZ=True)
django.setup()
from datetime import UTC, datetime
import pyarrow as pa
from yitang.data.lake.api import append_batch, compact_table, merge_batch

dataset, at = sys.argv[1], datetime(2026, 11, 23, tzinfo=UTC)
"""
# Batch n sets rows 1000 n … 1000 n + 4999 to n: half of it changes, half of it adds.
MERGER = (
    START
    + """
for number in range(int(sys.argv[2]), 8):
    keys = pa.array(range(1000 * number, 1000 * number + 5000), pa.int64())
    rows = pa.table({"key": keys, "set_by": pa.array([number] * 5000, pa.int64())})
    merge_batch(dataset=dataset, table=rows, keys=("key",), batch=f"B{number}", source="t", at=at)
    print(number, flush=True)
"""
)
COMPACTER = (
    START
    + """
from yitang.data.lake.errors import TableBusy
print("begun", flush=True)
while True:
    try:
        compact_table(dataset=dataset)
    except TableBusy:
        pass
"""
)
APPENDER = (
    START
    + """
who = sys.argv[2]
for number in range(6):
    for batch in (f"{who}{number}", f"both{number}"):
        rows = pa.table({"name": [batch] * 1000})
        append_batch(dataset=dataset, table=rows, batch=batch, source="t", at=at)
print("done", flush=True)
"""
)


def more(*waits: float) -> list[Any]:
    """Further moments to be killed at."""
    return [pytest.param(wait, marks=pytest.mark.thorough) for wait in waits]


@pytest.fixture
def dataset() -> str:
    return f"test-{uuid4().hex}"


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            "PYTHONPATH": str(Path(__file__).parents[4]),
            "YITANG_HOME": str(settings().home),
            "YITANG_SECRET_KEY": settings().secret_key,
        },
    )


def set_by(dataset: str) -> dict[int, int]:
    rows = query("SELECT key, set_by FROM kept", kept=dataset)
    found = dict(zip(rows["key"].to_pylist(), rows["set_by"].to_pylist(), strict=True))
    assert len(found) == rows.num_rows, "a key stands there twice"
    return found


def wanted(last: int) -> dict[int, int]:
    rows: dict[int, int] = {}
    for number in range(last + 1):
        rows |= dict.fromkeys(range(1000 * number, 1000 * number + 5000), number)
    return rows


@pytest.mark.parametrize("wait", [0.03, *more(0.0, 0.1)])
def test_killed_while_merging_it_keeps_whole_batches_and_takes_the_rest_later(
    dataset: str, wait: float
) -> None:
    with started(MERGER, dataset, "0") as merger:
        assert merger.stdout is not None
        said = [merger.stdout.readline() for _ in range(2)]
        time.sleep(wait)
        merger.send_signal(signal.SIGKILL)
        said += merger.stdout.readlines()
    whole = max(int(line) for line in said if line.strip().isdigit())
    last = max(number for number in range(8) if has_batch(dataset, f"B{number}"))
    assert whole <= last <= whole + 1, said
    assert set_by(dataset) == wanted(last)
    with started(MERGER, dataset, str(whole)) as merger:  # the last one said is handed in again
        assert merger.communicate()[0].split()[-1] == "7"
    assert set_by(dataset) == wanted(7)


@pytest.mark.parametrize("wait", [0.02, *more(0.0, 0.1)])
def test_killed_while_compacting_it_loses_nothing(dataset: str, wait: float) -> None:
    for number in range(10):
        kept(dataset, *[f"{number}-{at}" for at in range(3000)], batch=f"B{number}")
    with started(COMPACTER, dataset) as compacter:
        assert compacter.stdout is not None
        assert compacter.stdout.readline() == "begun\n"
        time.sleep(wait)
        compacter.send_signal(signal.SIGKILL)
        compacter.communicate()
    answer = query("SELECT count(*) AS n, count(DISTINCT name) AS d FROM kept", kept=dataset)
    assert answer.to_pylist() == [{"n": 30_000, "d": 30_000}]
    assert kept(dataset, "x", batch="B3") == table_versions(dataset)[0].version
    with started(START + "print(compact_table(dataset=dataset).after)", dataset) as again:
        assert again.communicate()[0].split()[-1] == "1"
    assert count_rows(dataset) == 30_000


def test_two_loads_at_once_keep_every_batch_once(dataset: str) -> None:
    with started(APPENDER, dataset, "a") as one, started(APPENDER, dataset, "b") as other:
        said = [process.communicate()[0].strip() for process in (one, other)]
    assert said == ["done", "done"]
    rows = query("SELECT name, count(*) AS n FROM kept GROUP BY name", kept=dataset).to_pylist()
    assert {row["name"]: row["n"] for row in rows} == {
        f"{who}{number}": 1000 for who in ("a", "b", "both") for number in range(6)
    }


@pytest.mark.thorough
def test_compacting_and_loading_at_once_lose_nothing(dataset: str) -> None:
    kept(dataset, "first", batch="B")
    with started(COMPACTER, dataset) as compacter, started(APPENDER, dataset, "a") as loader:
        said = loader.communicate()[0].strip()
        compacter.send_signal(signal.SIGKILL)
        compacter.communicate()
    assert said == "done"
    assert count_rows(dataset) == 12_001


FULL_MERGER = (
    START
    + """
import os, resource, signal
sys.dont_write_bytecode = True  # or a module's truncated bytecode would be left for everyone
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from yitang.ground.base.errors import DomainError
rows = pa.table({"name": [os.urandom(20).hex() for _ in range(5000)]})
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
try:
    merge_batch(dataset=dataset, table=rows, keys=("name",), batch="B2", source="t", at=at)
except DomainError as error:
    print(type(error).__name__)
"""
)


def test_no_room_for_a_merge_is_one_sentence_and_loses_nothing(dataset: str) -> None:
    merge_batch(
        dataset=dataset, table=people("张三"), keys=("name",), batch="B1", source="t", at=AT
    )
    with started(FULL_MERGER, dataset) as merger:
        assert merger.communicate()[0].splitlines()[-1] == "StorageFull"
    assert not has_batch(dataset, "B2")
    assert count_rows(dataset) == 1
