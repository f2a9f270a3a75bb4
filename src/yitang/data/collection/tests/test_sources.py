"""Registered sources: databases whole or as they grow, watched folders, secrets kept."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from django.db import connection

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.api import (
    Source,
    compare_versions,
    dlt_delivery,
    gather_folder,
    gather_source,
    hand_over,
    register_source,
    shown_place,
    sources_for,
)
from yitang.data.collection.connectors import database_delivery, dlt_resource
from yitang.data.collection.errors import (
    AddressInvalid,
    AddressRefused,
    ColumnUnknown,
    DriverMissing,
    FileUnreadable,
    NothingToCompare,
    SourceIncomplete,
    SourceUnreachable,
    TableUnknown,
)
from yitang.data.lake.api import read_table, table_exists
from yitang.ground.base.errors import InvalidInput, NotAllowed
from yitang.ground.base.ids import uuid7
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer

from .factories import AT, power_cut
from .test_connectors import rows_of

pytestmark = pytest.mark.django_db
TOKEN = "s3cret-" + "token"
ITEMS = (
    ItemSpec("number", "编号", required=True, unique=True, is_key=True),
    ItemSpec("name", "名称"),
    ItemSpec("moment", "时间", type="T"),
)


def make_permits(**values: object) -> Dataset:
    code = f"permits-{uuid7().hex[-10:]}"
    return make_dataset(code, **({"items": ITEMS, "delivery": "added"} | values))  # type: ignore[arg-type]


@dataclass
class Elsewhere:
    """Somebody else's database: PostgreSQL where the tests run on it, else an SQLite file."""

    location: str
    run: Callable[[str], object]
    table: str

    def add(self, values: str) -> None:
        self.run(f"INSERT INTO {self.table} VALUES ({values})")  # noqa: S608  (of this test)


@pytest.fixture
def elsewhere(tmp_path: Path, database_address: str) -> Iterator[Elsewhere]:
    table = f"permits_{uuid7().hex[-10:]}"
    if connection.vendor == "postgresql":
        with psycopg.connect(database_address, autocommit=True) as own:
            yield Elsewhere(database_address, own.execute, table)
            own.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    else:
        path = tmp_path / "elsewhere.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as own_file:
            yield Elsewhere(f"sqlite:///{path}", own_file.execute, table)


def filled(elsewhere: Elsewhere) -> Elsewhere:
    elsewhere.run(
        f"CREATE TABLE {elsewhere.table} (number INTEGER, name VARCHAR(20), moment TIMESTAMP)"
    )
    elsewhere.add("1, '甲', '2026-01-02 03:04:05'")
    elsewhere.add("2, NULL, NULL")
    return elsewhere


