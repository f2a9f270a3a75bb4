"""A department's list becomes entries everyone sees: template, bad cell, result, publication."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.journeys.conftest import PHONE, VisitAs
from yitang.data.catalogue.api import dataset
from yitang.ground.organisations.tests.factories import make_officer, make_organisation

ENTRY = {
    "目录编号": "street-lamps", "信息资源分类": "202", "信息资源名称": "路灯台账",
    "信息资源提供方代码": "石桥市市政管理处", "信息资源摘要": "全市路灯的位置和启用年份",
    "信息资源格式分类": "电子表格", "信息资源格式类型": "xlsx", "共享类型": "随便共享",
    "共享方式分类": "共享平台", "共享方式类型": "文件下载", "是否向社会开放": "否",
    "更新周期": "每年", "数据分类": "一般数据", "数据分级": 1, "交付方式": "全量", "是否发布": "否",
}  # fmt: skip
ITEM = {
    "目录编号": "street-lamps", "信息项名称": "灯杆编号", "字段名": "pole", "数据类型": "字符型C",
    "长度": 20, "主键": "是", "个人信息": "否", "必填": "是", "唯一": "是", "是否涉密": "否",
    "数据分级": 1, "权威顺序": 50,
}  # fmt: skip


def write(sheet: Worksheet, row: int, cells: dict[str, str | int]) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in cells.items():
        sheet.cell(row, columns[heading], value)


def test_from_the_empty_template_to_a_published_entry(visit: VisitAs, tmp_path: Path) -> None:
    office = make_organisation("350102", name="石桥市市政管理处")
    officer = visit(make_officer("data_officer", organisation=office), language="en")
    page = officer.page
    officer.open("/catalogue/import/")
    officer.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Empty workbook").click()
    path = tmp_path / "catalogue.xlsx"
    download.value.save_as(path)
    book = load_workbook(path)
    write(book["目录"], 2, ENTRY)
    write(book["数据项"], 2, ITEM)
    book.save(path)

    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    officer.check()
    assert "随便共享 is none of" in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="The file with its bad cells marked").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    book = load_workbook(marked)
    noted = [cell for row in book["目录"].iter_rows() for cell in row if cell.comment]
    assert [cell.value for cell in noted] == ["随便共享"]
    noted[0].value = "无条件共享"
    book.save(marked)

    officer.open("/catalogue/import/")
    page.locator("input[type=file]").set_input_files(marked)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Take 1 record in").click()
    officer.check()
    page.get_by_label("Secrecy risk").fill("不涉密")
    page.get_by_label("Impact on personal information").fill("不含个人信息")
    page.get_by_role("button", name="Propose 1 entry to the head").click()
    officer.check()
    assert "1 proposed to the head of the department." in page.content()

    authority = make_organisation("350100", duties=("data",))
    for place, button in ((office, "Consent to 1 entry"), (authority, "Publish 1 entry")):
        here = visit(make_officer("sharing_head", organisation=place), language="en", width=PHONE)
        here.open("/catalogue/import/")
        here.page.get_by_role("link", name="marked.xlsx").click()
        here.check()
        here.page.get_by_role("button", name=button).click()
        here.check()
    assert "1 published." in here.page.content()
    assert dataset("street-lamps").state == "published"


def test_a_department_nobody_knows_is_proposed_and_founded(visit: VisitAs, tmp_path: Path) -> None:
    place = make_organisation("350102", name="石桥市大数据局", duties=("data",))
    head = visit(make_officer("sharing_head", organisation=place))
    path = tmp_path / "portal.csv"
    path.write_text("标题,部门,更新周期\n河道名录,河长办,每年\n", encoding="utf-8")
    head.open("/catalogue/import/")
    head.page.locator("input[type=file]").set_input_files(path)
    head.page.get_by_role("button", name="看看这个文件").click()
    head.check()
    plan = head.page.url
    head.page.get_by_role("link", name="申请新增该单位").click()
    head.check()
    assert head.page.get_by_label("单位全称").input_value() == "河长办"
    head.page.get_by_role("button", name="提交申请").click()
    assert head.page.url == plan
    assert "待系统管理员确认" in head.page.content()

    administrator = visit(make_officer("system_admin"), width=PHONE)
    administrator.open("/catalogue/departments/")
    administrator.page.get_by_text("是否设立", exact=True).click()
    administrator.check()
    administrator.page.get_by_role("button", name="予以设立", exact=True).click()
    administrator.check()
    assert "已设立" in administrator.page.content()

    head.page.reload()
    head.page.get_by_role("button", name="导入 1 条记录").click()
    head.check()
    assert "河道名录" in head.page.content()
