"""Messages from a CSV that an office has, without a database: common headers are known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from yitang.ground.base.clock import SHANGHAI
from yitang.ground.language.api import read_rows
from yitang.ground.language.errors import ColumnsMissing

from .errors import MessagesUnreadable
from .rules import Message

# The first header that is there is taken; a mapping given by the caller comes first.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "id": ("留言编号", "工单编号", "编号", "id", "number"),
    "user_key": ("留言用户", "用户", "来电人", "user", "user_key"),
    "title": ("留言主题", "标题", "主题", "title"),
    "text": ("留言详情", "内容", "详情", "来电内容", "text", "body"),
    "at": ("留言时间", "来电时间", "受理时间", "时间", "at", "filed_at", "time"),
    "division_code": ("区划代码", "行政区划", "division", "division_code"),
    "category": ("一级标签", "类别", "分类", "category"),
}
NEEDED = ("title", "text", "at")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?"
)


@dataclass(frozen=True, slots=True)
class ReadMessages:
    """What could be read, and the sentences about rows that could not."""

    messages: tuple[Message, ...]
    problems: tuple[str, ...]


def read_messages(path: Path, *, columns: Mapping[str, str] | None = None) -> ReadMessages:
    """The messages of a CSV; ``columns`` names the header of a field where it is another.

    Rows without a readable time are left out and named. Raises ``FileUnreadable`` or
    ``ColumnsMissing`` for the whole file, ``MessagesUnreadable`` when no row is left.
    """
    rows = read_rows(path, columns=list((columns or {}).values()))
    headers = list(rows[0]) if rows else []
    chosen = _chosen(path, headers, columns or {}) if rows else {}
    messages, problems = [], []
    for number, row in enumerate(rows, start=2):
        at = moment_of(row[chosen["at"]])
        if at is None:
            problems.append(f"row {number}: {row[chosen['at']]!r} is no date")
            continue
        messages.append(_message(row, chosen, str(number), at))
    if not messages:
        _refuse(path, problems)
    return ReadMessages(tuple(messages), tuple(problems))


def _refuse(path: Path, problems: Sequence[str]) -> NoReturn:
    row, problem = "1", "there is no row below the headers"
    if problems:
        row, _, problem = problems[0].removeprefix("row ").partition(": ")
    raise MessagesUnreadable(path=path, row=row, problem=problem)


def _chosen(path: Path, headers: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    chosen = dict(columns)
    for name, known in HEADERS.items():
        header = next((header for header in known if header in headers), None)
        if header is not None:
            chosen.setdefault(name, header)
    missing = [HEADERS[name][0] for name in NEEDED if name not in chosen]
    if missing:
        raise ColumnsMissing(path=path, columns=", ".join(missing), found=", ".join(headers))
    return chosen


def _message(
    row: Mapping[str, str], chosen: Mapping[str, str], number: str, at: datetime
) -> Message:
    values = {name: row[header].strip() for name, header in chosen.items()}
    return Message(
        id=values.get("id") or number,
        user_key=values.get("user_key", ""),
        title=values["title"],
        text=values["text"],
        at=at,
        division_code=values.get("division_code", ""),
        category=values.get("category", ""),
        number=values.get("id") or number,
    )


def moment_of(text: str) -> datetime | None:
    """``2019/2/28 9:05:05``, ``2019-02-28 09:05``, ``2019年2月28日``: in Asia/Shanghai."""
    match = _MOMENT.match(text.strip())
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return None
