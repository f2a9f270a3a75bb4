"""The catalogue as a workbook: a sheet of entries, a sheet of their data items, the word lists.

The headings are those of 政务信息资源目录编制指南（试行）, 2017, and of Decree 809; what is
written here is read back without loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from yitang.data.catalogue.errors import CatalogueFileInvalid, EntryInvalid
from yitang.data.catalogue.rules import DatasetSpec, ItemSpec, check_entry
from yitang.ground.base.errors import why_unread
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import workbooks

ENTRIES, ITEMS, LISTS = "目录", "数据项", "填写说明"
YES, NO = "是", "否"
MOST_ROWS = 1_000_000
SHARING = {1: "无条件共享", 2: "有条件共享", 3: "不予共享"}
CYCLES = {
    "realtime": "实时", "daily": "每日", "weekly": "每周", "ten_days": "每旬", "monthly": "每月",
    "quarterly": "每季度", "half_yearly": "每半年", "yearly": "每年", "irregular": "不定期更新",
    "never": "不更新",
}  # fmt: skip
FORMATS = {
    "edocument": "电子文件", "spreadsheet": "电子表格", "database": "数据库", "image": "图形图像",
    "streaming": "流媒体", "selfdescribing": "自描述格式", "interface": "服务接口",
}  # fmt: skip
MODES = {"platform": "共享平台", "email": "邮件", "disk": "拷盘", "media": "介质交换"}
MODE_TYPES = {
    "": "", "interface": "服务接口", "batch": "批量交换", "file": "文件下载", "paper": "纸质",
    "electronic": "电子",
}  # fmt: skip
CLASSES = {"general": "一般数据", "important": "重要数据", "core": "核心数据"}
DELIVERIES = {"whole": "全量", "added": "增量"}
SUBJECTS = {"": "", "person": "自然人", "legal_entity": "法人"}
TYPES = {
    "C": "字符型C", "N": "数值型N", "Y": "货币型Y", "D": "日期型D", "T": "日期时间型T",
    "L": "逻辑型L", "M": "备注型M", "G": "通用型G", "B": "双精度型B", "I": "整型I", "F": "浮点型F",
}  # fmt: skip
TRUTH = {True: YES, False: NO}
HINTS = (
    ("目录编号", "小写字母、数字和连字符，例如 births-2026；全平台唯一"),
    ("信息资源提供方代码", "提供单位的统一社会信用代码，或其全称"),
    ("信息资源分类", "分类代码，例如 1、202、3"),
    ("字段名", "小写字母、数字和下划线，以字母开头，例如 birth_date"),
    ("别名、取值、关联资源代码", "多个之间用“；”隔开"),
)
Words = Mapping[Any, str]
MUST = object()


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the field of the spec under it, and its words; ``kind`` of what has none."""

    heading: str
    field: str
    words: Words | None = None
    kind: str = "text"
    blank: object = MUST  # what an empty cell says, where it may stay empty


ENTRY_COLUMNS = (
    Column("目录编号", "code"),
    Column("信息资源分类", "classification"),
    Column("信息资源名称", "name"),
    Column("信息资源代码", "resource_code"),
    Column("信息资源提供方代码", "organisation"),
    Column("信息资源摘要", "abstract"),
    Column("信息资源格式分类", "format", FORMATS),
    Column("信息资源格式类型", "format_type"),
    Column("格式说明", "format_note"),
    Column("共享类型", "sharing_class", SHARING),
    Column("共享条件", "sharing_condition"),
    Column("不予共享依据", "legal_basis"),
    Column("共享方式分类", "sharing_mode", MODES),
    Column("共享方式类型", "mode_type", MODE_TYPES),
    Column("是否向社会开放", "open", TRUTH),
    Column("开放条件", "opening_condition"),
    Column("更新周期", "update_cycle", CYCLES),
    Column("数据分类", "data_class", CLASSES),
    Column("数据分级", "grade", kind="number"),
    Column("关联资源代码", "related_codes", kind="list"),
    Column("交付方式", "delivery", DELIVERIES),
    Column("涉及对象", "subject", SUBJECTS),
    Column("是否发布", "published", TRUTH, blank=False),
)
ITEM_COLUMNS = (
    Column("信息项名称", "label"),
    Column("字段名", "name"),
    Column("数据类型", "type", TYPES),
    Column("长度", "length", kind="number or nothing"),
    Column("别名", "aliases", kind="list"),
    Column("主键", "is_key", TRUTH, blank=False),
    Column("个人信息", "sensitive", TRUTH),
    Column("必填", "required", TRUTH, blank=False),
    Column("唯一", "unique", TRUTH, blank=False),
    Column("校验规则", "rule"),
    Column("取值", "codes", kind="list"),
    Column("代码集", "code_list"),
    Column("共享类型", "sharing_class", {0: "", **SHARING}),
    Column("共享条件", "sharing_condition"),
    Column("共享方式", "sharing_mode", {"": "", **MODES}),
    Column("是否向社会开放", "open", {None: "", **TRUTH}),
    Column("开放条件", "opening_condition"),
    Column("更新周期", "update_cycle", {"": "", **CYCLES}),
    Column("是否涉密", "secret", TRUTH),
    Column("来源系统", "source_system"),
    Column("数据分类", "data_class", {"": "", **CLASSES}),
    Column("数据分级", "grade", kind="number"),
    Column("放宽理由", "looser_because"),
    Column("融合角色", "role"),
    Column("权威顺序", "authority", kind="number"),
)
ITEM_OF = "目录编号"


