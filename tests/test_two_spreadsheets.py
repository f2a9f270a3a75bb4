"""An office that installs the catalogue alone: an empty home, two spreadsheets, the guide's words.

Nothing of the sample, no personal data; each command is the program itself, as an operator runs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from yitang.ground.base.identity import CREDIT_ALPHABET, credit_check_character

ROOT = Path(__file__).parents[1]
ENTRY = {
    "信息资源分类": "202", "信息资源格式分类": "电子表格", "信息资源格式类型": "xlsx",
    "共享类型": "无条件共享", "共享方式分类": "共享平台", "共享方式类型": "文件下载",
    "是否向社会开放": "否", "更新周期": "每月", "数据分类": "一般数据", "数据分级": 1,
    "交付方式": "全量", "涉及对象": "法人", "是否发布": "是",
}  # fmt: skip
ITEM = {"个人信息": "否", "是否涉密": "否", "数据分级": 1, "权威顺序": 50}
COLUMNS = {
    "companies": ("统一社会信用代码", "企业名称", "住所", "成立日期", "行业"),
    "traders": ("信用代码", "单位名称", "注册地址", "开业时间", "经营类别", "从业人数"),
}
NAMES = ("credit_code", "name", "address", "founded", "trade", "staff")
DEPARTMENTS = ("石桥市市场监督管理局", "石桥市商务局")


def credit_code(number: int, head: str = "91350102") -> str:
    digits = ""
    for _ in range(9):
        number, digit = divmod(number, len(CREDIT_ALPHABET))
        digits = CREDIT_ALPHABET[digit] + digits
    return head + digits + credit_check_character(head + digits)


def write_people(folder: Path) -> None:
    codes = [credit_code(number, "11350102") for number in (1, 2)]
    rows = [f"{n},{n[3:]},{c},350102,department," for n, c in zip(DEPARTMENTS, codes, strict=True)]
    header = "name,short_name,credit_code,division,kind,duties"
    (folder / "organisations.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    header = "username,display_name,role,organisation"
    officers = [f"officer{at},数据员,data_officer,{code}" for at, code in enumerate(codes)]
    (folder / "officers.csv").write_text("\n".join([header, *officers]), encoding="utf-8")


def write_data(folder: Path) -> None:
    """120 companies; 80 of them again with the commerce office, under other headings."""
    book = Workbook()
    first, second = book.create_sheet("市场监管局"), book.create_sheet("商务局")
    first.append(COLUMNS["companies"])
    second.append(COLUMNS["traders"])
    for n in range(120):
        day, trade = f"20{10 + n % 13}-{1 + n % 12:02}-15", ("零售", "批发", "餐饮")[n % 3]
        row = [credit_code(7_000 + 13 * n), f"石桥第{n}商行", f"石桥路{n}号", day, trade]
        first.append(row)
        if n >= 40:
            second.append([*row, n % 30 + 2])
    second.append(["9135", "坏行", "", "", "", ""])
    del book["Sheet"]
    book.save(folder / "data.xlsx")


def fill_in(path: Path) -> None:
    book = load_workbook(path)
    at = 1
    for row, (code, columns) in enumerate(COLUMNS.items(), start=2):
        name, owner = ("企业登记名录", "商贸企业名录")[row - 2], DEPARTMENTS[row - 2]
        said = {"目录编号": code, "信息资源名称": name, "信息资源提供方代码": owner}
        write(book["目录"], row, {**ENTRY, **said, "信息资源摘要": f"{owner}的{name}"})
        for item, label in zip(NAMES, columns, strict=False):
            at += 1
            key = "是" if item == "credit_code" else "否"
            kind = {"founded": "日期型D", "staff": "整型I"}.get(item, "字符型C")
            cells = {**ITEM, "目录编号": code, "信息项名称": label, "字段名": item}
            cells |= {"数据类型": kind, "主键": key, "必填": key, "唯一": key}
            cells |= {"长度": 100} if kind == "字符型C" else {}
            cells |= {"校验规则": "credit_code"} if key == "是" else {}
            write(book["数据项"], at, cells)
    book.save(path)


def write(sheet: Worksheet, row: int, cells: dict[str, str | int]) -> None:
    columns = {cell.value: cell.column for cell in sheet[1]}
    for heading, value in cells.items():
        sheet.cell(row, columns[heading], value)


@pytest.mark.thorough
def test_two_spreadsheets_give_a_catalogue_overlaps_and_quality(tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("YITANG_", "DJANGO_"))
    }
    environment = kept | {"YITANG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    guides = [(ROOT / f"docs/data-officer.{end}").read_text("utf-8") for end in ("md", "zh.md")]

    def yitang(words: str) -> str:
        assert all(f"    yitang {words}" in guide for guide in guides), "the guide says another"
        done = subprocess.run(
            [sys.executable, "-m", "yitang.site.commands.main", *words.split()],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    write_people(tmp_path)
    write_data(tmp_path)
    yitang("migrate")
    yitang("divisions load")
    assert "2 organisations: 2 new" in yitang("officers organisations organisations.csv")
    yitang("officers load officers.csv")
    yitang("catalogue template catalogue.xlsx")
    fill_in(tmp_path / "catalogue.xlsx")
    assert "2 published, 0 left" in yitang("catalogue import catalogue.xlsx --publish")
    receipt = yitang("gather data.xlsx --table 市场监管局 --dataset companies")
    assert "120 delivered = 120 accepted + 0 rejected" in receipt
    receipt = yitang("gather data.xlsx --table 商务局 --dataset traders")
    assert "81 delivered = 80 accepted + 1 rejected" in receipt
    assert yitang("catalogue list").splitlines() == [
        "companies\t企业登记名录\t石桥市市场监督管理局",
        "traders\t商贸企业名录\t石桥市商务局",
    ]
    found = yitang("catalogue overlaps").splitlines()
    assert found[0].startswith("companies ~ traders")
    assert found[1].startswith("\tby 统一社会信用代码 = ")
    assert found[-1].startswith("1 overlaps: 1 collections")
    score = float(yitang("collection scores traders").split("\t")[1])
    assert 95 < score < 100, "one of 81 rows was sent back"
