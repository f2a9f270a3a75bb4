"""DuckDB and Spark make the same base of the same records, links and golden rows alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import ibis
import polars as pl
import pyarrow as pa
import pytest

from yitang.data.catalogue.rules import ItemSpec
from yitang.data.collection.tests.factories import make_identity_number
from yitang.data.fusion.api import fuse_files, fuse_legal_entities, fuse_population
from yitang.data.fusion.queries import conflicts_table, links_table
from yitang.data.fusion.rules import LEGAL_ENTITIES, POPULATION, Base, FusionReport
from yitang.data.lake.api import (
    check_spark_installed,
    opened_engine,
    read_table,
    replace_table,
    spark_session,
    table_files,
    table_version,
)
from yitang.data.lake.errors import EngineMissing
from yitang.data.lake.rules import Step
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_credit_code

from .factories import ANNA, AT, BO, INSURANCE, POLICE, hand, hand_all, write_people

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.spark,
    # Spark's own Python code leaves the sockets of its gateway to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning"),
]


# Tiny tables: what Spark does to be quick on large ones is most of the time it needs for these.
TINY = {
    "spark.master": "local[1]",
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[None]:
    """One session for every test here: it takes its time to begin."""
    try:
        check_spark_installed()
    except EngineMissing as missing:
        pytest.skip(str(missing.params["problem"]))
    with spark_session(TINY):
        yield


def sorted_rows(table: str) -> list[tuple[Any, ...]]:
    """Every row without the lake's own columns, in one order."""
    found = read_table(table)
    kept = found.drop_columns(["_batch", "_source", "_gathered_at"])
    rows = [tuple(row.values()) for row in kept.to_pylist()]
    return sorted(rows, key=repr)


def made_by(engine: str, base: Base) -> tuple[Any, ...]:
    fuse = fuse_population if base is POPULATION else fuse_legal_entities
    report: FusionReport = fuse(actor=system_actor(), at=AT, engine=engine)
    counted = (
        report.entities, report.records, report.matched, report.conflicts, report.filled,
        report.sources, report.coverage,
    )  # fmt: skip
    tables = (base.code, links_table(base), conflicts_table(base))
    columns = [read_table(table).schema for table in tables]
    return counted, columns, [sorted_rows(table) for table in tables]


def check_alike(base: Base) -> Any:
    first, second = made_by("duckdb", base), made_by("spark", base)
    for mine, other in zip(first, second, strict=True):
        assert mine == other
    return first


def test_both_engines_make_the_same_population() -> None:
    hand_all()
    _, _, (people, links, conflicts) = check_alike(POPULATION)
    assert (len(people), len(links), len(conflicts)) == (4, 12, 1)


def test_both_engines_make_the_same_legal_entities() -> None:
    code = make_credit_code(77)
    market = (
        ItemSpec("number", "注册号", is_key=True),
        ItemSpec("code", "代码", role="credit_code", authority=1),
        ItemSpec("name", "名称", role="name", authority=1),
        ItemSpec("registered", "成立", type="D", role="registered_on"),
    )
    hand("market", market, ("1", code.lower(), "甲公司", "2001-02-03"), subject="legal_entity")
    hand("tax", market[:3], ("9", code, "甲有限公司"), ("8", "X", "乙"), subject="legal_entity")
    _, _, (entities, links, _) = check_alike(LEGAL_ENTITIES)
    assert (len(entities), len(links)) == (1, 3)


