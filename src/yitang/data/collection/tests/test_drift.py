"""Columns that are not as they were: told, decided, and the next batch taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from yitang.data.catalogue.api import Dataset, draft_of, items_of
from yitang.data.collection.api import (
    Fewer,
    decide_drift,
    drift_events,
    drifts,
    drifts_of_case,
    gather_file,
    gather_source,
    move_stop,
    receipts,
    register_source,
    source_of,
)
from yitang.data.collection.errors import (
    ColumnsDrifted,
    ColumnsMissing,
    DriftDecided,
    DriftUnknown,
    LostColumnCannotBeTaken,
)
from yitang.data.collection.rules import (
    Difference,
    ItemRule,
    Receipt,
    changed_columns,
    differences_of,
    failing_shares,
    match_columns,
)
from yitang.data.lake.api import count_rows
from yitang.ground.base.errors import NotAllowed
from yitang.ground.casework.api import case_timeline
from yitang.ground.organisations.api import User, system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
)

from .factories import AT, HEADER, make_residents, resident, write_csv

ITEMS = [("name", "姓名", []), ("birth_date", "出生日期", []), ("phone", "手机号", ["电话"])]


@pytest.mark.parametrize(
    ("delivered", "found"),
    [
        (["姓名", "出生日期", "电话"], []),
        (["姓名", "出生日期"], [Difference("lost", "phone", "手机号")]),
        (
            ["姓名", "出生的日期", "手机号"],
            [Difference("renamed", "birth_date", "出生日期", "出生的日期", 0.89)],
        ),
        (["姓名", "出生日期", "备注"], [Difference("lost", "phone", "手机号")]),
        (["姓名", "甲", "乙"], []),  # another file altogether
    ],
)
def test_lost_and_renamed_columns(delivered: list[str], found: list[Difference]) -> None:
    assert differences_of(ITEMS, match_columns(ITEMS, delivered)) == found


def test_a_column_has_changed_where_most_rows_fail_that_did_not() -> None:
    rules = [ItemRule("day", "日", type="D"), ItemRule("key", "编号", unique=True)]
    columns = {"day": "日", "key": "编号"}
    now = failing_shares([("日", "date", 8), ("日", "required", 4), ("编号", "unique", 19)], 20)
    assert now == {"日": 0.6}

    def found(before: dict[str, float], delivered: int) -> list[Difference]:
        return changed_columns(rules, columns, before=before, now=now, delivered=delivered)

    assert found({}, 20) == [Difference("changed", "day", "日", "日", 0.6)]
    assert found({"日": 0.5}, 20) != []
    assert found({"日": 0.51}, 20) == []
    assert found({}, 19) == []
    assert failing_shares([], 0) == {}


db = pytest.mark.django_db


@pytest.fixture
def residents() -> Dataset:
    make_division("350102")
    return make_residents()


@pytest.fixture
def officer(residents: Dataset) -> User:
    return make_officer("data_officer", organisation=residents.organisation)


def rows(first: int, count: int = 30, **changes: str) -> list[list[str]]:
    return [resident(number, **changes) for number in range(first, first + count)]


def gathered(path: Path, actor: User, fewer: Fewer = "ask") -> Receipt:
    return gather_file(dataset="residents", path=path, actor=actor, at=AT, fewer=fewer)


@db
def test_an_added_column_waits_and_is_added_to_the_draft_of_the_entry(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    wide = [[*row, "2026-01-02"] for row in rows(0)]
    path = write_csv(tmp_path / "a.csv", wide, header=[*HEADER, "迁入日期"])
    assert gathered(path, officer).accepted == 30
    (waiting,) = drifts(officer)
    assert (waiting.kind, waiting.column, waiting.guess["type"]) == ("added", "迁入日期", "D")
    assert waiting.batch is not None
    assert waiting.batch.unknown_columns == ["迁入日期"]
    with pytest.raises(DriftDecided):
        decide_drift(drift=waiting, verb="take", actor=officer, at=AT)
    stranger = make_officer("data_officer", organisation=make_organisation())
    assert drifts(stranger) == []
    with pytest.raises(NotAllowed):
        decide_drift(drift=waiting, verb="add", actor=stranger, at=AT)
    decided = decide_drift(drift=waiting, verb="add", actor=officer, at=AT, note="新增")
    assert decided.state == "added"
    draft = draft_of(officer, residents)
    assert draft is not None
    added = draft.spec.items[-1]
    assert (added.name, added.label, added.type) == ("qian_ru_ri_qi", "迁入日期", "D")
    assert len(items_of(residents)) == len(HEADER)  # the entry itself waits for its publication
    assert [(event.verb, event.note) for event in drift_events(decided)] == [("add", "新增")]


@db
def test_an_ignored_column_is_named_in_receipts_and_asked_about_no_more(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    for number in range(2):
        wide = [[*row, "x"] for row in rows(number * 30)]
        path = write_csv(tmp_path / f"{number}.csv", wide, header=[*HEADER, "备注"])
        gathered(path, officer)
        assert receipts(officer).rows[0].unknown_columns == ["备注"]
        for waiting in drifts(officer):
            decide_drift(drift=waiting, verb="ignore", actor=officer, at=AT)
    assert [drift.state for drift in drifts(officer, state="")] == ["ignored"]


@db
def test_a_renamed_column_stops_the_batch_until_it_is_taken(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    gathered(write_csv(tmp_path / "a.csv", rows(0)), officer)
    renamed = [*HEADER[:3], "出生年月日", *HEADER[4:]]
    path = write_csv(tmp_path / "b.csv", rows(100), header=renamed)
    with pytest.raises(
        ColumnsDrifted, match="出生日期 is missing, 出生年月日 may be it"
    ) as stopped:
        gathered(path, officer)
    with pytest.raises(ColumnsDrifted, match=str(stopped.value.params["case"])):
        gathered(path, officer)
    (waiting,) = drifts(officer)
    assert waiting.case is not None
    assert waiting.case.organisation == residents.organisation
    assert count_rows("residents") == 30
    decide_drift(drift=waiting, verb="take", actor=officer, at=AT)
    assert gathered(path, officer).accepted == 30
    waiting.case.refresh_from_db()
    assert waiting.case.state == "taken"
    with pytest.raises(DriftDecided):
        decide_drift(drift=waiting, verb="send_back", actor=officer, at=AT)


@db
def test_a_lost_column_cannot_be_taken_and_is_settled_by_a_good_batch(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    gathered(write_csv(tmp_path / "a.csv", rows(0)), officer)
    narrow = write_csv(tmp_path / "b.csv", [row[:4] for row in rows(100)], header=HEADER[:4])
    with pytest.raises(ColumnsDrifted, match="行政区划代码 is missing"):
        gathered(narrow, officer)
    (waiting,) = drifts(officer)
    assert waiting.case is not None
    with pytest.raises(LostColumnCannotBeTaken):
        decide_drift(drift=waiting, verb="take", actor=officer, at=AT)
    other = write_csv(tmp_path / "c.csv", [row[:3] for row in rows(100)], header=HEADER[:3])
    with pytest.raises(ColumnsDrifted):  # more is missing now: a case of its own
        gathered(other, officer)
    assert {drift.state for drift in drifts_of_case(officer, waiting.case.pk)} == {"settled"}
    assert len(drifts(officer)) == 2
    gathered(write_csv(tmp_path / "d.csv", rows(100)), officer)
    assert drifts(officer) == []
    lines = [event.verb for event in case_timeline(officer, waiting.case)]
    assert lines == ["", "settle"]


@db
def test_a_column_that_holds_something_else_stops_the_batch_and_is_taken_once(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    gathered(write_csv(tmp_path / "a.csv", rows(0)), officer)
    changed = rows(100, 20, birth_date="不详") + rows(200, 10)
    path = write_csv(tmp_path / "b.csv", changed)
    with pytest.raises(ColumnsDrifted, match="出生日期 no longer holds what it did"):
        gathered(path, officer)
    assert count_rows("residents") == 30
    assert len(receipts(officer).rows) == 1
    (waiting,) = drifts(officer)
    assert waiting.case is not None
    assert waiting.share == pytest.approx(2 / 3, abs=1e-3)
    move_stop(case_id=waiting.case.pk, verb="take", actor=officer, at=AT)
    receipt = gathered(path, officer, fewer="take")
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (30, 10, 20)
    (used,) = drifts(officer, state="taken")
    assert used.used_by is not None
    assert used.used_by.number == receipt.number
    gathered(write_csv(tmp_path / "c.csv", rows(300)), officer)
    again = write_csv(tmp_path / "d.csv", rows(400, 20, birth_date="不详") + rows(500, 10))
    with pytest.raises(ColumnsDrifted):
        gathered(again, officer)
    with pytest.raises(DriftUnknown):
        move_stop(case_id=0, verb="take", actor=officer, at=AT)


@db
def test_a_first_batch_and_another_file_are_refused_without_a_case(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    narrow = write_csv(tmp_path / "b.csv", [row[:4] for row in rows(100)], header=HEADER[:4])
    with pytest.raises(ColumnsMissing):
        gathered(narrow, officer)
    gathered(write_csv(tmp_path / "a.csv", rows(0)), officer)
    other = write_csv(tmp_path / "c.csv", [row[:2] for row in rows(100)], header=HEADER[:2])
    with pytest.raises(ColumnsMissing):
        gathered(other, officer)
    assert drifts(officer, state="") == []


@db
def test_a_watched_folder_keeps_a_stopped_file_until_it_is_decided(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    system = system_actor()
    register_source(dataset=residents, kind="folder", location=str(tmp_path), actor=system, at=AT)
    source = source_of(residents)
    assert source is not None
    write_csv(tmp_path / "a.csv", rows(0))
    assert len(gather_source(source=source, actor=system, at=AT)) == 1
    write_csv(tmp_path / "b.csv", rows(100), header=[*HEADER[:3], "出生年月日", *HEADER[4:]])
    with pytest.raises(ColumnsDrifted):
        gather_source(source=source, actor=system, at=AT)
    assert (tmp_path / "b.csv").exists()
    case = drifts(officer)[0].case
    assert case is not None
    move_stop(case_id=case.pk, verb="take", actor=officer, at=AT)
    (receipt,) = gather_source(source=source, actor=system, at=AT)
    assert receipt.accepted == 30


@db
def test_a_watched_folder_stops_at_a_file_after_which_most_rows_would_be_gone(
    tmp_path: Path, residents: Dataset, officer: User
) -> None:
    system = system_actor()
    register_source(dataset=residents, kind="folder", location=str(tmp_path), actor=system, at=AT)
    source = source_of(residents)
    assert source is not None
    write_csv(tmp_path / "a.csv", rows(0))
    gather_source(source=source, actor=system, at=AT)
    write_csv(tmp_path / "b.csv", rows(0, 3))
    with pytest.raises(ColumnsDrifted, match="27 / 30 rows would be gone"):
        gather_source(source=source, actor=system, at=AT)
    assert (tmp_path / "b.csv").exists()
    assert count_rows("residents") == 30
    case = drifts(officer)[0].case
    assert case is not None
    move_stop(case_id=case.pk, verb="take", actor=officer, at=AT)
    (receipt,) = gather_source(source=source, actor=system, at=AT)
    assert (receipt.accepted, receipt.replaced) == (3, 30)
