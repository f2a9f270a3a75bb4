"""Sources compared by key: new, changed and gone rows, the brake, and what was sent back."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from yitang.data.catalogue.rules import ItemSpec
from yitang.data.collection.api import (
    Batch,
    Source,
    drifts,
    gather_source,
    move_stop,
    register_source,
)
from yitang.data.collection.errors import ColumnsDrifted, SourceIncomplete, ValuesUnfit
from yitang.data.collection.rules import Receipt, is_too_much, shape_of
from yitang.data.lake.api import append_batch, read_table, table_versions, vacuum_table
from yitang.data.lake.rules import OWN_COLUMNS
from yitang.data.lake.tests.factories import aged
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import make_officer

from .factories import AT, power_cut
from .test_sources import Elsewhere, elsewhere, make_permits, registered

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db


def filled(elsewhere: Elsewhere, rows: int) -> Elsewhere:
    elsewhere.run(
        f"CREATE TABLE {elsewhere.table} (number INTEGER, name VARCHAR(20), moment TIMESTAMP)"
    )
    for number in range(1, rows + 1):
        elsewhere.add(f"{number}, 'n{number}', NULL")
    return elsewhere


def fetched(source: Source) -> Receipt:
    (receipt,) = gather_source(source=Source.objects.get(pk=source.pk), actor=system_actor(), at=AT)
    return receipt


def changes_of(receipt: Receipt) -> tuple[int, int, int, int, int]:
    names = ("added", "changed", "unchanged", "removed", "spared")
    added, changed, unchanged, removed, spared = (receipt.changes[name] for name in names)
    return added, changed, unchanged, removed, spared


def kept(code: str) -> dict[str, tuple[str, str]]:
    rows = read_table(code).to_pylist()
    return {row["number"]: (row["name"], row["_batch"]) for row in rows}


def test_new_changed_and_gone_rows_of_a_database_are_told_apart(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 10), mode="key")
    first = fetched(source)
    assert changes_of(first) == (10, 0, 0, 0, 0)
    assert fetched(source).repeated
    table = elsewhere.table
    elsewhere.run(f"DELETE FROM {table} WHERE number = 3")  # noqa: S608  (of this test)
    elsewhere.run(f"UPDATE {table} SET name = 'new' WHERE number = 4")  # noqa: S608  (of this test)
    elsewhere.add("11, 'n11', NULL")

    with power_cut(monkeypatch):
        fetched(source)
    second = fetched(source)
    assert changes_of(second) == (1, 1, 8, 1, 0)
    assert second.accepted == 1 + 1 + 8
    found = kept(entry.code)
    assert sorted(found, key=int) == [str(n) for n in (1, 2, *range(4, 12))]
    assert found["4"] == ("new", second.number)
    assert found["5"] == ("n5", first.number)
    assert [version.batch for version in table_versions(entry.code)] == [
        second.number, first.number,
    ]  # fmt: skip
    assert Batch.objects.filter(dataset=entry).count() == 2
    assert len(read_table(entry.code, version=0)) == 10


def test_rows_that_were_sent_back_are_not_taken_for_gone(elsewhere: Elsewhere) -> None:
    entry = make_permits(delivery="whole", items=(
        ItemSpec("number", "编号", is_key=True), ItemSpec("name", "名称", length=5),
        ItemSpec("moment", "时间", type="T"),
    ))  # fmt: skip
    source = registered(entry, filled(elsewhere, 10), mode="key")
    fetched(source)
    table = elsewhere.table
    elsewhere.run(f"UPDATE {table} SET name = 'far too long' WHERE number = 2")  # noqa: S608  (of this test)
    elsewhere.run(f"DELETE FROM {table} WHERE number = 3")  # noqa: S608  (of this test)
    elsewhere.add("1, 'again', NULL")
    receipt = fetched(source)
    assert (receipt.accepted, receipt.rejected) == (8, 2)
    assert changes_of(receipt) == (0, 0, 8, 1, 1)
    assert kept(entry.code)["2"][0] == "n2"
    elsewhere.run(f"DELETE FROM {table} WHERE number = 5")  # noqa: S608  (of this test)
    elsewhere.add("NULL, 'whose', NULL")
    receipt = fetched(source)
    assert changes_of(receipt) == (0, 0, 7, 0, 2)
    assert receipt.changes["unreadable"] == 1
    assert {"2", "5"} <= set(kept(entry.code))


def test_a_key_that_is_wrong_in_itself_names_no_row(tmp_path: Path) -> None:
    entry = make_permits(delivery="whole", items=(
        ItemSpec("number", "编号", type="I", is_key=True), ItemSpec("name", "名称"),
    ))  # fmt: skip
    path = tmp_path / "a.csv"
    every = [f"{number},x" for number in range(1, 11)]
    path.write_text("\n".join(["编号,名称", *every]), encoding="utf-8")
    source = register_source(
        dataset=entry, kind="file", location=str(path), mode="key", actor=system_actor(), at=AT
    )
    fetched(source)
    path.write_text("\n".join(["编号,名称", *every[:9], "1O,x"]), encoding="utf-8")
    receipt = fetched(source)
    assert (receipt.rejected, receipt.changes["unreadable"]) == (1, 1)
    assert changes_of(receipt) == (0, 0, 9, 0, 1)
    assert len(kept(entry.code)) == 10


def test_more_than_usual_would_be_gone_and_the_officer_lets_it_through(
    elsewhere: Elsewhere,
) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 10), mode="key", cycle="daily")
    fetched(source)
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 6")  # noqa: S608  (of this test)
    officer = make_officer("data_officer", organisation=entry.organisation)
    for _ in range(2):  # the second finds the case that is open
        with pytest.raises(ColumnsDrifted, match="4 / 10 rows would be gone"):
            fetched(source)
    assert len(kept(entry.code)) == 10
    assert Source.objects.get(pk=source.pk).failures == 0
    (waiting,) = drifts(officer)
    assert (waiting.kind, waiting.share) == ("gone", 0.4)
    assert waiting.case_id is not None
    move_stop(case_id=waiting.case_id, verb="take", actor=officer, at=AT)
    assert Source.objects.get(pk=source.pk).next_at == AT
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 3")  # noqa: S608  (of this test)
    with pytest.raises(ColumnsDrifted, match="7 / 10"):  # is not what was let through
        fetched(source)
    for number in (4, 5, 6):
        elsewhere.add(f"{number}, 'n{number}', NULL")
    assert changes_of(fetched(source)) == (0, 0, 6, 4, 0)
    assert drifts(officer) == []
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 3")  # noqa: S608  (of this test)
    with pytest.raises(ColumnsDrifted, match="3 / 6"):  # the word counted for one batch
        fetched(source)


def test_the_brake_holds_where_the_entrys_items_are_others_by_now(elsewhere: Elsewhere) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 10), mode="key")
    fetched(source)
    entry.items.filter(name="moment").delete()
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 6")  # noqa: S608  (of this test)
    with pytest.raises(ColumnsDrifted, match="4 / 10 rows would be gone"):
        fetched(source)
    assert len(kept(entry.code)) == 10
    assert "moment" in read_table(entry.code).schema.names
    officer = make_officer("data_officer", organisation=entry.organisation)
    (waiting,) = drifts(officer)
    assert waiting.case_id is not None
    move_stop(case_id=waiting.case_id, verb="take", actor=officer, at=AT)
    fetched(source)
    assert len(kept(entry.code)) == 6
    assert "moment" not in read_table(entry.code).schema.names
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 5")  # noqa: S608  (of this test)
    assert changes_of(fetched(source)) == (0, 0, 5, 1, 0)


def test_other_items_and_the_same_keys_replace_the_table_and_are_counted_by_key(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 10), mode="key")
    first = fetched(source)
    entry.items.filter(name="moment").delete()
    entry.items.filter(name="name").update(length=5)
    table = elsewhere.table
    elsewhere.run(f"DELETE FROM {table} WHERE number > 9")  # noqa: S608  (of this test)
    elsewhere.run(f"UPDATE {table} SET name = 'far too long' WHERE number = 2")  # noqa: S608  (of this test)
    elsewhere.add("11, 'n11', NULL")

    with power_cut(monkeypatch):
        fetched(source)
    second = fetched(source)
    assert (second.accepted, second.rejected) == (9, 1)
    assert changes_of(second) == (1, 8, 0, 1, 1)
    found = kept(entry.code)
    assert sorted(found, key=int) == [str(n) for n in (*range(1, 10), 11)]
    assert found["2"] == ("n2", first.number)  # sent back, so it stays as it was
    assert {batch for number, (_, batch) in found.items() if number != "2"} == {second.number}
    assert "moment" not in read_table(entry.code).schema.names


@pytest.mark.parametrize("one_came_later", [False, True])
def test_what_a_batch_changed_is_not_known_once_a_version_was_let_go(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, *, one_came_later: bool
) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 3), mode="key")
    fetched(source)
    entry.items.filter(name="moment").delete()
    with power_cut(monkeypatch):
        fetched(source)
    if one_came_later:
        rows = read_table(entry.code).drop_columns(list(OWN_COLUMNS))
        append_batch(dataset=entry.code, table=rows, batch="later", source="test", at=AT)
    aged(entry.code, days=40)
    vacuum_table(dataset=entry.code, days=30)
    receipt = fetched(source)
    assert (receipt.accepted, receipt.changes) == (3, {"unreadable": 0})


def test_a_row_without_a_key_keeps_all_there_are_in_other_items_too(elsewhere: Elsewhere) -> None:
    entry = make_permits(delivery="whole")
    source = registered(entry, filled(elsewhere, 10), mode="key")
    fetched(source)
    entry.items.filter(name="moment").delete()
    elsewhere.run(f"DELETE FROM {elsewhere.table} WHERE number > 3")  # noqa: S608  (of this test)
    elsewhere.add("NULL, 'whose', NULL")
    receipt = fetched(source)
    assert changes_of(receipt) == (0, 3, 0, 0, 7)
    assert len(kept(entry.code)) == 10


@pytest.mark.parametrize(
    ("old", "fits", "new", "anew", "other", "example"),
    [
        ("C", '"1,200"', "I", 1200, "12号", "12号"),
        ("C", "2026年1月5日", "D", date(2026, 1, 5), "去年", "去年"),
        ("N", "3", "I", 3, "3.5", "3.5"),
        ("T", "2026-01-02", "D", date(2026, 1, 2), "2026-01-02 03:04:05", "2026-01-02 03:04:05"),
        ("I", "20260102", "D", None, "20260102", "20260102"),
        ("I", "17", "C", "17", "", ""),
        ("T", "2026-01-02 03:04:05", "C", "2026-01-02 03:04:05", "", ""),
    ],
)
def test_a_row_that_stays_keeps_its_value_in_the_new_type_or_stops_the_batch(
    tmp_path: Path, old: str, fits: str, new: str, anew: object, other: str, example: str
) -> None:
    entry = make_permits(delivery="whole", items=(
        ItemSpec("number", "编号", is_key=True), ItemSpec("name", "名称", type=old),
        ItemSpec("more", "备注", length=5),
    ))  # fmt: skip
    path = tmp_path / "a.csv"

    def delivered(*rows: str) -> Receipt:
        path.write_text("\n".join(["编号,名称,备注", *rows]), encoding="utf-8")
        return fetched(source)

    path.write_text("x", encoding="utf-8")
    source = register_source(
        dataset=entry, kind="file", location=str(path), mode="key", actor=system_actor(), at=AT
    )
    first = delivered(f"1,{fits},x", f"2,{other},x", *(f"{n},,x" for n in range(3, 9)))
    entry.items.filter(name="name").update(type=new)
    rest = [f"{n},,y" for n in range(3, 9)]
    if other:
        before = read_table(entry.code)
        for sensitive, shown in ((False, example), (True, shape_of(example))):
            entry.items.filter(name="name").update(is_sensitive=sensitive)
            with pytest.raises(ValuesUnfit, match=f"values of 名称 .* “{re.escape(shown)}”"):
                delivered("1,,far too long", "2,,far too long", *rest)
        assert read_table(entry.code) == before
        assert Batch.objects.get(dataset=entry).number == first.number
    if anew is not None:
        assert changes_of(delivered("1,,far too long", "2,,y", *rest)) == (0, 7, 0, 0, 1)
        stays = next(row for row in read_table(entry.code).to_pylist() if row["number"] == "1")
        assert (stays["name"], stays["more"], stays["_batch"]) == (anew, "x", first.number)


def test_a_file_is_compared_by_several_items_together(tmp_path: Path) -> None:
    entry = make_permits(delivery="whole", items=(
        ItemSpec("office", "单位", is_key=True), ItemSpec("number", "编号", is_key=True),
        ItemSpec("name", "名称"),
    ))  # fmt: skip
    path = tmp_path / "a.csv"

    def delivered(*rows: str) -> Receipt:
        path.write_text("\n".join(["单位,编号,名称", *rows]), encoding="utf-8")
        return fetched(source)

    path.write_text("x", encoding="utf-8")
    source = register_source(
        dataset=entry, kind="file", location=str(path), mode="key", actor=system_actor(), at=AT
    )
    every = [f"{office},{number},x" for office in "甲乙" for number in range(5)]
    assert changes_of(delivered(*every)) == (10, 0, 0, 0, 0)
    receipt = delivered(*every[1:], "甲,7,y", "甲,7,z")
    assert (receipt.accepted, receipt.rejected) == (10, 1)
    assert changes_of(receipt) == (1, 0, 9, 1, 0)


def test_what_cannot_be_compared_by_key_is_said_before(tmp_path: Path) -> None:
    for entry, said in (
        (make_permits(delivery="added"), "added up"),
        (make_permits(delivery="whole", items=(ItemSpec("name", "名称"),)), "marked as key"),
    ):
        with pytest.raises(SourceIncomplete, match=said):
            register_source(
                dataset=entry, kind="file", location=str(tmp_path), mode="key",
                actor=system_actor(), at=AT,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("removed", "before", "allowed", "stops"),
    [(0, 0, 0.0, False), (20, 100, 0.0, False), (21, 100, 0.0, True), (40, 100, 0.4, False),
     (42, 100, 0.4, False), (43, 100, 0.4, True), (100, 100, 0.0, True)],
)  # fmt: skip
def test_the_brake_stops_what_nobody_let_through(
    removed: int, before: int, *, allowed: float, stops: bool
) -> None:
    assert is_too_much(removed, before, limit=0.2, allowed=allowed) is stops