def dirty(chance: random.Random, number: str) -> str | None:
    """A number as some clerk might have typed it."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    return chance.choice(
        [
            number, number.lower(), wide, wide.lower(), f" {number}\u3000",
            number[:6] + number[8:17], number[:-1] + "0", number[:17],
            f"{number[:6]} {number[6:]}", "", None, "无", "－",
        ]
    )  # fmt: skip


RECORDS = 100
NAMES = ("张伟", "张 伟", "阿卜杜·热合曼", "阿卜杜热合曼", "José Müller", "JOSÉ MÜLLER", "Straße",
         "STRASSE", "李\u3000雷", "𠮷野", "", None, "'; DROP TABLE ids; --", "a\\b")  # fmt: skip
SEXES = ("1", "男", "F", "未知", None)
DAYS = ("1950-01-01", "1960-2-3", "19700101", "1980年1月1日", "不详", None)


def test_both_engines_agree_on_dirty_values() -> None:
    """Equal claims of one source included: which of them wins must not be left to an engine."""
    chance = random.Random(1)  # noqa: S311  (a repeatable test, not a secret)
    numbers = [make_identity_number(n, birth=f"19{50 + n % 40}0101") for n in range(30)]
    silos = (("police", POLICE, 0), ("older", POLICE, 0), ("insured", INSURANCE, 3))
    for code, items, days in silos:
        keep_as_delivered(code, items, days, numbers, chance)
    _, _, (people, links, conflicts) = check_alike(POPULATION)
    assert len(links) == 3 * RECORDS
    assert 0 < len(people) <= len(numbers)
    assert conflicts


def keep_as_delivered(
    code: str, items: tuple[ItemSpec, ...], days: int, numbers: list[str], chance: random.Random
) -> None:
    """Records in the lake that no border looked at."""
    drawn: dict[str, Callable[[], str | None]] = {
        "identity_number": lambda: dirty(chance, chance.choice(numbers)),
        "name": lambda: chance.choice(NAMES),
        "sex": lambda: chance.choice(SEXES),
        "birth_date": lambda: chance.choice(DAYS),
        "phone": lambda: chance.choice(("138-0013-8000", "１３８", "无", None)),
        "division": lambda: chance.choice(("350102", "350103", None)),
        "address": lambda: chance.choice(("东街1号", "西街2号", None)),
    }
    hand(code, items, tuple("R" if item.is_key else None for item in items), days=days)
    columns = {
        item.name: pa.array(
            [str(n) if item.is_key else drawn[item.role]() for n in range(RECORDS)], pa.string()
        )
        for item in items
    }
    replace_table(
        dataset=code, table=pa.table(columns), batch=uuid4().hex, source="test",
        at=AT + timedelta(days=days),
    )  # fmt: skip


def test_spark_reads_the_files_of_a_version_and_never_the_folder() -> None:
    """The folder still holds the files of the version before: whoever is in them alone is gone."""
    hand("police", POLICE, ("P1", ANNA, "安娜", "女", "1950-01-01", "东街1号", "350102"))
    before, first = table_files("police"), table_version("police")
    hand_in_place = pa.table(
        {item.name: pa.array(["P2" if item.is_key else None], pa.string()) for item in POLICE}
        | {"identity_number": pa.array([BO], pa.string())}
    )
    second = replace_table(
        dataset="police", table=hand_in_place, batch=uuid4().hex, source="test", at=AT
    )
    assert all(Path(file).exists() for file in before)
    with opened_engine("spark") as engine:
        for version, number in ((first, ANNA), (second, BO)):
            step = Step(pa.schema([("identity_number", pa.string())]), lambda batch: batch)
            engine.load(
                f"v{version}", "police", version=version, columns=["identity_number"], step=step
            )
            table = ibis.table({"identity_number": "string"}, name=f"v{version}")
            assert engine.answer(table).to_pylist() == [{"identity_number": number}]


@pytest.mark.thorough
def test_both_engines_link_the_same_records(tmp_path: Path) -> None:
    """Two departments' files by a specification: links, golden rows and doubts alike."""
    write_people(tmp_path, 200)
    found = {}
    for engine in ("duckdb", "spark"):
        out = tmp_path / engine
        report = fuse_files(specification=tmp_path / "spec.toml", out=out, engine=engine)
        tables = [
            pl.read_parquet(out / f"{name}.parquet") for name in ("links", "golden", "review")
        ]
        found[engine] = (report.found.evidence, report.found.keys, *(t.to_dicts() for t in tables))
    assert found["duckdb"] == found["spark"]
    assert len(found["duckdb"][2]) > 300
