"""What a field's name says: its words, whatever the language, and the target they point to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from yitang.ground.language.rules import pinyin

from .words import CHINESE, ENGLISH

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Clue:
    """Tokens that must be there, tokens that must not, and the target they then speak for."""

    target: str
    weight: float
    needs: frozenset[str]
    without: frozenset[str] = frozenset()
    last: str = ""  # the token that the name must end with; Chinese and English end on the noun


def _clue(target: str, weight: float, needs: str, without: str = "", last: str = "") -> Clue:
    return Clue(target, weight, frozenset(needs.split()), frozenset(without.split()), last)


_ABOUT = (
    "organisation theme industry contact item region keyword licence format scene system grade span"
)
CLUES = (
    _clue("name", 1.0, "name", f"{_ABOUT} address email phone source version publish open share"),
    _clue("organisation", 1.0, "organisation", "code phone email address contact time level count"),
    _clue("organisation", 1.0, "organisation name", "code"),
    _clue("organisation", 0.75, "provide", "code phone email time level count cycle address"),
    _clue("organisation", 0.6, "source", "system code phone email time level count address theme"),
    _clue("organisation_code", 1.0, "organisation code"),
    _clue("abstract", 1.0, "describe", "open share update cycle licence address item organisation"),
    _clue("identifier", 0.9, "code", f"{_ABOUT} phone time"),
    _clue("resource_code", 0.8, "code thing", f"{_ABOUT} phone time"),
    _clue("openness", 1.0, "open level", "share time format"),
    _clue("openness", 0.85, "open condition", "share"),
    _clue("openness", 0.8, "open", "share time organisation format address count name visit code"),
    _clue("opening_condition", 0.9, "open condition", "share"),
    _clue("opening_condition", 0.8, "open describe", "share"),
    _clue("sharing", 1.0, "share level", "open condition"),
    _clue("sharing", 0.8, "share", "open condition time"),
    _clue("sharing_condition", 1.0, "share condition"),
    _clue("update_cycle", 1.0, "cycle", "time"),
    _clue("update_cycle", 0.6, "update level", "time"),
    _clue("format", 1.0, "format", "theme"),
    _clue("grade", 1.0, "grade", "open share time"),
    _clue(
        "format",
        0.5,
        "level",
        "grade system span open share update theme code describe organisation",
    ),
    _clue("items", 0.9, "item", "count"),
    _clue("theme", 1.0, "theme", "industry code scene format open share count describe"),
    _clue("theme", 0.7, "theme code", "industry"),
    _clue("industry", 1.0, "industry", "scene"),
    _clue("keywords", 1.0, "keyword"),
    _clue("issued", 1.0, "publish time", "update span"),
    _clue("issued", 0.85, "create time", "update span"),
    _clue("issued", 0.7, "publish", "update organisation address level open code count name"),
    _clue("issued", 0.6, "create", "update organisation address level code count name"),
    _clue("issued", 0.7, "open time", "update span"),
    _clue("issued", 0.4, "time", "update cycle span"),
    _clue("modified", 1.0, "update time", "cycle span"),
    _clue("modified", 0.7, "update", "cycle level condition describe organisation count code"),
    _clue("modified", 0.4, "time", "publish cycle create span"),
    _clue("rows", 1.0, "count", "visit item organisation file"),
    _clue("counter", 1.0, "visit count"),
    _clue("counter", 0.8, "visit", "address time phone name"),
    _clue("phone", 1.0, "phone", "visit count"),
    _clue("email", 1.0, "email"),
    _clue("contact", 0.9, "contact", "phone email address"),
    _clue("contact", 1.0, "contact name"),
    _clue("contact", 0.9, "contact address", "organisation phone email"),
    _clue("page", 1.0, "address", "email organisation contact"),
    _clue("region", 1.0, "region", "organisation"),
    _clue("licence", 1.0, "licence"),
    _clue("version", 1.0, "version", "time"),
    _clue("scene", 1.0, "scene"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a name, and the token it stands for (empty: unknown)."""

    text: str
    token: str


def words_of_name(name: str) -> tuple[Word, ...]:
    """The known and unknown parts of a name in their order."""
    found: list[Word] = []
    plain = unicodedata.normalize("NFKC", name)
    if plain.isascii() and (token := _english().get(plain.lower().replace("_", ""))):
        return (Word(plain.lower(), token),)
    for part in re.findall(r"[\u3400-\u9fff]+|[A-Za-z]+", _CAMEL.sub(" ", plain)):
        found.extend(_chinese(part) if _HAN.fullmatch(part) else _latin(part.lower()))
    return tuple(found)


