"""Batches through the border: the counts add up, nothing is lost, the same again is nothing."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from yitang.data.catalogue.api import Dataset, dataset
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.catalogue.tests.factories import make_dataset
from yitang.data.collection.actions import gathering
from yitang.data.collection.api import (
    BatchReceipted,
    batch_for,
    gather_file,
    gather_source,
    hand_over,
    inspect_upload,
    marked_workbook,
    nearest_dataset,
    own_datasets,
    preview_of,
    problems_of,
    receipt_of,
    receipts,
    receipts_of,
    register_source,
    rejected_rows,
    scores_of,
    source_of,
    suitable_datasets,
    take_out_quarantine,
    totals,
    upload_for,
)
from yitang.data.collection.errors import (
    BatchDiffers,
    BatchUnknown,
    ColumnsMissing,
    ColumnTwice,
    DatasetNotReady,
    FewerRows,
    NothingDelivered,
    UploadTooLarge,
    UploadUnknown,
)
from yitang.data.collection.models import Batch, RejectedBlock, Upload
from yitang.data.collection.rules import Receipt, canonical
from yitang.data.lake.api import read_table, table_exists, table_versions
from yitang.ground.base.errors import NotAllowed
from yitang.ground.ledger.api import entries_of
from yitang.ground.organisations.api import system_actor
from yitang.ground.organisations.tests.factories import (
    make_division,
    make_officer,
    make_organisation,
    make_user,
)
from yitang.ground.plumbing.api import (
    check_signature,
    periodic_jobs,
    public_key,
    register_listener,
    run_job,
    settings,
)

from .factories import (
    AT,
    HEADER,
    make_identity_number,
    make_residents,
    resident,
    write_csv,
    write_workbook,
)

pytestmark = pytest.mark.django_db
NUMBER = iter(range(10**6))


@pytest.fixture
def residents() -> Dataset:
    """A dataset whose name no other test has: the lake outlives the database's rollback."""
    make_division("350102")
    return make_residents(f"residents-{settings().home.stat().st_ino}-{next(NUMBER)}-{id(NUMBER)}")


def gathered(entry: Dataset, path: Path, *, days: int = 0, **options: str) -> Receipt:
    return gather_file(
        dataset=entry,
        path=path,
        actor=system_actor(),
        at=AT + timedelta(days=days),
        **options,  # type: ignore[arg-type]
    )


def names_in_lake(entry: Dataset) -> list[str]:
    return sorted(read_table(entry.code)["name"].to_pylist())


BAD = [
    resident(2, identity_number=make_identity_number(2)[:17] + "#"),
    resident(3, division_code="359999"),
    resident(4, name=""),
    resident(1),
    ["只有", "两列"],
    resident(6, birth_date="1990-02-30"),
]


def test_accepted_and_rejected_are_what_was_delivered(residents: Dataset, tmp_path: Path) -> None:
    heard: list[BatchReceipted] = []
    register_listener(BatchReceipted, heard.append)
    path = write_csv(tmp_path / "a.csv", [resident(1), *BAD, resident(7)], encoding="gbk")
    receipt = gathered(residents, path)
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (8, 2, 6)
    assert {(p.label, p.code, p.rows) for p in receipt.problems} == {
        ("公民身份号码", "identity_check", 1), ("行政区划代码", "division", 1),
        ("姓名", "required", 1), ("登记编号", "unique", 1), ("", "fields", 1),
        ("出生日期", "date", 1),
    }  # fmt: skip
    assert receipt.understood["encoding"] == "GBK / GB18030"
    kept = read_table(residents.code).to_pylist()
    assert [row["_row"] for row in kept] == [2, 9]
    assert kept[0]["birth_date"] == date(1911, 1, 1)
    assert {row["_batch"] for row in kept} == {receipt.number}
    entry = dataset(residents.code)
    assert (entry.row_count, entry.gathered_batch) == (2, receipt.number)
    assert entry.quality == scores_of(entry)[0].total
    assert heard[-1] == BatchReceipted(receipt.number, residents.code, 8, 2)