def workbook_of(specs: Sequence[DatasetSpec]) -> bytes:
    """The entries as a workbook; without any it is the empty template."""
    book = workbooks.new_book()
    entries = workbooks.add_sheet(book, ENTRIES, [column.heading for column in ENTRY_COLUMNS])
    items = workbooks.add_sheet(book, ITEMS, [ITEM_OF, *(c.heading for c in ITEM_COLUMNS)])
    for spec in specs:
        entries.append([_cell(column, getattr(spec, column.field)) for column in ENTRY_COLUMNS])
        for item in spec.items:
            cells = [_cell(column, getattr(item, column.field)) for column in ITEM_COLUMNS]
            items.append([spec.code, *cells])
    for sheet, columns, start in ((entries, ENTRY_COLUMNS, 1), (items, ITEM_COLUMNS, 2)):
        for number, column in enumerate(columns, start=start):
            if column.words:
                words = ",".join(word for word in column.words.values() if word)
                workbooks.offer(sheet, number, f'"{words}"')
    lists = workbooks.add_sheet(book, LISTS, ["列", "可填的值"])
    for line in HINTS:
        lists.append(list(line))
    for column in (*ENTRY_COLUMNS, *ITEM_COLUMNS):
        if column.words:
            lists.append(
                [column.heading, "、".join(word for word in column.words.values() if word)]
            )
    return workbooks.bytes_of_book(book)


def read_workbook(path: Path) -> list[DatasetSpec]:
    """The entries of a workbook; raises ``CatalogueFileInvalid`` or ``EntryInvalid``."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
        raise CatalogueFileInvalid(file=path.name, problem=why_unread(error)) from None
    if missing := [name for name in (ENTRIES, ITEMS) if name not in book.sheetnames]:
        problem = f"it has no sheet {', '.join(missing)}"
        raise CatalogueFileInvalid(file=path.name, problem=problem)
    items: dict[str, list[ItemSpec]] = {}
    for row in _rows(book[ITEMS], path.name, [ITEM_OF, *(c.heading for c in ITEM_COLUMNS)]):
        code = row[ITEM_OF].strip()
        values = _values(code, ITEM_COLUMNS, row)
        items.setdefault(code, []).append(ItemSpec(**values))
    specs: list[DatasetSpec] = []
    for row in _rows(book[ENTRIES], path.name, [c.heading for c in ENTRY_COLUMNS]):
        code = row["目录编号"].strip()
        values = _values(code, ENTRY_COLUMNS, row)
        spec = DatasetSpec(**values, items=tuple(items.pop(code, ())))
        check_entry(spec)
        specs.append(spec)
    if items:
        problem = f"the sheet {ITEMS} has items of {', '.join(items)}, which is not in {ENTRIES}"
        raise CatalogueFileInvalid(file=path.name, problem=problem)
    return specs


def _cell(column: Column, value: Any) -> str | int | None:
    if column.words is not None:
        return column.words[value] or None
    if column.kind == "list":
        return "；".join(value) or None
    if column.kind == "text":
        return str(value) or None
    return None if value is None else int(value)


def _rows(sheet: Any, file: str, headings: Sequence[str]) -> list[dict[str, str]]:
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS)
    found = [text_of(value) for value in next(rows, ())]
    if missing := [heading for heading in headings if heading not in found]:
        problem = f"the sheet {sheet.title} lacks the columns {', '.join(missing)}"
        raise CatalogueFileInvalid(file=file, problem=problem)
    return [
        {heading: text_of(value) for heading, value in zip(found, row, strict=False)}
        for row in rows
        if any(value is not None for value in row)
    ]


def text_of(value: object) -> str:
    """A cell as text; a whole number without a fraction."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _values(code: str, columns: Sequence[Column], row: Mapping[str, str]) -> dict[str, Any]:
    return {column.field: value_of(code, column, row.get(column.heading, "")) for column in columns}


def value_of(code: str, column: Column, text: str) -> Any:
    """What a cell says for its field; raises ``EntryInvalid``."""
    if column.blank is not MUST and not text.strip():
        return column.blank
    if column.words is not None:
        for value, word in column.words.items():
            if word == text.strip():
                return value
        choice = "、".join(word for word in column.words.values() if word)
        problem = Message(
            "catalogue.cell.none_of", "{said} is none of {choice}", {"said": text, "choice": choice}
        )
        if not text.strip():
            problem = Message(
                "catalogue.cell.empty", "it is empty; fill in one of {choice}", {"choice": choice}
            )
        raise EntryInvalid(code=code or "?", field=column.heading, problem=problem)
    if column.kind == "list":
        return tuple(part for part in text.split("；") if part)
    if column.kind == "text":
        return text
    if not text.strip() and column.kind == "number or nothing":
        return None
    if not text.strip().isdecimal():
        problem = Message(
            "catalogue.cell.no_number", "{said} is not a whole number", {"said": text}
        )
        if not text.strip():
            problem = Message("catalogue.cell.no_value", "it is empty; fill in a whole number")
        raise EntryInvalid(code=code or "?", field=column.heading, problem=problem)
    return int(text)