def name_scores(name: str) -> dict[str, float]:
    """How much a name speaks for each target: 0 (nothing) to 1."""
    words = words_of_name(name)
    tokens = frozenset(word.token for word in words if word.token)
    unknown = sum(len(word.text) for word in words if not word.token)
    whole = sum(len(word.text) for word in words) or 1
    trust = 1 - 0.6 * unknown / whole
    scores: dict[str, float] = {}
    for clue in CLUES:
        if clue.needs <= tokens and not clue.without & tokens:
            scores[clue.target] = max(scores.get(clue.target, 0), clue.weight * trust)
    return scores


def _chinese(part: str) -> Iterator[Word]:
    """Longest words first, from the left."""
    lexicon, longest = _lexicon()
    at, rest = 0, ""
    while at < len(part):
        for length in range(min(longest, len(part) - at), 0, -1):
            token = lexicon.get(part[at : at + length])
            if token:
                if rest:
                    yield Word(rest, "")
                    rest = ""
                yield from (Word(part[at : at + length], one) for one in token.split())
                at += length
                break
        else:
            rest += part[at]
            at += 1
    if rest:
        yield Word(rest, "")


def _latin(part: str) -> Iterator[Word]:
    """An English word, words run together, or pinyin and its initials of a Chinese name."""
    english = _english()
    if part in english:
        yield Word(part, english[part])
        return
    pieces = _run_together(part)
    if pieces:
        yield from (Word(piece, english[piece]) for piece in pieces)
        return
    spelled = _spelled().get(part)
    if spelled:
        yield from _chinese(spelled)
        return
    yield Word(part, "")


def _run_together(part: str) -> list[str]:
    """``updatetime`` as update and time; every piece must be a word of three letters or more."""
    english = _english()
    best: dict[int, list[str]] = {0: []}
    for end in range(3, len(part) + 1):
        for start in range(max(0, end - 14), end - 2):
            piece = part[start:end]
            if start in best and piece in english:
                longer = best.get(end)
                if longer is None or len(longer) > len(best[start]) + 1:
                    best[end] = [*best[start], piece]
    return best.get(len(part), [])


@cache
def _lexicon() -> tuple[dict[str, str], int]:
    lexicon: dict[str, str] = {}
    for token, words in CHINESE.items():
        for word in words.split():
            lexicon[word] = token
    return lexicon, max(map(len, lexicon))


@cache
def _english() -> dict[str, str]:
    return {word: token for token, words in ENGLISH.items() for word in words.split()}


# Names that are often spelled in Latin letters: made of a first and a last word.
_FIRST = (
    "数据 资源 信息 信息资源 数据资源 目录 更新 发布 提供 来源 所属 主题 行业 "
    "开放 共享 联系 创建 部门 单位 数据集 应用"
)
_LAST = (
    "名称 标题 单位 部门 机构 方 摘要 描述 简介 说明 周期 频率 频度 时间 日期 "
    "分类 领域 类别 主题 行业 "
    "属性 类型 条件 方式 格式 电话 邮箱 人 方式 标签 代码 编码 编号 量 条数 场景 地址"
)


@cache
def _spelled() -> dict[str, str]:
    """Full pinyin and initials of the names a Chinese author would spell so."""
    spelled: dict[str, str] = {}
    singles = [word for words in CHINESE.values() for word in words.split() if len(word) > 1]
    pairs = [first + last for first in _FIRST.split() for last in _LAST.split()]
    for word in [*singles, *pairs]:
        syllables = pinyin(word).split()
        spelled.setdefault("".join(syllables), word)
    for word in [*pairs, *singles]:
        initials = "".join(syllable[0] for syllable in pinyin(word).split())
        if len(initials) > 2:
            spelled.setdefault(initials, word)
    for initials, word in (
        ("mc", "名称"),
        ("bt", "标题"),
        ("bm", "部门"),
        ("dw", "单位"),
        ("zy", "摘要"),
        ("ms", "描述"),
        ("bq", "标签"),
        ("zt", "主题"),
        ("ly", "领域"),
        ("hy", "行业"),
    ):
        spelled.setdefault(initials, word)
    return spelled