def test_the_receipt_is_signed(residents: Dataset, tmp_path: Path) -> None:
    receipt = gathered(residents, write_csv(tmp_path / "a.csv", [resident(1)]))
    content = canonical(
        number=receipt.number, dataset=receipt.dataset, delivered=1, accepted=1, rejected=0,
        digest=receipt.digest, at=receipt.at,
    )  # fmt: skip
    check_signature(content, bytes.fromhex(receipt.signature), key=public_key())
    assert len(receipt.digest) == 64
    assert receipt.seconds > 0


def test_the_same_batch_again_changes_nothing(residents: Dataset, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(1), resident(2)])
    first = gathered(residents, path)
    again = gathered(residents, path, days=3)
    assert again.repeated
    assert not first.repeated
    assert again.number == first.number
    assert len(table_versions(residents.code)) == 1
    assert dataset(residents.code).gathered_at == AT
    other = gathered(residents, write_csv(tmp_path / "b.csv", [resident(3)]), fewer="take")
    back = gathered(residents, path)
    assert [other.repeated, back.repeated] == [False, False]
    assert names_in_lake(residents) == sorted([resident(1)[2], resident(2)[2]])
    assert [batch.number for batch in receipts_of(residents)] == [
        back.number, other.number, first.number,
    ]  # fmt: skip


def test_a_whole_delivery_that_leaves_few_rows_asks_first(
    residents: Dataset, tmp_path: Path
) -> None:
    first = gathered(
        residents, write_csv(tmp_path / "a.csv", [resident(number) for number in range(10)])
    )
    less = gathered(
        residents, write_csv(tmp_path / "b.csv", [resident(number) for number in range(8)])
    )
    assert (first.replaced, less.replaced) == (0, 10)
    path = write_csv(tmp_path / "c.csv", [resident(1), resident(2)])
    with pytest.raises(FewerRows, match="has 8 rows"):
        gathered(residents, path)
    assert len(names_in_lake(residents)) == 8
    assert len(receipts_of(residents)) == 2
    meant = gathered(residents, path, fewer="take")
    assert (meant.accepted, meant.replaced) == (2, 8)
    assert len(names_in_lake(residents)) == 2


def test_added_batches_add_and_a_replayed_one_does_not(tmp_path: Path) -> None:
    make_division("350102")
    entry = make_residents(f"added-{next(NUMBER)}-{id(NUMBER)}", delivery="added")
    one = write_csv(tmp_path / "1.csv", [resident(1)])
    gathered(entry, one)
    gathered(entry, write_csv(tmp_path / "2.csv", [resident(2)]))
    assert gathered(entry, one).repeated
    assert names_in_lake(entry) == sorted([resident(1)[2], resident(2)[2]])


def test_a_suppliers_number_names_one_content(residents: Dataset, tmp_path: Path) -> None:
    one = write_csv(tmp_path / "1.csv", [resident(1)])
    gathered(residents, one, supplier_number="2026-11")
    assert gathered(residents, one, supplier_number="2026-11").repeated
    with pytest.raises(BatchDiffers, match="number of its own"):
        gathered(residents, write_csv(one, [resident(2)]), supplier_number="2026-11")
    assert names_in_lake(residents) == [resident(1)[2]]


def test_mended_rules_judge_the_same_content_anew(tmp_path: Path) -> None:
    entry = make_residents(f"mended-{next(NUMBER)}-{id(NUMBER)}")
    path = write_csv(tmp_path / "a.csv", [resident(1, division_code="350181")])
    assert gathered(entry, path).accepted == 0
    assert gathered(entry, path).repeated
    make_division("350181")
    assert gathered(entry, path).accepted == 1


def test_a_batch_of_nothing_but_errors_keeps_what_was_there(
    residents: Dataset, tmp_path: Path
) -> None:
    gathered(residents, write_csv(tmp_path / "a.csv", [resident(1)]))
    receipt = gathered(residents, write_csv(tmp_path / "b.csv", BAD[:3]))
    assert (receipt.accepted, receipt.rejected, receipt.version) == (0, 3, None)
    assert names_in_lake(residents) == [resident(1)[2]]
    assert dataset(residents.code).gathered_batch != receipt.number


