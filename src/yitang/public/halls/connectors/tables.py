"""``type,visits_per_day,mean_minutes,cv,windows``: as a file, or pasted into the page."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from yitang.ground.base.text import Message
from yitang.public.halls.errors import HallRowInvalid, HallTableInvalid
from yitang.public.workforce.api import Demand
from yitang.public.workforce.errors import StaffingInputInvalid

COLUMNS = ("type", "visits_per_day", "mean_minutes", "cv", "windows")
NEEDED = COLUMNS[:3]
CHINESE = {
    "事项类别": "type", "事项": "type", "类别": "type", "部门": "type",
    "每天到访": "visits_per_day", "日均到访": "visits_per_day", "日均办件": "visits_per_day",
    "用时（分钟）": "mean_minutes", "用时(分钟)": "mean_minutes", "用时": "mean_minutes",
    "平均用时": "mean_minutes", "变异系数": "cv",
    "现有窗口": "windows", "窗口数": "windows", "窗口": "windows",
}  # fmt: skip
EXAMPLE = Path(__file__).parents[1] / "example.csv"
MOST_ROWS = 500


def read_demands_file(path: Path) -> list[Demand]:
    """The rows of a UTF-8 or GBK file; raises ``HallTableInvalid`` or ``HallRowInvalid``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = error.strerror or "there is no such file"
        raise HallTableInvalid(file=path.name, problem=problem) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return read_demands(content.decode(encoding), file=path.name)
        except UnicodeDecodeError:
            continue
    raise HallTableInvalid(file=path.name, problem="it is neither UTF-8 nor GBK text")


def read_demands(text: str, *, file: str = "table") -> list[Demand]:
    """The rows of a pasted table: commas or tabs, the first row names the columns."""
    mark = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text.replace("，", ","), newline=""), delimiter=mark)
    headings = [name.strip().lower() for name in next(reader, [])]
    names = [CHINESE.get(heading, heading) for heading in headings]
    missing = [column for column in NEEDED if column not in names]
    if missing:
        raise HallTableInvalid(
            file=file, problem=_text("it lacks the columns {what}", ", ".join(missing))
        )
    demands = [
        _demand(dict(zip(names, map(str.strip, cells), strict=False)), file, number)
        for number, cells in enumerate(reader, start=1)
        if any(cell.strip() for cell in cells)
    ]
    if not demands:
        raise HallTableInvalid(file=file, problem="it has no rows")
    if len(demands) > MOST_ROWS:
        raise HallTableInvalid(file=file, problem=_text("it has more than {what} rows", MOST_ROWS))
    twice = {d.name for d in demands if [e.name for e in demands].count(d.name) > 1}
    if twice:
        raise HallTableInvalid(file=file, problem=_text("it names {what} twice", min(twice)))
    return demands


def _demand(row: dict[str, str], file: str, number: int) -> Demand:
    name = row.get("type", "")
    if not name:
        raise HallRowInvalid(file=file, row=number, field="type", problem="it is empty")
    windows = row.get("windows", "")
    try:
        return Demand(
            name,
            _number(row, "visits_per_day", file, number),
            _number(row, "mean_minutes", file, number),
            _number(row, "cv", file, number) if row.get("cv") else 1.0,
            int(_number(row, "windows", file, number)) if windows else None,
        )
    except StaffingInputInvalid as error:
        field, value = error.params["field"], error.params["value"]
        raise HallRowInvalid(
            file=file, row=number, field=field, problem=_text("{what} cannot be", value)
        ) from None


def _number(row: dict[str, str], column: str, file: str, number: int) -> float:
    value = row.get(column, "")
    try:
        return float(value)
    except ValueError:
        problem = _text("“{what}” is not a number" if value else "it is empty", value)
        raise HallRowInvalid(file=file, row=number, field=column, problem=problem) from None


def _text(template: str, what: object) -> Message:
    return Message("halls.table_problem", template, {"what": what})
