"""A register from a file: every row taken or rejected, marked where it is wrong, written back."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from yitang.data.catalogue.api import (
    COST_ENDED,
    SYSTEMS_IN_USE,
    InformationSystem,
    LoadedSystems,
    amend_system,
    content_of,
    decide_system,
    every_system,
    hold_systems,
    load_systems,
    marked_systems,
    system_events,
    systems_csv,
    systems_workbook,
)
from yitang.data.catalogue.errors import DumpTooLarge, SystemsFileInvalid
from yitang.data.catalogue.models import HeldDump, SystemEvent
from yitang.ground.base.errors import NotAllowed
from yitang.ground.metrics.api import check_rollups
from yitang.ground.organisations.api import Organisation, User, system_actor
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

from .factories import AT, make_system, make_system_spec

pytestmark = pytest.mark.django_db
HEAD = "系统编码,系统名称,所属单位,系统状态,状态日期,并入系统编码,依据,年运维费用（万元）"


@pytest.fixture
def office() -> Organisation:
    return make_organisation("350102", name="民政局")


def load(text: str | bytes, actor: User | None = None, *, look: bool = False) -> LoadedSystems:
    content = text.encode() if isinstance(text, str) else text
    return load_systems(
        content=content, file="清册.csv", actor=actor or system_actor(), at=AT, look=look
    )


def faults(found: LoadedSystems) -> dict[int, list[str]]:
    return {one.row.number: [fault.field for fault in one.faults] for one in found.rejected}


def test_the_whole_register_is_loaded_with_its_states(office: Organisation) -> None:
    rows = [
        HEAD,
        "A-1,救助系统,民政局,已整合,2026-02-01,A-2,闽数〔2026〕1号,3.5",
        "A-2,一体化系统,民政局,已停用,2026-05-01,,闽数〔2026〕3号,10",
        "A-3,门户,民政局,已接入平台,2026-03-01,,,",
        "A-4,档案系统,民政局,,,,,1",
        "A-5,老系统,民政局,已整合,2026-01-05,A-1,,",
    ]
    found = load("\n".join(rows))
    assert (found.delivered, found.accepted, found.count("created")) == (5, 5, 5)
    states = dict(InformationSystem.objects.values_list("code", "state"))
    assert states == {
        "A-1": "merged", "A-2": "retired", "A-3": "connected", "A-4": "in_use", "A-5": "merged",
    }  # fmt: skip
    first = InformationSystem.objects.get(code="A-1")
    assert (first.since, first.yearly_cost) == (date(2026, 2, 1), Decimal(35000))
    assert [event.note for event in system_events(first)] == ["", "→ A-2; 闽数〔2026〕1号"]
    assert check_rollups([SYSTEMS_IN_USE, COST_ENDED]) == []
    again = load("\n".join(rows))
    assert again.count("unchanged") == 5
    assert SystemEvent.objects.count() == 9


def test_every_row_is_taken_or_rejected_with_field_and_reason(office: Organisation) -> None:
    make_system("X-1", organisation=make_organisation("350200", name="住建局"))
    found = load(
        "\n".join(
            [
                HEAD,
                "A-1,好,民政局,,,,,1",
                "A-1,又一次,民政局,,,,,1",
                ",无码,民政局,,,,,很多",
                "A-3,谁的,某某局,,,,,",
                "A-4,谁的,,,,,,",
                "X-1,别人的,民政局,,,,,",
                "A-5,明天停,民政局,停用,2126-01-01,,,",
                "A-6,并到哪,民政局,已整合,2026-01-01,Q-9,,",
                "A-7,列太多,民政局,,,,,,多一格",
            ]
        )
    )
    assert faults(found) == {
        3: ["code"], 4: ["code", "yearly_cost"], 5: ["organisation"], 6: ["organisation"],
        7: ["code"], 8: ["since"], 9: ["successor"], 10: ["code"],
    }  # fmt: skip
    assert (found.delivered, found.accepted) == (9, 1)
    codes = InformationSystem.objects.values_list("code", flat=True)
    assert list(codes) == ["A-1", "X-1"]
    said = {one.row.number: str(one.faults[0].problem) for one in found.rejected}
    assert said[3] == "row 2 has this code already"
    assert "某某局" in said[5]


def test_looking_writes_nothing(office: Organisation) -> None:
    found = load(f"{HEAD}\nA-1,好,民政局,已接入,,,,1\n,坏,民政局,,,,,", look=True)
    assert (found.accepted, len(found.rejected)) == (1, 1)
    assert not InformationSystem.objects.exists()
    assert check_rollups([SYSTEMS_IN_USE]) == []


def test_a_department_loads_its_own_and_decides_nothing(office: Organisation) -> None:
    officer = make_officer("data_officer", organisation=office)
    other = make_organisation(name="住建局")
    found = load(
        f"{HEAD}\nA-1,我的,,,,,,1\nA-2,已停的,民政局,已停用,2026-01-01,,,\nB-1,他的,住建局,,,,,",
        officer,
    )
    assert faults(found) == {3: ["state"], 4: ["organisation"]}
    assert list(InformationSystem.objects.values_list("code", "organisation")) == [
        ("A-1", office.pk)
    ]
    decide_system(
        system=InformationSystem.objects.get(), verb="connect", actor=system_actor(), at=AT
    )
    assert load(f"{HEAD}\nA-1,我的,,已接入,,,,2", officer).count("changed") == 1
    moved = load(f"{HEAD}\nA-1,我的,,已接入,2026-01-01,,,2", officer)
    assert faults(moved) == {2: ["since"]}
    for nobody in (make_officer("leader"), make_officer("sharing_head", organisation=other)):
        with pytest.raises(NotAllowed):
            load(f"{HEAD}\nA-1,我的,,,,,,1", nobody)


def test_what_has_ended_is_not_changed_by_a_file(office: Organisation) -> None:
    rows = f"{HEAD}\nA-1,老系统,民政局,已停用,2026-01-01,,,2"
    assert load(rows).count("created") == 1
    assert faults(load(rows.replace("老系统", "新名"))) == {2: ["code"]}
    assert load(rows.replace("已停用,2026-01-01", "在用,,")[:-1]).delivered == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        ("名称,备注\n甲,乙".encode(), "系统代码"),
        (b"PK\x03\x04broken", "damaged"),
        (b"%PDF-1.4", "PDF"),
        ('[{"系统编码": "A", "系统名称": "B"}]'.encode(), "no table"),
        (b"\x00\x01\x02", "neither text"),
        ("系统编码,系统名称\n".encode(), "no record"),
    ],
)
def test_a_file_that_is_no_register_says_why(content: bytes, said: str) -> None:
    with pytest.raises(SystemsFileInvalid, match=said):
        load(content)


def test_a_register_comes_back_the_same(office: Organisation) -> None:
    one = make_system("A-1", organisation=office, name="=一加一", purpose="含,逗号")
    make_system("A-2", organisation=office, yearly_cost=None, network="", security_grade=0)
    make_system("A-3", organisation=office, hosting="government_cloud")
    decide_system(
        system=one, verb="merge", actor=system_actor(), at=AT, successor="A-3",
        on=AT.date() - timedelta(days=3),
    )  # fmt: skip
    rows = every_system(system_actor())
    for content in (systems_workbook(rows), systems_csv(rows)):
        found = load(content)
        assert (found.delivered, found.count("unchanged"), found.read.headings.ignored) == (
            3,
            3,
            (),
        )
    written = list(csv.reader(io.StringIO(systems_csv(rows).decode("utf-8-sig"))))
    assert written[1][1] == "'=一加一"  # no spreadsheet computes it
    sheet = load_workbook(io.BytesIO(systems_workbook(rows))).worksheets[0]
    assert sheet["B2"].data_type == "s"


def test_the_empty_template_offers_the_words_and_takes_rows(office: Organisation) -> None:
    book = load_workbook(io.BytesIO(systems_workbook([])))
    sheet = book["系统清册"]
    assert isinstance(sheet, Worksheet)
    lists = [one.formula1 or "" for one in sheet.data_validations.dataValidation]
    assert any("政务外网" in one for one in lists)
    assert any("已接入平台" in one for one in lists)
    for column, value in enumerate(("A-1", "救助系统", "民政局"), start=1):
        sheet.cell(2, column, value)
    assert load(saved(book)).count("created") == 1


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_bad_cells_come_back_marked_in_the_file_itself(office: Organisation) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "各单位汇总"
    rows: list[list[str | int]] = [
        ["2026年政务信息系统清册"],
        [],
        ["序号", "系统编码", "系统名称", "部门", "网络类型"],
        [1, "A-1", "好", "民政局", "政务外网"],
        [2, "A-2", "坏", "民政局", "月球网"],
        [3, "A 3", "", "民政局", "互联网"],
    ]
    for row in rows:
        sheet.append(row)
    content = saved(book)
    found = load(content, look=True)
    assert found.accepted == 1
    marked = marked_systems(
        content, found.read, {one.row.number: one.faults for one in found.rejected}
    )
    back = load_workbook(io.BytesIO(marked)).worksheets[0]
    notes = {
        cell.coordinate: cell.comment.text
        for row in back.iter_rows()
        for cell in row
        if cell.comment is not None
    }
    assert set(notes) == {"E5", "B6", "C6"}
    assert "月球网" in notes["E5"]
    assert back["E5"].fill.fgColor.rgb == "00F4C7C3"
    assert back["A1"].value == "2026年政务信息系统清册"


def test_a_csv_comes_back_as_a_marked_workbook(office: Organisation) -> None:
    text = "系统编码,系统名称,部门,年运维费\nA-1,好,民政局,1\nA-2,坏,民政局,许多"
    content = text.encode("gb18030")
    found = load(content, look=True)
    marked = marked_systems(
        content, found.read, {one.row.number: one.faults for one in found.rejected}
    )
    sheet = load_workbook(io.BytesIO(marked)).worksheets[0]
    assert [cell.value for cell in sheet[3]] == ["A-2", "坏", "民政局", "许多"]
    assert sheet["D3"].comment is not None
    assert sheet["D2"].comment is None


def test_an_uploaded_register_waits_for_its_owner(office: Organisation) -> None:
    officer = make_officer("data_officer", organisation=office)
    content = f"{HEAD}\nA-1,好,,,,,,1".encode()
    held = hold_systems(name="a.csv", content=content, actor=officer, at=AT)
    assert content_of(held) == content
    with pytest.raises(SystemsFileInvalid):
        hold_systems(name="a.csv", content=b"a,b", actor=officer, at=AT)
    with pytest.raises(DumpTooLarge):
        hold_systems(name="a.csv", content=b"a" * (31 * 2**20), actor=officer, at=AT)
    with pytest.raises(NotAllowed):
        hold_systems(name="a.csv", content=content, actor=make_officer("leader"), at=AT)
    assert HeldDump.objects.count() == 1


def test_an_amendment_is_one_line_of_history(office: Organisation) -> None:
    system = make_system("A-1", organisation=office)
    spec = make_system_spec("A-1", supplier="另一家")
    amend_system(system=system, spec=spec, actor=system_actor(), at=AT)
    assert [event.verb for event in system_events(system)] == ["register", "amend"]