def test_refused_files_change_nothing_and_say_why(residents: Dataset, tmp_path: Path) -> None:
    gathered(residents, write_csv(tmp_path / "a.csv", [resident(1)]))
    fewer = write_csv(tmp_path / "b.csv", [["1", "张三"]], header=["登记编号", "姓名"])
    with pytest.raises(ColumnsMissing, match="公民身份号码, 出生日期, 行政区划代码"):
        gathered(residents, fewer)
    doubled = write_csv(tmp_path / "c.csv", [[*resident(1), "李四"]], header=[*HEADER, "姓  名"])
    with pytest.raises(ColumnTwice, match="姓名"):
        gathered(residents, doubled)
    with pytest.raises(NothingDelivered):
        gathered(residents, write_csv(tmp_path / "d.csv", []))
    bare = make_dataset(f"bare-{next(NUMBER)}", items=(), published=False)
    with pytest.raises(DatasetNotReady):
        gathered(bare, write_csv(tmp_path / "a.csv", [resident(1)]))
    assert names_in_lake(residents) == [resident(1)[2]]
    assert Batch.objects.count() == 1


def test_further_columns_are_named_and_left_out(residents: Dataset, tmp_path: Path) -> None:
    rows = [[*resident(1), "备注"]]
    receipt = gathered(residents, write_csv(tmp_path / "a.csv", rows, header=[*HEADER, "说明"]))
    assert receipt.unknown_columns == ("说明",)
    assert "说明" not in read_table(residents.code).column_names


def test_only_the_own_departments_officer_hands_in_and_sees(
    residents: Dataset, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(1), BAD[0]])
    own = make_officer("data_officer", organisation=residents.organisation)
    stranger = make_officer("data_officer", organisation=make_organisation())
    with pytest.raises(NotAllowed):
        gather_file(dataset=residents, path=path, actor=stranger, at=AT)
    receipt = gather_file(dataset=residents, path=path, actor=own, at=AT)
    assert batch_for(own, receipt.number).rejected == 1
    with pytest.raises(BatchUnknown):
        batch_for(stranger, receipt.number)
    seen = [len(receipts(user).rows) for user in (own, stranger, make_officer("sharing_head"))]
    assert [totals(user).batches for user in (own, stranger)] == [1, 0]
    assert seen == [1, 0, 1]
    away = make_officer("sharing_head", organisation=make_organisation("360102"))
    assert receipts(away).rows == []
    assert receipts(make_officer("clerk")).rows == []


def test_lists_page_by_key(residents: Dataset, tmp_path: Path) -> None:
    for number in range(5):
        gathered(residents, write_csv(tmp_path / "a.csv", [resident(number)]))
    user, found, cursor = make_officer("sharing_head"), [], ""
    while True:
        page = receipts(user, dataset=residents.code, cursor=cursor, limit=2)
        found += [batch.sequence for batch in page.rows]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert found == [5, 4, 3, 2, 1]


def test_quarantine_keeps_rows_encrypted_and_gives_them_back(
    residents: Dataset, tmp_path: Path
) -> None:
    many = [resident(number, name="") for number in range(1100)]
    receipt = gathered(residents, write_csv(tmp_path / "a.csv", many))
    batch = batch_for(make_officer("sharing_head"), receipt.number)
    assert len(rejected_rows(batch)) == 1100
    assert [row.row_number for row in rejected_rows(batch, start=499, limit=3)] == [501, 502, 503]
    row = rejected_rows(batch, limit=1)[0]
    assert row.values["公民身份号码"] == many[0][1]
    assert str(row.faults[0].message) == "the value is missing"
    stored = RejectedBlock.objects.values_list("content", flat=True)
    assert len(stored) == 3
    assert problems_of(batch)[0].rows == 1100
    assert receipt_of(batch) == receipt
    assert totals().rejected == 1100


