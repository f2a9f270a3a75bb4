"""Workbooks as counties send them: what is no record is recognised and told."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.errors import FileUnreadable, TooManyCells
from yitang.data.collection.rules.sheets import (
    CLOSING,
    RECORD,
    TOTAL,
    day_of_serial,
    group_label,
    joined_header,
    row_kind,
)

from .test_connectors import numbers_of, rows_of


def saved(path: Path, workbook: Workbook) -> Delivery:
    workbook.save(path)
    return file_delivery(path)


def filled(*rows: list[object]) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "表"
    for row in rows:
        sheet.append(row)
    return workbook, sheet


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["合计", "", "12"], TOTAL),
        (["", "合 计", "12", "3.5"], TOTAL),
        (["福州市小计", "12", "7"], TOTAL),
        (["Total", "12", "7"], TOTAL),
        (["合计有限公司", "甲", "7"], RECORD),
        (["合计", "甲", "乙"], RECORD),
        (["小计", "12"], RECORD),
        (["制表人：王五", "", ""], CLOSING),
        (["数据来源:某数据库", "", ""], CLOSING),
        (["注：本表不含军人", "", "", ""], CLOSING),
        (["注册地址", "甲", "乙"], RECORD),
        (["", "", ""], RECORD),
    ],
)
def test_what_a_row_is(cells: list[str], kind: str) -> None:
    assert row_kind(cells) == kind


def test_a_group_names_itself_and_may_count_its_rows() -> None:
    assert group_label("北山市（92所）") == ("北山市", 92)
    assert group_label("北山市 (共 3 家)") == ("北山市", 3)
    assert group_label("北山市（含县）") == ("北山市（含县）", None)


def test_days_are_counted_from_1900_or_1904_and_only_where_somebody_means_them() -> None:
    assert str(day_of_serial(45_992.0)) == "2025-12-01"
    assert str(day_of_serial(45_992.0 - 1_462, from_1904=True)) == "2025-12-01"
    assert [day_of_serial(number) for number in (7.0, 20_260_101.0, 45_992.5)] == [None] * 3


def test_a_child_alone_is_the_name_where_the_catalogue_knows_it() -> None:
    rows = [["姓名", "联系方式", "联系方式"], ["姓名", "电话", "邮箱"]]
    assert joined_header(rows) == ["姓名", "联系方式 电话", "联系方式 邮箱"]
    assert joined_header(rows, expected=frozenset({"电话"})) == ["姓名", "电话", "联系方式 邮箱"]


def test_a_header_of_two_merged_rows_is_joined(tmp_path: Path) -> None:
    workbook, sheet = filled(
        ["某县登记表", None, None, None],
        ["序号", "姓名", "联系方式", None],
        [None, None, "电话", "邮箱"],
        [1, "张三", "0591-1", "a@x"],
    )
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        sheet.merge_cells(area)
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert delivery.columns == ("序号", "姓名", "联系方式 电话", "联系方式 邮箱")
    assert delivery.understood["header_row"] == "2–3"
    assert (rows_of(delivery), numbers_of(delivery)) == ([("1", "张三", "0591-1", "a@x")], [4])


def test_groups_totals_repeated_headers_and_footers_are_told_and_not_counted(
    tmp_path: Path,
) -> None:
    header: list[object] = ["序号", "学校名称", "标识码", "人数"]
    workbook, sheet = filled(
        header,
        ["北山市（2所）", None, None, None],
        [1, "甲校", 4135010001.0, 10],
        [2, "乙校", "4135010003.0", 20],
        ["小计", None, None, 30],
        header,
        ["南海市（3所）", None, None, None],
        [3, "丙校", 4135010004.0, 5],
        ["合计", None, None, 35],
        ["填表人：王五", None, None, None],
        ["完", None, None, None],
    )
    for row in (2, 7, 11):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert delivery.columns == ("序号", "学校名称", "标识码", "人数", "group")
    assert rows_of(delivery) == [
        ("1", "甲校", "4135010001", "10", "北山市"),
        ("2", "乙校", "4135010003", "20", "北山市"),
        ("3", "丙校", "4135010004", "5", "南海市"),
    ]
    assert delivery.understood == {
        "sheets": "表", "header_row": "1", "group_rows": "2", "groups_differ": "1",
        "total_rows": "2", "repeated_headers": "1", "footer_rows": "2",
    }  # fmt: skip


def test_a_row_with_one_value_is_a_record_where_nothing_says_otherwise(tmp_path: Path) -> None:
    workbook, _ = filled(["编号", "姓名", "地址"], ["A1", None, None], ["A2", "张三", "某路"])
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert rows_of(delivery)[0] == ("A1", "", "")
    assert "group_rows" not in delivery.understood


def test_a_value_merged_over_rows_holds_for_each(tmp_path: Path) -> None:
    workbook, sheet = filled(
        ["科室", "姓名", "工号"], ["一科", "张三", "1"], [None, "李四", "2"], ["二科", "王五", "3"]
    )
    sheet.merge_cells("A2:A3")
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert [row[0] for row in rows_of(delivery)] == ["一科", "一科", "二科"]
    assert delivery.understood["merged_cells"] == "1"


def test_what_is_hidden_is_taken_and_told(tmp_path: Path) -> None:
    workbook, sheet = filled(["编号", "姓名", "地址"], ["1", "张三", "某路"], ["2", "李四", "某街"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = workbook.create_sheet("藏")
    other.append(["编号", "姓名", "地址"])
    other.append(["3", "王五", "某巷"])
    other.sheet_state = "hidden"
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert len(rows_of(delivery)) == 3
    told = {key: value for key, value in delivery.understood.items() if "hidden" in key}
    assert told == {"hidden_rows": "1", "hidden_columns": "地址", "hidden_sheets": "藏"}


def test_dates_as_text_and_as_bare_numbers(tmp_path: Path) -> None:
    workbook, _ = filled(
        ["姓名", "出生日期", "天数"], ["张三", 45_992, 45_992], ["李四", "2025年12月2日", 7]
    )
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert rows_of(delivery) == [("张三", "2025-12-01", "45992"), ("李四", "2025年12月2日", "7")]
    assert delivery.understood["serial_dates"] == "出生日期"


def test_blank_header_columns_and_empty_formatted_rows(tmp_path: Path) -> None:
    names: list[object] = ["编号", None, "地址", "电话", "邮箱", "职务", "学历"]
    workbook, sheet = filled(names, ["1", "张三", "某路", "2", "3", "4", "5"])
    for row in range(3, 300):
        sheet.cell(row, 1).number_format = "@"
    sheet.cell(2, 9, "旁注")
    delivery = saved(tmp_path / "a.xlsx", workbook)
    assert delivery.columns == (
        "编号", "column 2", "地址", "电话", "邮箱", "职务", "学历", "column 9",
    )  # fmt: skip
    assert rows_of(delivery) == [("1", "张三", "某路", "2", "3", "4", "5", "旁注")]


def test_formulas_without_a_value_and_failed_ones_are_marked(tmp_path: Path) -> None:
    workbook, sheet = filled(["编号", "数", "和"], ["1", 2, "=B2*2"], ["2", 3, None])
    sheet["C3"] = "#REF!"
    sheet["C3"].data_type = "e"
    (chunk,) = saved(tmp_path / "a.xlsx", workbook).chunks()
    assert [(mark.position, mark.column, mark.code) for mark in chunk.marks] == [
        (0, "和", "no_value"), (1, "和", "formula_failed"),
    ]  # fmt: skip


def test_a_protected_workbook_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    with pytest.raises(FileUnreadable, match="damaged or incomplete"):
        file_delivery(path)


def old_workbook(path: Path) -> xlwt.Worksheet:
    """A list as ministries publish it: titles, a header, groups in merged rows, float codes."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("名单")
    sheet.write_merge(0, 0, 0, 3, "附件1：")
    sheet.write_merge(1, 1, 0, 3, "某省学校名单\n（截至某日）")
    for column, name in enumerate(["序号", "学校名称", "学校标识码", "备注"]):
        sheet.write(2, column, name)
    sheet.write_merge(3, 3, 0, 3, "北山市（2所）")
    sheet.write_merge(6, 6, 0, 3, "南海市（1所）")
    for row, (name, code) in {
        4: ("甲校", 4135010001.0), 5: ("乙校", 4135010003.0), 7: ("丙校", 4135010004.0),
    }.items():  # fmt: skip
        sheet.write(row, 0, row)
        sheet.write(row, 1, name)
        sheet.write(row, 2, code)
    sheet.row(5).hidden = True
    sheet.col(3).hidden = True
    for row in range(8, 277):
        sheet.write(row, 0, style=xlwt.easyxf(num_format_str="@"))
    workbook.save(str(path))
    return sheet


