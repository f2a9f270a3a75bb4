"""Batches go in whole and once; every version stays readable."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
import pytest

from yitang.data.lake.api import (
    append_batch,
    count_rows,
    engine,
    has_batch,
    query,
    read_table,
    replace_table,
    table_exists,
    table_schema,
    table_version,
    table_versions,
)
from yitang.data.lake.errors import (
    ColumnsDiffer,
    StorageFull,
    TableMissing,
    TableNameInvalid,
    VersionMissing,
)
from yitang.data.lake.memory import share_memory
from yitang.ground.plumbing.api import SettingInvalid, settings

from .factories import AT, kept, people


@pytest.fixture
def dataset() -> str:
    return f"test-{uuid4().hex}"


def test_a_batch_is_kept_with_its_number_source_and_time(dataset: str) -> None:
    kept(dataset, "张三", "李四")
    rows = read_table(dataset).to_pylist()
    assert rows[0] == {"name": "张三", "_batch": "B1", "_source": "test", "_gathered_at": AT}
    assert has_batch(dataset, "B1")
    assert not has_batch(dataset, "B2")


def test_the_same_batch_again_changes_nothing(dataset: str) -> None:
    first = kept(dataset, "张三")
    assert kept(dataset, "张三") == first
    kept(dataset, "李四", batch="B2")
    assert kept(dataset, "张三") == 1
    assert sorted(read_table(dataset, columns=["name"])["name"].to_pylist()) == ["张三", "李四"]


def test_a_replaced_table_stays_readable_at_its_old_version(dataset: str) -> None:
    old = kept(dataset, "张三")
    wider = pa.table({"name": ["李四"], "sex": ["2"]})
    new = replace_table(dataset=dataset, table=wider, batch="B2", source="test", at=AT)
    assert read_table(dataset, columns=["name", "sex"]).to_pylist() == [
        {"name": "李四", "sex": "2"}
    ]
    assert read_table(dataset, version=old)["name"].to_pylist() == ["张三"]
    assert [(v.version, v.batch) for v in table_versions(dataset)] == [(new, "B2"), (old, "B1")]
    with pytest.raises(VersionMissing, match="the latest is 1"):
        read_table(dataset, version=2)


def test_a_batch_with_other_columns_does_not_join(dataset: str) -> None:
    kept(dataset, "张三")
    stranger = pa.table({"nom": ["Zhang"], "x": [1]})
    with pytest.raises(ColumnsDiffer):
        append_batch(dataset=dataset, table=stranger, batch="B2", source="test", at=AT)
    assert count_rows(dataset) == 1


def test_a_batch_of_other_types_joins_only_where_every_value_can_be_written(dataset: str) -> None:
    def joined(batch: str, number: object, name: object) -> int:
        rows = pa.table({"number": [number], "name": [name]})
        return append_batch(dataset=dataset, table=rows, batch=batch, source="test", at=AT)

    joined("B1", 1, "张三")
    with pytest.raises(ColumnsDiffer, match="number has another type there"):
        joined("B2", 2.5, "李四")
    joined("B3", 3, 4)
    rows = {(row["number"], row["name"]) for row in read_table(dataset).to_pylist()}
    assert rows == {(1, "张三"), (3, "4")}


def test_a_stream_is_kept_as_one_version(dataset: str) -> None:
    part = people("张三", "李四")
    stream = pa.RecordBatchReader.from_batches(
        part.schema, (b for _ in range(5) for b in part.to_batches())
    )
    append_batch(dataset=dataset, table=stream, batch="B1", source="test", at=AT)
    assert count_rows(dataset) == 10
    assert table_version(dataset) == 0


def test_a_broken_stream_leaves_the_table_as_it_was(dataset: str) -> None:
    kept(dataset, "张三")

    def breaking() -> object:
        yield people("李四").to_batches()[0]
        raise ConnectionError("the source went away")

    stream = pa.RecordBatchReader.from_batches(people().schema, breaking())
    with pytest.raises(Exception, match="went away"):
        append_batch(dataset=dataset, table=stream, batch="B2", source="test", at=AT)
    assert read_table(dataset)["name"].to_pylist() == ["张三"]
    kept(dataset, "李四", batch="B2")
    assert count_rows(dataset) == 2


def test_an_empty_table_can_be_read(dataset: str) -> None:
    replace_table(dataset=dataset, table=people(), batch="B1", source="test", at=AT)
    assert read_table(dataset).num_rows == 0
    assert table_schema(dataset).names == ["name", "_batch", "_source", "_gathered_at"]


def test_sql_joins_datasets_and_tables(dataset: str) -> None:
    kept(dataset, "张三", "李四")
    ages = pa.table({"name": ["李四"], "age": [40]})
    answer = query(
        "SELECT p.name, age FROM people p JOIN ages USING (name) WHERE age > ?",
        [30],
        people=dataset,
        ages=ages,
    )
    assert answer.to_pylist() == [{"name": "李四", "age": 40}]


def test_no_extension_is_ever_fetched(dataset: str) -> None:
    with engine() as connection, pytest.raises(Exception, match=r"(?i)extension|read_xlsx"):
        connection.sql("SELECT * FROM read_xlsx('nothing.xlsx')").fetchall()


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "Población", "A", "-a", "x" * 81])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(TableNameInvalid):
        table_exists(name)


def test_a_dataset_without_batches_says_so(dataset: str) -> None:
    assert not table_exists(dataset)
    with pytest.raises(TableMissing, match="Hand in a first batch"):
        read_table(dataset)


# Only what the lake stands on, so that a process starts quickly.
START = """
import django
from django.conf import settings
apps = ["yitang.ground.plumbing", "django_tasks", "django_tasks_db"]
settings.configure(INSTALLED_APPS=apps, USE_TZ=True)
django.setup()
"""
WRITER = (
    START
    + """
