"""Divisions named in a text: the longest name wins, and context decides between namesakes.

``福州市鼓楼区`` names one 鼓楼区; a bare ``鼓楼区`` stays open, since four cities have one: a
wrong guess sends a message to the wrong city, an open one goes to a person.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from operator import add

# Longest first, so that 自治州 is not cut as 州.
_SUFFIXES = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州",
    "自治县", "自治旗", "村民委员会", "居民委员会", "街道办事处", "社区居委会",
    "地区", "林区", "特区", "社区", "街道", "省",
    "市", "盟", "区", "县", "旗",
)  # fmt: skip
# Short forms that are words of their own, or name districts in every second city: they count
# only right behind a division they belong to (福州鼓楼, 阳泉城区).
_COMMON_NAMES = (
    "和平 长安 新华 中山 通道 城口 平安 互助 大方 东方 新民 永定 安定 大同 "
    "保安 安全 城区 郊区 矿区 新区 市中 城中 城关 江北 河东 河西 江南 海港 "
    "西湖 高明 文化 民主 民生 新城 大学 开放 建设 发展 解放 人民 政府 青年 "
    "新兴 东风 中心 环城 中站 清水 朝阳 光明 友好 团结 兴业 安居 广安 新建 "
    "建华"
)
_COMMON = frozenset(_COMMON_NAMES.split())
_RANGE = 20  # characters within which a name beside another is its context first


@dataclass(frozen=True, slots=True)
class Place:
    """A division named at ``text[start:end]``; ``code`` is None while candidates are several."""

    name: str
    start: int
    end: int
    code: str | None
    candidates: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.code is None


@dataclass(frozen=True)
class PlaceIndex:
    """Names of divisions for ``find_places``; build it once and keep it."""

    parents: Mapping[str, str | None]
    strong: Mapping[str, tuple[str, ...]]
    weak: Mapping[str, tuple[str, ...]]
    longest: Mapping[str, int] = field(repr=False)  # first two characters -> longest name

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The divisions above, the nearest first."""
        found: list[str] = []
        above = self.parents.get(code)
        while above and above not in found:
            found.append(above)
            above = self.parents.get(above)
        return tuple(found)

    def depth(self, code: str) -> int:
        """0 for a division without parent in the index."""
        return len(self.ancestors(code))


def build_place_index(
    rows: Iterable[tuple[str, str, str, str | None]], *, aliases: Mapping[str, str] | None = None
) -> PlaceIndex:
    """An index over ``(code, name, short name or "", parent code or None)``.

    ``aliases`` are further names (榕城 for 福州市) by code.
    """
    parents: dict[str, str | None] = {}
    strong: dict[str, set[str]] = defaultdict(set)
    weak: dict[str, set[str]] = defaultdict(set)
    for code, name, short_name, parent in rows:
        parents[code] = parent or None
        (weak if name in _COMMON else strong)[name].add(code)
        for short in {short_name, _short(name)} - {"", name}:
            is_weak = short in _COMMON or name.endswith(("区", "街道", "社区", "委员会"))
            if len(short) >= 2:
                (weak if is_weak else strong)[short].add(code)
    for alias, code in (aliases or {}).items():
        strong[alias].add(code)
    longest: dict[str, int] = defaultdict(int)
    for known in (*strong, *weak):
        longest[known[:2]] = max(longest[known[:2]], len(known))
    return PlaceIndex(parents, _ordered(strong), _ordered(weak), dict(longest))


def _ordered(names: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(codes)) for name, codes in names.items()}