def test_the_stored_quarantine_shows_nothing(residents: Dataset, tmp_path: Path) -> None:
    from django.db import connection

    gathered(residents, write_csv(tmp_path / "a.csv", [BAD[2]]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM collection_rejectedblock")
        raw = bytes(cursor.fetchone()[0])
    assert BAD[2][1].encode() not in raw


def test_quarantine_comes_back_as_a_workbook_with_marked_cells(
    residents: Dataset, tmp_path: Path
) -> None:
    rows = [resident(1), resident(2, name="=1+1", division_code="1"), ["破", "行"]]
    receipt = gathered(residents, write_csv(tmp_path / "a.csv", rows))
    head = make_officer("sharing_head")
    batch = batch_for(head, receipt.number)
    with pytest.raises(NotAllowed):
        take_out_quarantine(batch=batch, actor=head, at=AT)
    officer = make_officer("data_officer", organisation=residents.organisation)
    content = take_out_quarantine(batch=batch, actor=officer, at=AT)
    assert [entry.action for entry in entries_of(str(officer.public_id))] == [
        "collection.take_out_quarantine"
    ]
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    by_title = {sheet.cell(1, at).value: at for at in range(1, sheet.max_column + 1)}
    marked = sheet.cell(2, by_title["行政区划代码"])
    assert marked.fill.fgColor.rgb.endswith("F4C7C3")
    assert marked.comment is not None
    assert "no division" in marked.comment.text
    name = sheet.cell(2, by_title["姓名"])
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert sheet.cell(3, by_title[f"what is wrong {receipt.number}"]).value == (
        "this row has 2 columns where the header has 5; 破,行"
    )


def test_a_sex_in_words_is_taken_as_its_code_and_the_receipt_says_so(tmp_path: Path) -> None:
    items = (
        ItemSpec("record", "编号", is_key=True),
        ItemSpec("sex", "性别", codes=("0", "1", "2", "9")),
    )
    entry = make_dataset(f"sexes-{next(NUMBER)}-{id(NUMBER)}", items=items)
    rows = [["a", "女"], ["b", "1"], ["c", "雌"], ["d", " 女 "]]
    path = write_csv(tmp_path / "a.csv", rows, header=["编号", "性别"])
    receipt = gathered(entry, path)
    assert (receipt.accepted, receipt.rejected) == (3, 1)
    assert receipt.understood["code_words"] == "性别: 女 → 2 (2)"
    assert read_table(entry.code)["sex"].to_pylist() == ["2", "1", "2"]
    officer = make_officer("data_officer", organisation=entry.organisation)
    upload = inspect_upload(name="a.csv", content=path.read_bytes(), actor=officer, at=AT)
    assert upload.understood["code_words"] == "性别: 女 → 2 (2)"


def own_workbook(folder: Path) -> bytes:
    """What a visitor drops in: titled, two sheets, dates as dates, numbers as numbers."""
    good = list[object](resident(1))
    lost = list[object](resident(2))
    lost[1] = 350102199001010011
    wrong = list[object](resident(3, identity_number=make_identity_number(3)[:17] + "#"))
    dated = list[object](resident(4))
    dated[3] = date(1990, 5, 17)
    title: list[list[object]] = [["某县登记表"], list(HEADER)]
    path = write_workbook(
        folder / "own.xlsx",
        {"甲": [*title, *([good] * 3), lost], "乙": [*title, wrong, dated, good]},
    )
    return path.read_bytes()


def test_an_unknown_workbook_is_understood_checked_and_marked(
    residents: Dataset, tmp_path: Path
) -> None:
    clerk = make_officer("clerk")
    upload = inspect_upload(name="own.xlsx", content=own_workbook(tmp_path), actor=clerk, at=AT)
    assert (upload.delivered, upload.accepted, upload.rejected) == (7, 5, 2)
    rules = {entry["label"]: (entry["type"], entry["rule"]) for entry in upload.columns}
    assert rules["公民身份号码"] == ("C", "identity_number")
    assert rules["出生日期"] == ("D", "")
    assert rules["行政区划代码"] == ("C", "division")
    assert rules["姓名"] == ("C", "")
    rows = {(row["sheet"], row["row"]): row for row in preview_of(upload)}
    cells = rows["乙", 3]["cells"]
    assert isinstance(cells, list)
    assert cells[1]["faults"] == [{"code": "identity_check", "params": {}}]
    assert cells[1]["value"].startswith("3501******")
    assert cells[2]["value"] == "张*"
    workbook = load_workbook(io.BytesIO(marked_workbook(upload, say=lambda m: f"[{m.code}]")))
    lost, wrong = workbook["甲"]["B6"], workbook["乙"]["B3"]
    assert lost.comment.text == "[collection.problem.digits_lost]"
    assert wrong.comment.text == "[collection.problem.identity_check]"
    assert workbook["甲"]["B3"].comment is None
    assert not table_exists("own")
    assert suitable_datasets(clerk, HEADER, [residents]) == []


def test_an_upload_is_its_owners_alone_and_forgotten_after_a_day(tmp_path: Path) -> None:
    clerk, other = make_officer("clerk"), make_officer("clerk")
    content = write_csv(tmp_path / "a.csv", [resident(1), ["x"]]).read_bytes()
    upload = inspect_upload(name="a.csv", content=content, actor=clerk, at=AT)
    assert (upload.delivered, upload.rejected) == (2, 1)
    assert upload_for(clerk, upload.public_id, at=AT).file_name == "a.csv"
    for user, at in ((other, AT), (clerk, AT + timedelta(days=1, seconds=1))):
        with pytest.raises(UploadUnknown):
            upload_for(user, upload.public_id, at=at)
    sheet = load_workbook(io.BytesIO(marked_workbook(upload))).worksheets[0]
    assert sheet.max_row == 2
    inspect_upload(name="b.csv", content=content, actor=clerk, at=AT + timedelta(days=2))
    assert [row.file_name for row in Upload.objects.all()] == ["b.csv"]
    assert "collection.forget_uploads" in periodic_jobs()
    with time_machine.travel(AT + timedelta(days=4), tick=False):
        run_job.func("collection.forget_uploads", {}, "")
    assert not Upload.objects.exists()


def test_uploads_that_cannot_be_taken(tmp_path: Path) -> None:
    clerk = make_officer("clerk")
    with pytest.raises(UploadTooLarge, match="20 MB"):
        inspect_upload(name="a.csv", content=b"x" * (20 * 2**20 + 1), actor=clerk, at=AT)
    with pytest.raises(NothingDelivered):
        inspect_upload(name="a.csv", content="姓名,出生日期\n".encode(), actor=clerk, at=AT)
    with pytest.raises(NotAllowed):
        inspect_upload(name="a.csv", content=b"a,b\nx,y\n", actor=make_user(), at=AT)
    assert Upload.objects.count() == 0


def test_a_suitable_dataset_takes_the_upload_and_marks_it_by_its_own_rules(
    residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    content = own_workbook(tmp_path)
    upload = inspect_upload(name="own.xlsx", content=content, actor=officer, at=AT)
    assert upload.judged_for == residents
    assert (upload.delivered, upload.accepted, upload.rejected) == (7, 2, 5)
    assert suitable_datasets(officer, HEADER, [residents]) == [residents]
    path = tmp_path / "again.xlsx"
    path.write_bytes(content)
    receipt = gather_file(dataset=residents, path=path, actor=officer, at=AT)
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (7, 2, 5)
    batch = batch_for(officer, receipt.number)
    assert problems_of(upload) == problems_of(batch)
    workbook = load_workbook(io.BytesIO(marked_workbook(upload, batch=batch)))
    assert "earlier row" in workbook["甲"]["A4"].comment.text


def test_a_source_is_fetched_again(residents: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "silo.db"
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f'"{label}" TEXT' for label in HEADER)
        connection.execute(f"CREATE TABLE people ({columns})")
        connection.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?)", resident(1))
        connection.commit()
    source = register_source(
        dataset=residents, kind="sqlite", location=str(path), table="people",
        actor=system_actor(), at=AT,
    )  # fmt: skip
    (receipt,) = gather_source(source=source, actor=system_actor(), at=AT)
    assert receipt.accepted == 1
    assert source_of(residents) == source


def test_rooms_hand_over_arrow_tables_like_any_department(residents: Dataset) -> None:
    table = pa.table(
        {
            "record": [1], "identity_number": [make_identity_number(1)], "name": ["张三"],
            "birth_date": [date(1990, 1, 1)], "division_code": ["350102"],
        }
    )  # fmt: skip
    receipt = hand_over(dataset=residents.code, table=table, actor=system_actor(), at=AT)
    assert receipt.accepted == 1
    assert hand_over(dataset=residents, table=table, actor=system_actor(), at=AT).repeated


def power_cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_batch_left_behind_does_not_hide_under_a_later_one(
    residents: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(1)])
    with monkeypatch.context() as cut:
        cut.setattr(gathering, "_receipted", power_cut)
        with pytest.raises(KeyboardInterrupt):
            gathered(residents, path)
    gathered(residents, write_csv(tmp_path / "b.csv", [resident(2)]))
    assert not gathered(residents, path).repeated
    assert names_in_lake(residents) == [resident(1)[2]]


def test_a_crash_before_the_receipt_is_mended_by_the_same_file(
    residents: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", [resident(1), BAD[0]])

    with monkeypatch.context() as cut:
        cut.setattr(gathering, "_receipted", power_cut)
        with pytest.raises(KeyboardInterrupt):
            gathered(residents, path)
    assert receipts_of(residents) == []
    receipt = gathered(residents, path)
    assert (receipt.delivered, receipt.accepted, receipt.rejected) == (2, 1, 1)
    assert len(table_versions(residents.code)) == 1
    assert Batch.objects.filter(dataset=residents).count() == 1


def test_a_column_of_dates_is_text_for_a_text_item(tmp_path: Path) -> None:
    entry = make_dataset(
        f"texts-{next(NUMBER)}", items=(ItemSpec("a", "日期"), ItemSpec("b", "乙"))
    )
    path = write_workbook(tmp_path / "a.xlsx", {"一": [["日期", "乙"], [date(2026, 1, 2), "x"]]})
    gathered(entry, path)
    assert read_table(entry.code)["a"].to_pylist() == ["2026-01-02"]


def test_a_file_is_looked_at_by_the_rules_it_is_handed_in_by(
    residents: Dataset, tmp_path: Path
) -> None:
    officer = make_officer("data_officer", organisation=residents.organisation)
    groups = ["登记", "证件", "称呼", "生日", "属地"]  # would be taken for the header, by itself
    twice = resident(1, name="李四")
    rows = [list[object](row) for row in [groups, HEADER, resident(1), twice, resident(2)]]
    path = write_workbook(tmp_path / "own.xlsx", {"表": rows})
    upload = inspect_upload(name="own.xlsx", content=path.read_bytes(), actor=officer, at=AT)
    assert [entry["label"] for entry in upload.columns] == HEADER
    receipt = gather_file(dataset=residents, path=path, actor=officer, at=AT)
    assert (upload.accepted, upload.rejected) == (receipt.accepted, receipt.rejected) == (2, 1)
    assert problems_of(upload) == receipt.problems
    clerk = make_officer("clerk")
    guessed = inspect_upload(name="own.xlsx", content=path.read_bytes(), actor=clerk, at=AT)
    assert guessed.judged_for is None
    assert nearest_dataset(officer, HEADER[:3], [residents]) == (residents, tuple(HEADER[3:]))


def test_one_asks_for_the_headings_of_many_datasets_at_once(
    residents: Dataset, tmp_path: Path
) -> None:
    office = residents.organisation
    officer = make_officer("data_officer", organisation=office)
    content = write_csv(tmp_path / "a.csv", [resident(1)]).read_bytes()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            upload = inspect_upload(name="a.csv", content=content, actor=officer, at=AT)
            assert suitable_datasets(officer, HEADER, own_datasets(officer)) == [residents]
        assert upload.judged_for == residents
        return len(queries)

    asked()  # posts are kept from then on
    few = asked()
    for number in range(4):
        make_dataset(f"other-{number}", organisation=office, items=(ItemSpec("x", "别的"),))
        make_dataset(f"foreign-{number}", items=(ItemSpec("record", "登记编号"),))
    assert asked() == few
    assert [entry.code for entry in own_datasets(officer)] == [
        *(f"other-{number}" for number in range(4)),
        residents.code,
    ]
