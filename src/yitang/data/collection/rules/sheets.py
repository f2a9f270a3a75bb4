"""What the rows of a sheet are, told by their shape: people write more into one than records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .columns import folded

TOTAL, CLOSING, RECORD = "total", "closing", "record"
GROUP_COLUMN = "group"
_TOTAL = re.compile(
    r"(本页|全[省市县区]|年度|累计)?[小合总共]计(数)?[:：]?|.{1,12}(小计|合计|总计)"
    r"|(sub|grand )?totals?:?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W*(制表|填表|填报|审核|复核|备注|说明|注[:：\d]|注$|数据来源|资料来源|来源[:：]|单位负责人|统计负责人|联系人[:：]|notes?\b|source\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?%?|-|—|/")
_COUNTED = re.compile(r"(?P<label>.*?)\s*[(（]\s*(?:共|计)?\s*(?P<rows>\d+)\s*\D{0,3}[)）]")
_DATE_WORD = re.compile(r"日期|年月日|出生(时间|年月)|成立时间|date$|birth")
# Days that people write about: 1928 to 2119. Below and above, a number is taken for a number.
_FIRST_DAY, _LAST_DAY = 10_228, 80_300
# So many spoiled values in one sheet are no slip; fewer are judged with the rest of the delivery.
_SPOILED_ROWS = 20
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class LongNumbers:
    """One column of one sheet: its filled cells, and the numbers too long for a workbook.

    ``sheet`` is empty for the column over the whole delivery.
    """

    sheet: str
    column: str
    filled: int
    lost: int

    @property
    def most(self) -> bool:
        """Whether more than half of what stands there, and not just one value, is spoiled."""
        return self.lost > 1 and self.lost * 2 > self.filled


def spoiled_columns(counted: Iterable[LongNumbers]) -> Mapping[str, LongNumbers]:
    """Columns that are beyond mending: over all sheets together, or in one large enough."""
    whole: dict[str, LongNumbers] = {}
    found: dict[str, LongNumbers] = {}
    for one in counted:
        sum_ = whole.get(one.column, LongNumbers("", one.column, 0, 0))
        whole[one.column] = replace(
            sum_, filled=sum_.filled + one.filled, lost=sum_.lost + one.lost
        )
        if one.most and one.lost >= _SPOILED_ROWS:
            found.setdefault(one.column, one)
    return found | {column: one for column, one in whole.items() if one.most}


def row_kind(cells: Sequence[str]) -> str:
    """``total`` for a sum over other rows, ``closing`` for a remark under the table, or
    ``record``. In a table of fewer than three columns every row is a record."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len(cells) < 3:
        return RECORD
    if _is_total(filled, len(cells)):
        return TOTAL
    if _CLOSING.match(filled[0]) and len(filled) <= len(cells) // 2 + 1:
        return CLOSING
    return RECORD


def _is_total(filled: Sequence[str], width: int) -> bool:
    """Numbers alone beside the word, so that a firm called so stays a record."""
    label = next((cell for cell in filled[:2] if _TOTAL.fullmatch(cell.replace(" ", ""))), None)
    if label is None:
        return False
    others = [cell for cell in filled if cell is not label]
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in others)
    return numbers == len(others) and (filled[0] == label or len(filled) <= width // 2 + 1)


def group_label(text: str) -> tuple[str, int | None]:
    """``北京市（92所）`` names the group 北京市 and says how many rows it has."""
    label = " ".join(text.split())
    counted = _COUNTED.fullmatch(label)
    if counted and counted["label"]:
        return counted["label"], int(counted["rows"])
    return label, None


def joined_header(
    rows: Sequence[Sequence[str]], *, expected: frozenset[str] = frozenset()
) -> list[str]:
    """One name a column from header rows above each other: ``parent child``.

    Where the catalogue knows the child alone, and only one column has it, that is the name.
    """
    names = [
        " ".join(dict.fromkeys(" ".join(cell.split()) for cell in column if cell.strip()))
        for column in zip(*rows, strict=True)
    ]
    lowest = [" ".join(cell.split()) for cell in rows[-1]]
    for at, child in enumerate(lowest):
        known = folded(child) in expected and folded(names[at]) not in expected
        if known and lowest.count(child) == 1:
            names[at] = child
    return names


def is_date_column(name: str, dates: frozenset[str]) -> bool:
    """Whether a column holds days, by what the catalogue says or by its name."""
    word = folded(name)
    return word in dates or bool(_DATE_WORD.search(word))


def day_of_serial(number: float, *, from_1904: bool = False) -> date | None:
    """The day that a workbook counts as ``number``; ``None`` for one nobody would mean."""
    days = number + 1462 if from_1904 else number
    if not number.is_integer() or not _FIRST_DAY <= days <= _LAST_DAY:
        return None
    return (_EPOCH_1904 if from_1904 else _EPOCH_1900) + timedelta(days=int(number))