def _short(name: str) -> str:
    """``福州市`` → ``福州``; towns and villages keep their ending, without it they are words."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return ""


def find_places(text: str, divisions: PlaceIndex, *, within: str | None = None) -> list[Place]:
    """Every division named in ``text``, in order, without overlaps.

    A name that several divisions bear is settled by the others in the text (above all one
    right before it) and by ``within``, the code of a division that everything lies in;
    else it stays open with its candidates.
    """
    found = _named(text, divisions)
    if within is not None:
        found = [_narrowed(place, divisions, within) for place in found]
    settled: list[Place] = []
    for number, place in enumerate(found):
        others = settled + found[number + 1 :]
        settled.append(place if place.code else _settled(place, others, divisions))
    # A second look: names before the one that settled them.
    return [
        place if place.code else _settled(place, [p for p in settled if p is not place], divisions)
        for place in settled
    ]


def deepest_place(places: Iterable[Place], divisions: PlaceIndex) -> Place | None:
    """The settled place that lies deepest, the first of equals: where a message belongs.

    None when nothing is settled, or when two settled places contradict each other.
    """
    settled = [place for place in places if place.code is not None]
    if not settled:
        return None
    best = max(settled, key=lambda place: divisions.depth(place.code or ""))
    line = {best.code, *divisions.ancestors(best.code or "")}
    return best if all(place.code in line for place in settled) else None


def _named(text: str, divisions: PlaceIndex) -> list[Place]:
    shadow = "".join(map(_plain, text))
    found: list[Place] = []
    end = 0
    for start, pair in enumerate(map(add, shadow, shadow[1:])):
        if start < end or pair not in divisions.longest:
            continue
        place = _at(shadow, start, found[-1] if found else None, divisions)
        if place is not None:
            found.append(replace(place, name=text[place.start : place.end]))
            end = place.end
    return found


@cache  # as many as there are characters
def _plain(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _at(shadow: str, start: int, before: Place | None, divisions: PlaceIndex) -> Place | None:
    for length in range(divisions.longest.get(shadow[start : start + 2], 0), 1, -1):
        name = shadow[start : start + length]
        if len(name) < length:
            continue
        if codes := divisions.strong.get(name):
            return _place(name, start, codes)
        if codes := divisions.weak.get(name):
            adjacent = before is not None and before.end == start
            below = _below(codes, before, divisions) if adjacent and before else ()
            if below:
                return _place(name, start, below)
    return None


def _place(name: str, start: int, codes: tuple[str, ...]) -> Place:
    code = codes[0] if len(codes) == 1 else None
    return Place(name, start, start + len(name), code, codes)


def _below(codes: tuple[str, ...], place: Place, divisions: PlaceIndex) -> tuple[str, ...]:
    """Those of ``codes`` that lie in ``place``."""
    above = set(place.candidates)
    return tuple(code for code in codes if above & set(divisions.ancestors(code)))


def _narrowed(place: Place, divisions: PlaceIndex, within: str) -> Place:
    inside = tuple(
        code
        for code in place.candidates
        if code == within or within in divisions.ancestors(code)
        or code in divisions.ancestors(within)
    )  # fmt: skip
    if not inside or len(inside) == len(place.candidates):
        return place
    return replace(place, candidates=inside, code=inside[0] if len(inside) == 1 else None)


def _settled(place: Place, others: list[Place], divisions: PlaceIndex) -> Place:
    """``place`` with the candidates that the other names support best, one if they can."""
    near = [other for other in others if 0 <= place.start - other.end <= _RANGE]
    for context in (near, others):
        supported = _supported(place.candidates, context, divisions)
        if supported:
            code = supported[0] if len(supported) == 1 else None
            return replace(place, candidates=supported, code=code)
    top = _topmost(place.candidates, divisions)
    return replace(place, code=top) if top else place


def _supported(
    candidates: tuple[str, ...], context: list[Place], divisions: PlaceIndex
) -> tuple[str, ...]:
    """The candidates in line with the deepest of the named divisions above or below them."""
    depths: dict[str, int] = {}
    for code in candidates:
        above = set(divisions.ancestors(code))
        for other in context:
            for named in other.candidates:
                if named in above or code in divisions.ancestors(named):
                    depths[code] = max(depths.get(code, -1), divisions.depth(named))
    best = max(depths.values(), default=None)
    return tuple(code for code in candidates if best is not None and depths.get(code) == best)


def _topmost(candidates: tuple[str, ...], divisions: PlaceIndex) -> str | None:
    """A candidate that all others lie in: 吉林 is the province, until the text says more."""
    for code in candidates:
        others = [other for other in candidates if other != code]
        if all(code in divisions.ancestors(other) for other in others):
            return code
    return None
