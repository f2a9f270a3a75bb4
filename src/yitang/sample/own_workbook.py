"""A workbook of the visitor's own to drop in: the disability register of one county, not clean."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from yitang.ground.base.identity import identity_check_character

from .names import given_name, surname

NAME = "残疾人证登记_待导入.xlsx"
COLUMNS = (
    "登记编号",
    "身份证号",
    "姓名",
    "残疾类别",
    "残疾等级",
    "发证日期",
    "有效期至",
    "行政区划代码",
    "联系电话",
)
ROWS = 60
CATEGORIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVELS = ("一级", "二级", "三级", "四级")
# Row (from 1) to the cells that are wrong in it, by column.
BAD_CELLS: dict[int, dict[str, str]] = {
    4: {"身份证号": "99012119700230123X"},
    9: {"发证日期": "2021-13-05"},
    15: {"残疾等级": "五级"},
    22: {"身份证号": "", "姓名": ""},
    30: {"行政区划代码": "350999"},
    37: {"残疾类别": "其它"},
    44: {"联系电话": "0600-8812345转3"},
    51: {"身份证号": "12345"},
    58: {"发证日期": "去年"},
}


def write_own_workbook(folder: Path, *, seed: int) -> int:
    """Title in row 1, header in row 2; how many rows were written."""
    chosen = random.Random(f"minhai own {seed}")
    book = Workbook()
    sheet = book.create_sheet("登记表", 0)
    sheet.append(["临江县残疾人证登记情况（请核对后导入）"])
    sheet.merge_cells("A1:I1")
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(COLUMNS)
    for number in range(1, ROWS + 1):
        values = _row(chosen, number) | BAD_CELLS.get(number, {})
        sheet.append([values[column] for column in COLUMNS])
    book.remove(book["Sheet"])
    (folder / "own").mkdir(exist_ok=True)
    book.save(folder / "own" / NAME)
    return ROWS


def _row(chosen: random.Random, number: int) -> dict[str, str]:
    sex = chosen.choice("12")
    birth = date(1945, 1, 1) + timedelta(days=chosen.randint(0, 60 * 365))
    body = f"990121{birth:%Y%m%d}{chosen.randrange(300, 499) * 2 + (sex == '1'):03}"
    issued = date(2018, 1, 1) + timedelta(days=chosen.randint(0, 8 * 365))
    return {
        "登记编号": f"CJ990121{number:05}",
        "身份证号": body + identity_check_character(body),
        "姓名": surname(chosen) + given_name(chosen, sex),
        "残疾类别": chosen.choice(CATEGORIES),
        "残疾等级": chosen.choice(LEVELS),
        "发证日期": issued.isoformat(),
        "有效期至": issued.replace(year=issued.year + 10, day=min(issued.day, 28)).isoformat(),
        "行政区划代码": "990121",
        "联系电话": f"174{chosen.randrange(10**8):08}",
    }
