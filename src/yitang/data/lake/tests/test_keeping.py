"""Small files are put together, old versions let go; what is kept stays what it was."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from yitang.data.lake.api import (
    compact_table,
    count_rows,
    has_batch,
    keep_tables,
    read_table,
    replace_table,
    table_files,
    table_names,
    table_version,
    table_versions,
    vacuum_table,
)
from yitang.data.lake.errors import DaysTooFew, VersionMissing
from yitang.data.lake.queries import opened, table_path

from .factories import AT, aged, kept, people


@pytest.fixture
def dataset() -> str:
    return f"test-{uuid4().hex}"


def names(dataset: str, version: int | None = None) -> list[str]:
    return sorted(read_table(dataset, version=version)["name"].to_pylist())


def test_small_files_become_one_with_the_same_rows_and_batches(dataset: str) -> None:
    for number in range(12):
        kept(dataset, f"人{number}", batch=f"B{number}")
    before, version = read_table(dataset).to_pylist(), table_version(dataset)
    done = compact_table(dataset=dataset)
    assert (done.before, done.after) == (12, 1)
    key = lambda row: row["_batch"]  # noqa: E731
    assert sorted(read_table(dataset).to_pylist(), key=key) == sorted(before, key=key)
    assert len(names(dataset, version)) == 12
    assert names(dataset, 3) == [f"人{number}" for number in range(4)]
    assert compact_table(dataset=dataset).before == 1
    assert kept(dataset, "人0", batch="B0") == table_version(dataset)
    assert count_rows(dataset) == 12


def test_a_vacuum_takes_what_only_old_versions_need(dataset: str) -> None:
    kept(dataset, "张三")
    replace_table(dataset=dataset, table=people("李四"), batch="B2", source="test", at=AT)
    aged(dataset, days=40)
    replace_table(dataset=dataset, table=people("王五"), batch="B3", source="test", at=AT)
    orphan = table_path(dataset) / "part-00000-left-by-a-kill.zstd.parquet"
    orphan.write_bytes(b"half a file")
    assert vacuum_table(dataset=dataset, days=30) == 1  # 张三: replaced 40 days ago
    assert names(dataset) == ["王五"]
    assert names(dataset, 1) == ["李四"]  # replaced a moment ago
    with pytest.raises(VersionMissing):
        read_table(dataset, version=0)
    assert [(v.version, v.batch) for v in table_versions(dataset)][-2:] == [(2, "B3"), (1, "B2")]
    assert orphan.exists()
    old = time.time() - timedelta(days=31).total_seconds()
    os.utime(orphan, (old, old))
    assert vacuum_table(dataset=dataset, days=30) == 1
    assert not orphan.exists()
    assert names(dataset, 1) == ["李四"]
    assert has_batch(dataset, "B1")


def test_a_load_under_way_is_never_vacuumed(dataset: str) -> None:
    kept(dataset, "张三")
    with pytest.raises(DaysTooFew):
        vacuum_table(dataset=dataset, days=0)
    assert vacuum_table(dataset=dataset, days=1) == 0


def test_batches_are_known_for_ever_though_the_log_is_cleaned(dataset: str) -> None:
    for number in range(12):
        kept(dataset, f"人{number}", batch=f"B{number}")
    opened(dataset).create_checkpoint()
    for log in table_path(dataset).glob("_delta_log/*.json"):
        if int(log.stem) < table_version(dataset):
            log.unlink()
    assert has_batch(dataset, "B0")
    assert kept(dataset, "人0", batch="B0") == 11
    assert count_rows(dataset) == 12


def test_every_table_is_kept_in_order(dataset: str) -> None:
    for number in range(3):
        kept(dataset, f"人{number}", batch=f"B{number}")
    assert dataset in table_names()
    assert dataset in keep_tables(days=30)
    assert [Path(file).name for file in table_files(dataset)] != []
    assert len(table_files(dataset)) == 1
