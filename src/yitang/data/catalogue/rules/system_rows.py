"""Rows of a register of systems, as offices write them: headings, words, amounts, days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from yitang.ground.base.text import Message

from .systems import (
    BAD_AMOUNT,
    BAD_GRADE,
    HOSTINGS,
    NETWORKS,
    SYSTEM_STATES,
    SystemFault,
    SystemSpec,
    not_listed,
    system_faults,
)


@dataclass(frozen=True, slots=True)
class SystemColumn:
    """A heading of our workbook, the field under it, and other headings it is known by."""

    field: str
    heading: str
    also: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] | None = None  # code to words, the one we write first


NETWORK_WORDS = {
    "extranet": ("政务外网", "电子政务外网", "国家电子政务外网"),
    "internet": ("互联网", "因特网", "公网"),
    "private": ("业务专网", "专网", "行业专网"),
    "intranet": ("政务内网", "电子政务内网"),
    "standalone": ("单机或局域网", "单机", "局域网", "部门局域网"),
}
HOSTING_WORDS = {
    "government_cloud": ("政务云", "省政务云", "市政务云"),
    "other_cloud": ("其他云", "行业云", "公有云", "云平台"),
    "own_room": ("自建机房", "自有机房", "本单位机房", "部门机房"),
    "rented_room": ("托管机房", "租用机房", "机房托管"),
}
STATE_WORDS = {
    "in_use": ("在用", "使用中", "正常使用", "运行中", "正常运行", "运行"),
    "connected": ("已接入平台", "已接入", "接入平台"),
    "migrated": ("已迁移", "已上云", "迁移"),
    "merged": ("已整合", "已合并", "并入其他系统", "整合"),
    "retired": ("已停用", "停用", "已下线", "下线", "已关停", "关停", "已注销", "停止使用"),
}
GRADE_WORDS = {
    0: ("未定级", "无", "未备案", "尚未定级"), 1: ("一级",), 2: ("二级",), 3: ("三级",),
    4: ("四级",), 5: ("五级",),
}  # fmt: skip
COLUMNS_OF_SYSTEMS = (
    SystemColumn("code", "系统代码", ("系统编号", "系统编码", "编码")),
    SystemColumn("name", "系统名称", ("信息系统名称", "名称")),
    SystemColumn(
        "organisation",
        "所属单位",
        ("部门全称", "主管部门", "所属部门", "建设单位", "使用单位", "单位名称", "部门", "单位"),
    ),
    SystemColumn(
        "purpose", "系统用途", ("主要功能", "系统功能", "功能描述", "系统主要功能", "用途")
    ),
    SystemColumn(
        "network", "所在网络", ("网络类型", "网络环境", "运行网络", "部署网络"), NETWORK_WORDS
    ),
    SystemColumn(
        "hosting", "部署方式", ("部署环境", "部署位置", "运行环境", "部署情况"), HOSTING_WORDS
    ),
    SystemColumn(
        "security_grade",
        "等保级别",
        ("等级保护级别", "安全等级", "安全保护等级", "等保等级", "网络安全等级保护级别"),
    ),
    SystemColumn("supplier", "承建单位", ("开发单位", "承建厂商", "供应商", "建设厂商")),
    SystemColumn(
        "start_year",
        "启用年份",
        ("建成年份", "投入使用年份", "启用时间", "建成时间", "上线时间", "投入使用时间"),
    ),
    SystemColumn(
        "build_cost", "建设投资（元）", ("建设费用", "建设资金", "投资金额", "总投资", "建设成本")
    ),
    SystemColumn(
        "yearly_cost",
        "年运维费用（元）",
        ("年运维费", "年运维经费", "运维费用", "运行维护费用", "年度运维费用", "年度运维经费"),
    ),
    SystemColumn("state", "系统状态", ("使用状态", "运行状态", "状态"), STATE_WORDS),
    SystemColumn("since", "状态日期", ("状态变更日期", "变更日期")),
    SystemColumn("successor", "并入系统代码", ("并入系统", "并入系统编码", "整合后系统编码")),
    SystemColumn("note", "依据", ("备注", "说明", "变更依据")),
)
NEEDED = ("code", "name")
HEADINGS = {column.field: column.heading for column in COLUMNS_OF_SYSTEMS}
_UNIT = re.compile(r"[(\[](?P<unit>万元|元|万)[)\]]$")
_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>万元|万|元)?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")
_YEAR = re.compile(r"(\d{4})(?:[-/.年].*)?")
_GRADE = re.compile(r"(?:等保)?第?([1-5一二三四五])级?")
COMPUTED = ("=", "+", "-", "@")  # a spreadsheet computes what begins so
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One row as it was understood; with ``faults`` it is not taken."""

    number: int
    spec: SystemSpec
    organisation: str = ""
    state: str = ""  # empty: the row does not say
    since: date | None = None
    successor: str = ""
    note: str = ""
    faults: tuple[SystemFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Headings:
    """Which column of a file is which field, whether it is in ten thousand yuan, what is left."""

    fields: Mapping[str, str]  # field to heading of the file
    in_ten_thousands: frozenset[str]
    ignored: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Our headings of the columns a register cannot do without."""
        return tuple(HEADINGS[field] for field in NEEDED if field not in self.fields)


def recognised(names: Iterable[str]) -> Headings:
    """What the columns of a file are, by their headings; our own wins over a synonym."""
    listed = list(dict.fromkeys(name for name in names if name))
    found: dict[str, str] = {}
    for column in COLUMNS_OF_SYSTEMS:
        known = [_heading(word)[0] for word in (column.heading, column.field, *column.also)]
        named = [name for name in listed if name not in found.values()]
        matches = [name for word in known for name in named if _heading(name)[0] == word]
        if matches:
            found[column.field] = matches[0]
    large = frozenset(field for field, name in found.items() if _heading(name)[1] in {"万", "万元"})
    return Headings(found, large, tuple(n for n in listed if n not in found.values()))


def _heading(name: str) -> tuple[str, str]:
    """The words of a heading and the unit it names."""
    text = re.sub(r"[\s*★:：]", "", unicodedata.normalize("NFKC", name)).casefold()
    unit = _UNIT.search(text)
    return (text[: unit.start()], unit["unit"]) if unit else (text, "")


def read_system_row(
    number: int, cells: Mapping[str, object], headings: Headings, *, on: date
) -> SystemRow:
    """One row of a file; whatever is wrong with it stands in ``faults``, all at once."""
    texts = {field: text_of(cells.get(name)) for field, name in headings.fields.items()}
    faults: dict[str, Message] = {}
    reading = _Reading(texts, faults)
    spec = SystemSpec(
        code=texts.get("code", ""),
        name=texts.get("name", ""),
        purpose=texts.get("purpose", ""),
        network=reading.word("network", NETWORK_WORDS, NETWORKS),
        hosting=reading.word("hosting", HOSTING_WORDS, HOSTINGS),
        security_grade=reading.grade(),
        supplier=texts.get("supplier", ""),
        start_year=reading.year(),
        build_cost=reading.amount("build_cost", headings),
        yearly_cost=reading.amount("yearly_cost", headings),
    )
    row = SystemRow(
        number,
        spec,
        organisation=texts.get("organisation", ""),
        state=reading.word("state", STATE_WORDS, SYSTEM_STATES),
        since=reading.day("since"),
        successor=texts.get("successor", ""),
        note=texts.get("note", "")[:500],
    )
    for fault in system_faults(spec, on=on):
        faults.setdefault(fault.field, fault.problem)
    order = [column.field for column in COLUMNS_OF_SYSTEMS]
    found = sorted(faults.items(), key=lambda pair: order.index(pair[0]))
    return replace(row, faults=tuple(SystemFault(*pair) for pair in found))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The texts of a row, and where what cannot be read is noted."""

    texts: Mapping[str, str]
    faults: dict[str, Message]

    def word(
        self, field: str, words: Mapping[str, tuple[str, ...]], shown: Mapping[str, Message]
    ) -> str:
        text = self.texts.get(field, "")
        if not text or text in words:
            return text
        for code, known in words.items():
            if text in known or text == str(shown[code]):
                return code
        self.faults[field] = not_listed(text, shown)
        return ""

    def grade(self) -> int:
        text = self.texts.get("security_grade", "").replace(" ", "")
        if not text or text == "0" or text in GRADE_WORDS[0]:
            return 0
        found = _GRADE.fullmatch(text)
        if found is None:
            self.faults["security_grade"] = BAD_GRADE
            return 0
        return int(found[1]) if found[1].isascii() else "一二三四五".index(found[1]) + 1

    def year(self) -> int | None:
        text = self.texts.get("start_year", "")
        if not text:
            return None
        found = _YEAR.fullmatch(text)
        if found is None:
            self.faults["start_year"] = Message(
                "catalogue.system.no_year", "“{text}” is no year; write 2019", {"text": text}
            )
            return None
        return int(found[1])

    def day(self, field: str) -> date | None:
        text = self.texts.get(field, "")
        if not text:
            return None
        found = _DAY.fullmatch(text)
        try:
            if found is not None:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass  # such as 30 February
        self.faults[field] = Message(
            "catalogue.system.no_day", "“{text}” is no day; write 2026-03-01", {"text": text}
        )
        return None

    def amount(self, field: str, headings: Headings) -> Decimal | None:
        text = re.sub(r"[\s,，¥￥]", "", self.texts.get(field, ""))
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        if found is None:
            self.faults[field] = BAD_AMOUNT
            return None
        is_large = found["unit"] in {"万", "万元"} or (
            not found["unit"] and field in headings.in_ten_thousands
        )
        return Decimal(found["number"]) * (TEN_THOUSAND if is_large else 1)


def text_of(cell: object) -> str:
    """A cell as it would be typed: whole numbers without a point, days as ``2026-03-01``."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float):
        try:
            return f"{Decimal(repr(cell)).normalize():f}"
        except InvalidOperation:
            return str(cell)
    text = str(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in COMPUTED else text


def written_system(row: SystemRow) -> Iterator[object]:
    """The cells of a row under our own headings; read back they say the same."""
    values: dict[str, object] = {
        "organisation": row.organisation, "state": row.state, "since": row.since,
        "successor": row.successor, "note": row.note,
    }  # fmt: skip
    for column in COLUMNS_OF_SYSTEMS:
        value = values.get(column.field, getattr(row.spec, column.field, None))
        if column.words is not None and value:
            yield column.words[str(value)][0]
        elif column.field == "security_grade":
            yield GRADE_WORDS[row.spec.security_grade][0]
        else:
            yield "" if value is None else value