def registered(entry: Dataset, elsewhere: Elsewhere, **values: str) -> Source:
    return register_source(
        dataset=entry, kind="database", location=elsewhere.location, table=elsewhere.table,
        actor=system_actor(), at=AT, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def numbers_in_lake(entry: Dataset) -> list[str]:
    return sorted(read_table(entry.code)["number"].to_pylist())


def test_a_table_is_read_whole(elsewhere: Elsewhere) -> None:
    filled(elsewhere)
    delivery = database_delivery(elsewhere.location, table=elsewhere.table)
    assert delivery.columns == ("number", "name", "moment")
    assert rows_of(delivery) == [("1", "甲", "2026-01-02 03:04:05"), ("2", None, None)]
    with pytest.raises(TableUnknown, match="It has: "):
        database_delivery(elsewhere.location, table="none")


def test_a_growing_column_is_followed_and_its_mark_moves_with_the_receipt(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, source = make_permits(), None
    source = registered(entry, filled(elsewhere), column="number")
    assert [r.accepted for r in gather_source(source=source, actor=system_actor(), at=AT)] == [2]
    source.refresh_from_db()
    assert (source.high_water, source.reading_to) == ("2", "")
    assert gather_source(source=source, actor=system_actor(), at=AT) == []
    elsewhere.add("3, '丙', NULL")

    with power_cut(monkeypatch):
        gather_source(source=source, actor=system_actor(), at=AT)
    elsewhere.add("10, '癸', NULL")
    stale = Source.objects.get(pk=source.pk)
    for mark in ("3", "10"):
        fresh = Source.objects.get(pk=source.pk)
        (receipt,) = gather_source(source=fresh, actor=system_actor(), at=AT)
        assert receipt.accepted == 1
        assert Source.objects.get(pk=source.pk).high_water == mark
    # Another fetch looked at the source before these ended, and waited for its turn.
    assert gather_source(source=stale, actor=system_actor(), at=AT) == []
    assert numbers_in_lake(entry) == ["1", "10", "2", "3"]
    registered(entry, elsewhere, column="moment")
    assert Source.objects.get(pk=source.pk).high_water == ""


def test_a_source_cut_in_mid_stream_leaves_nothing(elsewhere: Elsewhere) -> None:
    if connection.vendor == "postgresql":
        elsewhere.run(f"CREATE TABLE {elsewhere.table} (number INTEGER)")
        view = (
            "SELECT n AS number, 1 / (n - 40000) AS name, n AS moment"
            " FROM generate_series(1, 50000) AS n"
        )
    else:
        view = (
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 50000)"
            " SELECT n AS number, CASE n WHEN 40000 THEN abs(-9223372036854775807 - 1) END AS name,"
            " n AS moment FROM n"
        )
    elsewhere.run(f"CREATE VIEW {elsewhere.table}_v AS {view}")
    entry = make_permits()
    elsewhere.table += "_v"
    source = registered(entry, elsewhere)
    with pytest.raises(SourceUnreachable, match="Nothing of this batch was taken") as failed:
        gather_source(source=source, actor=system_actor(), at=AT)
    assert "\n" not in str(failed.value)
    assert not table_exists(entry.code)
    kept = Source.objects.get(pk=source.pk).problem
    assert str(kept) == str(failed.value)
    if connection.vendor == "postgresql":
        elsewhere.run(f"DROP VIEW {elsewhere.table}")


def test_a_column_that_is_not_there_is_named(elsewhere: Elsewhere) -> None:
    source = registered(make_permits(), filled(elsewhere), column="none")
    with pytest.raises(ColumnUnknown, match="number, name, moment"):
        gather_source(source=source, actor=system_actor(), at=AT)


def test_secrets_are_encrypted_kept_and_never_shown() -> None:
    entry = make_permits()

    def register(*, location: str = "https://1.1.1.1/permits", secret: str = "") -> Source:
        return register_source(
            dataset=entry, kind="http_json", location=location, actor=system_actor(), at=AT,
            header="X-Key", secret=secret,
        )  # fmt: skip

    register(secret=TOKEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM collection_source")
        assert b"s3cret" not in bytes(cursor.fetchone()[0])
    assert Source.objects.get(dataset=entry).secret == TOKEN
    assert register().secret == TOKEN
    (listed,) = [row for row in sources_for(system_actor()) if row.dataset == entry]
    assert "secret" in listed.get_deferred_fields()
    assert "s3cret" not in f"{listed}{shown_place(listed)}"
    assert register(location="https://1.0.0.1/permits").secret is None
    with pytest.raises(SourceIncomplete, match="give it apart"):
        register(location="https://u:p@1.1.1.1/")


@pytest.mark.parametrize(
    ("kind", "location", "refused"),
    [
        ("file", "/etc/passwd", NotAllowed),
        ("folder", "/etc", NotAllowed),
        ("sqlite", "/etc/passwd", NotAllowed),
        ("database", "sqlite:////etc/passwd", AddressRefused),
        ("database", "postgresql:///name?host=/run/postgresql", AddressRefused),
        ("database", "postgresql://1.1.1.1/name?host=127.0.0.1", AddressRefused),
        ("database", "mysql://127.0.0.1/name", AddressRefused),
        ("database", "mysql://1.1.1.1/name?read_default_file=/etc/passwd", AddressRefused),
        ("database", "dm://1.1.1.1:5236/name", DriverMissing),
        ("database", "what is this", AddressInvalid),
    ],
)
def test_an_officer_names_addresses_and_nothing_of_this_machine(
    kind: str, location: str, refused: type[Exception]
) -> None:
    entry = make_permits()
    officer = make_officer("data_officer", organisation=entry.organisation)
    with pytest.raises(refused):
        register_source(dataset=entry, kind=kind, location=location, table="t", actor=officer,
                        at=AT)  # fmt: skip
    place = "postgresql://1.1.1.1/name"
    source = register_source(dataset=entry, kind="database", location=place, table="t",
                             actor=officer, at=AT)  # fmt: skip
    assert source.registered_by == officer
    stranger = make_officer("data_officer")
    with pytest.raises(NotAllowed):
        register_source(dataset=entry, kind="database", location=place, table="t",
                        actor=stranger, at=AT)  # fmt: skip


def test_a_source_that_cannot_work_is_said_before_it_is_kept() -> None:
    for entry, table, column, said in (
        (make_permits(delivery="whole"), "t", "number", "fetched whole"),
        (make_permits(), "", "", "no table"),
    ):
        with pytest.raises(SourceIncomplete, match=said):
            register_source(
                dataset=entry, kind="database", location="sqlite:///x", table=table,
                column=column, actor=system_actor(), at=AT,
            )  # fmt: skip


CSV = "编号,名称,时间\n{},甲,2026-01-02 03:04:05\n"


def test_a_file_in_a_watched_folder_is_taken_once_and_when_it_has_come_whole(
    tmp_path: Path,
) -> None:
    folder, entry = tmp_path / "in", make_permits()
    folder.mkdir()
    source = register_source(
        dataset=entry, kind="folder", location=str(folder), actor=system_actor(), at=AT
    )
    (folder / "a.csv").write_text(CSV.format(1), encoding="utf-8")
    (folder / "b.csv").write_text(CSV.format(2), encoding="utf-8")
    (folder / "c.csv").write_bytes(b"%PDF-1.4")
    (folder / "d.csv.part").write_text(CSV.format(4), encoding="utf-8")

    def grow() -> None:
        with (folder / "b.csv").open("a", encoding="utf-8") as file:
            file.write("3,乙,\n")

    def looked(settle: Callable[[], None] = lambda: None) -> list[int]:
        receipts = gather_folder(source=source, actor=system_actor(), at=AT, settle=settle)
        return [receipt.accepted for receipt in receipts]

    assert looked(grow) == [1]
    assert looked() == [2]
    assert looked() == []
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "a.csv", "b.csv", "c.csv", "c.csv.txt", "d.csv.part",
    ]  # fmt: skip
    assert "it is a PDF" in (folder / "refused/c.csv.txt").read_text(encoding="utf-8")
    (folder / "a.csv").write_text(CSV.format(1), encoding="utf-8")
    assert looked() == []
    assert numbers_in_lake(entry) == ["1", "2", "3"]
    folder.rename(tmp_path / "gone")
    with pytest.raises(FileUnreadable, match="no such folder"):
        looked()


def table(rows: list[tuple[str, str]]) -> pa.Table:
    return pa.table(
        {
            "number": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "moment": pa.array([None] * len(rows), pa.string()),
        }
    )


def test_two_versions_are_compared_by_key() -> None:
    entry = make_permits(delivery="whole")
    before = [("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁")]
    after = [("1", "甲"), ("2", "乙改"), ("5", "戊"), ("4", "丁")]
    hand_over(dataset=entry, table=table(before), actor=system_actor(), at=AT)
    with pytest.raises(NothingToCompare):
        compare_versions(system_actor(), dataset=entry)
    hand_over(dataset=entry, table=table(after), actor=system_actor(), at=AT)
    head = make_officer("data_officer", organisation=entry.organisation)
    found = compare_versions(head, dataset=entry)
    assert (found.new, found.gone, found.same, found.changed_rows) == (1, 1, 2, 1)
    assert found.changed == {"name": 1}
    assert [(c.key, c.item, c.before, c.after) for c in found.examples] == [
        ("2", "name", "乙", "乙改")
    ]
    back = compare_versions(head, dataset=entry, key=["编号"], earlier=1, later=0)
    assert (back.new, back.gone, back.rows_before) == (1, 1, 4)
    by_name = compare_versions(head, dataset=entry, key=["name"])
    assert (by_name.new, by_name.gone) == (2, 2)
    with pytest.raises(InvalidInput, match="no item"):
        compare_versions(head, dataset=entry, key=["none"])
    with pytest.raises(NotAllowed):
        compare_versions(make_officer("data_officer"), dataset=entry)


def test_a_dlt_resource_is_a_delivery_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    dlt = dlt_resource.dlt_module()

    @dlt.resource(name="permits")  # type: ignore[untyped-decorator]
    def permits() -> Iterator[object]:
        yield {"number": 1, "at": {"city": "福州"}}
        yield [{"number": 2}]
        yield pa.table({"number": [3]})

    delivery = dlt_delivery(permits(), name="permits")
    assert rows_of(delivery) == [("3", None), ("1", "福州"), ("2", None)]

    def broken() -> Iterator[object]:
        yield {"number": 1}
        raise OSError("cut")

    with pytest.raises(SourceUnreachable, match="reported an error") as failed:
        dlt_delivery(broken(), name="permits")
    assert failed.value.detail == "OSError: cut"
    monkeypatch.setattr(importlib, "import_module", _missing)
    with pytest.raises(DriverMissing, match="dlt"):
        dlt_delivery([], name="permits")


def _missing(_name: str) -> object:
    raise ModuleNotFoundError(name="dlt")
