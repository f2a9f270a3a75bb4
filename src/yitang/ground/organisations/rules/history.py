"""From yearly lists of codes to divisions with validity and successors.

The standard and the ministry's yearly lists name what exists, not what became of what was: so
a change is dated to the list that first shows it, and a successor is read from the names (a
county that became a district keeps the stem of its name in the same province). Where names do
not tell, an amendment says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .codes import NATION, Level, level_of, parents_of

ETHNIC_GROUPS = (
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白",
    "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡",
    "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬",
    "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安",
    "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)  # fmt: skip
SUFFIXES = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区",
    "自治区", "自治州", "自治县", "自治旗",
    "林区", "矿区", "新区", "地区", "省", "市", "区", "县", "旗", "盟", "州",
    "街道办事处", "街道", "民族乡", "苏木", "镇", "乡",
    "社区居民委员会", "居民委员会", "村民委员会", "社区", "居委会", "村委会", "村",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division as a file or a list gives it; dates as in the table."""

    code: str
    name: str
    level: int
    parent: str = ""
    short_name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """One line of a list of changes: a new or renamed code, or one abolished (no name).

    Without ``as_of`` it only says to what an abolished code passed.
    """

    as_of: date | None
    code: str
    name: str
    successors: tuple[str, ...] = ()


def short_name_of(name: str) -> str:
    """What people say: ``闽海省`` → ``闽海``, ``屏边苗族自治县`` → ``屏边``; ``忠县`` stays."""
    short = name
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            short = name[: -len(suffix)]
            break
    if name.endswith(("自治州", "自治县", "自治旗")):
        short = _without_ethnic_groups(short)
    return short


def _without_ethnic_groups(name: str) -> str:
    names = sorted((f"{group}族" for group in (*ETHNIC_GROUPS, "各")), key=len, reverse=True)
    while True:
        ending = next((n for n in names if name.endswith(n) and len(name) - len(n) >= 2), None)
        if ending is None:
            return name.removesuffix("族") if len(name) > 2 else name
        name = name.removesuffix(ending)


def amended(
    latest: Mapping[str, str], amendments: Iterable[Amendment]
) -> list[tuple[date, dict[str, str]]]:
    """The lists that follow ``latest``, one per day on which amendments are dated."""
    by_day: defaultdict[date, list[Amendment]] = defaultdict(list)
    for amendment in amendments:
        if amendment.as_of is not None:
            by_day[amendment.as_of].append(amendment)
    lists: list[tuple[date, dict[str, str]]] = []
    names = dict(latest)
    for day in sorted(by_day):
        for amendment in by_day[day]:
            if amendment.name:
                names[amendment.code] = amendment.name
            else:
                del names[amendment.code]
        lists.append((day, dict(names)))
    return lists


def division_history(
    lists: Sequence[tuple[date, Mapping[str, str]]], amendments: Iterable[Amendment] = ()
) -> list[DivisionRow]:
    """Divisions with validity and successors from lists of code → name, oldest first.

    A code that rests and comes back under its own name was only missing from a list; under
    another name it is another division, and the later one is kept, since a code is unique.
    """
    rows: dict[str, DivisionRow] = {}
    first_day, before = lists[0][0], dict[str, str]()
    successors: dict[str, tuple[str, ...]] = {}
    for day, names in lists:
        gone = {code: name for code, name in before.items() if code not in names}
        new = {code: name for code, name in names.items() if code not in before}
        for code in gone:
            rows[code] = replace(rows[code], valid_to=day)
        successors.update(successors_by_name(gone, new))
        for code, name in names.items():
            start = None if day == first_day else day
            rows[code] = _appeared(rows.get(code), code, name, start)
        before = dict(names)
    successors.update({a.code: a.successors for a in amendments if a.successors})
    known = set(rows)
    return [
        replace(
            row,
            parent=next((code for code in parents_of(row.code) if code in known), ""),
            successors=_kept(successors.get(row.code, ()), known) if row.valid_to else (),
        )
        for row in rows.values()
    ]


def _appeared(known: DivisionRow | None, code: str, name: str, start: date | None) -> DivisionRow:
    if known is not None and (known.name, known.valid_to) == (name, None):
        return known  # as nearly all of them are from one list to the next
    level, short = level_of(code), short_name_of(name)
    if known is None:
        return DivisionRow(code, name, level, short_name=short, valid_from=start)
    if known.valid_to is not None and known.name != name:
        return DivisionRow(code, name, level, short_name=short, valid_from=start)
    return replace(known, name=name, short_name=short, valid_to=None)


def _kept(codes: tuple[str, ...], known: set[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in known)


def successors_by_name(
    gone: Mapping[str, str], new: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Abolished code to the one new code of its level whose short name is the same.

    First within the province, then in the country (Chongqing left Sichuan in 1997); two
    candidates are none.
    """
    found: dict[str, tuple[str, ...]] = {}
    for within_province in (True, False):
        candidates = defaultdict[tuple[str, str, Level], list[str]](list)
        for code, name in new.items():
            candidates[_stem(code, name, within_province)].append(code)
        for code, name in gone.items():
            same = candidates[_stem(code, name, within_province)]
            if code not in found and len(same) == 1:
                found[code] = (same[0],)
    return found


def _stem(code: str, name: str, within_province: bool) -> tuple[str, str, Level]:
    level = level_of(code)
    place = code[:2] if within_province and code != NATION else ""
    return place, short_name_of(name), level