import sys
from datetime import UTC, datetime
import pyarrow as pa
from yitang.data.lake.api import append_batch

dataset, at = sys.argv[1], datetime(2026, 11, 23, tzinfo=UTC)
part = pa.table({"name": ["张三"] * 10_000})
for number in range(15):
    stream = pa.RecordBatchReader.from_batches(
        part.schema, (b for _ in range(5) for b in part.to_batches())
    )
    append_batch(dataset=dataset, table=stream, batch=f"B{number}", source="test", at=at)
    print(number, flush=True)
"""
)


def run_writer(dataset: str, code: str = WRITER) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  (our own interpreter)
        [sys.executable, "-c", code, dataset],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            "PYTHONPATH": str(Path(__file__).parents[4]),
            "YITANG_HOME": str(settings().home),
            "YITANG_SECRET_KEY": settings().secret_key,
        },
    )


def test_killed_in_the_middle_it_keeps_whole_batches_and_takes_the_rest_later(
    dataset: str,
) -> None:
    with run_writer(dataset) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(3)]
        time.sleep(0.02)
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    whole = len([line for line in said if line.strip().isdigit()])
    assert whole >= 3, said
    rows = count_rows(dataset)
    assert rows % 50_000 == 0
    assert rows >= whole * 50_000
    with run_writer(dataset) as writer:
        assert writer.communicate()[0].split()[-1] == "14"
    assert count_rows(dataset) == 15 * 50_000


LIMITED = (
    START
    + """
import resource, signal
import sys, os
sys.dont_write_bytecode = True  # or a module's truncated bytecode would be left for everyone
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
from datetime import UTC, datetime
import pyarrow as pa
from yitang.data.lake.api import append_batch
from yitang.ground.base.errors import DomainError

rows = pa.table({"name": [os.urandom(20).hex() for _ in range(5000)]})
try:
    append_batch(dataset=sys.argv[1], table=rows, batch="B2", source="test",
                 at=datetime(2026, 11, 23, tzinfo=UTC))
except DomainError as error:
    print(type(error).__name__, error)
"""
)


def test_a_full_disk_is_one_sentence_and_loses_nothing(dataset: str) -> None:
    kept(dataset, "张三")
    with run_writer(dataset, LIMITED) as writer:
        output = writer.communicate()[0]
    assert output.splitlines()[-1].startswith(StorageFull.__name__), output
    assert "Make room and hand it in again" in output
    assert read_table(dataset)["name"].to_pylist() == ["张三"]


def test_arrow_keeps_its_tables_where_the_settings_say() -> None:
    before = pa.default_memory_pool()
    assert before.backend_name == "system"
    try:
        for store in pa.supported_memory_backends():
            share_memory(store)
            assert pa.default_memory_pool().backend_name == store
        with pytest.raises(SettingInvalid, match="YITANG_ARROW_MEMORY"):
            share_memory("mine")
    finally:
        pa.set_memory_pool(before)


def test_questions_of_many_threads_see_their_own_tables_only(dataset: str) -> None:
    kept(dataset, *[f"{number}" for number in range(100)], batch="B1")

    def asked(number: int) -> tuple[int, int]:
        own = pa.table({"n": list(range(number))})
        answer = query("SELECT count(*) AS k FROM kept, own", kept=dataset, own=own)
        whole = read_table(dataset, columns=["name"])
        return answer["k"].to_pylist()[0], whole.num_rows

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(asked, range(1, 40))) == [(100 * n, 100) for n in range(1, 40)]
    with pytest.raises(duckdb.CatalogException):
        query("SELECT * FROM own")


def test_moments_are_read_in_utc_whatever_the_machine_s_zone(dataset: str) -> None:
    kept(dataset, "one", batch="B1")
    answer = query("SELECT CAST(_gathered_at AS VARCHAR) AS at FROM kept", kept=dataset)
    assert answer["at"].to_pylist() == [f"{AT:%Y-%m-%d %H:%M:%S}+00"]