def test_an_old_workbook_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    old_workbook(path)
    delivery = file_delivery(path)
    assert [row[1:3] + row[4:] for row in rows_of(delivery)] == [
        ("甲校", "4135010001", "北山市"),
        ("乙校", "4135010003", "北山市"),
        ("丙校", "4135010004", "南海市"),
    ]
    assert numbers_of(delivery) == [5, 6, 8]
    assert delivery.understood == {
        "sheets": "名单", "header_row": "3", "group_rows": "2", "hidden_rows": "1",
        "hidden_columns": "备注",
    }  # fmt: skip


@pytest.mark.parametrize("lost", [1, 100, 512, 513, 1024, 3000, 9000])
def test_an_old_workbook_cut_short_is_named_broken(
    tmp_path: Path, lost: int, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xls"
    old_workbook(path)
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(FileUnreadable, match="damaged or incomplete"):
        file_delivery(path)
    assert capfd.readouterr().err == ""  # the reader of cells never came to see it


def test_an_old_workbook_of_two_far_cells_is_refused(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("远")
    sheet.write(0, 0, 1)
    sheet.write(65_535, 255, 1)
    workbook.save(str(tmp_path / "a.xls"))
    with pytest.raises(TooManyCells, match="16777216 cells"):
        file_delivery(tmp_path / "a.xls")
