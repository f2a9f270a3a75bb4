"""What a field's values say: shares of dates, cycles, offices, addresses, long texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yitang.data.catalogue.rules.wording import (
    cycle_of,
    date_of,
    format_words,
    looks_like_department,
    openness_of,
)
from yitang.data.catalogue.rules.wording.formats import is_format_word

SAMPLE = 400
EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "/",
        "\\",
        "无",
        "暂无",
        "空",
        "null",
        "none",
        "n/a",
        "nan",
        "[]",
        "{}",
        "未知",
        "暂无数据",
    }
)
_PHONE = re.compile(
    r"(\+?86[- ]?)?(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{7,8}|"
    r"\(0\d{2,3}\)\d{7,8}|12345|[1-9]\d{4})([-转/ ]\d+)?"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_PAGE = re.compile(r"(https?|ftp)://\S+|www\.\S+|/[\w./?=&#-]+/[\w./?=&#-]+")
_NUMBER = re.compile(
    r"\d{1,12}(\.0+)?|\d{1,3}(,\d{3})+|\d+(\.\d+)?\s*(条|行|个|万|万条|[kmg]b|字节|b)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9a-f]{16,40}|"
    r"[A-Za-z0-9_/-]*\d[A-Za-z0-9_/-]{5,}|\d+"
)
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_GRADE = re.compile(r"(第?[1-5一二三四五]级|l?[1-5])", re.IGNORECASE)
_VERSION = re.compile(r"v?\d{1,2}(\.\d{1,3}){1,3}|v\d+", re.IGNORECASE)
_CYCLE_SHAPE = re.compile(
    r"(每|不|年|月|日|周|季|旬|实时|半|小时|其他|按需|[a-z_0-9]+$|https?:)", re.IGNORECASE
)
# GB/T 4754-2017 names its sections so.
_INDUSTRY = re.compile(
    r"农、林|采矿业|制造业|电力、热力|建筑业|批发和零售|交通运输、仓储|"
    r"住宿和餐饮|信息传输|金融业|房地产业|租赁和商务|科学研究和技术|水利、环境|"
    r"居民服务|卫生和社会工作|文化、体育|公共管理|国际组织|^教育$"
)
# 公共信息资源开放试点工作方案 (2018) names the themes of open data so.
_THEME = re.compile(
    r"信用|医疗|卫生|社保|就业|公共安全|城建|住房|交通|教育|文化|科技|资源|能源|"
    r"生态|环境|工业|农业|商贸|财税|金融|安全生产|市场监|社会救助|法律|生活|"
    r"气象|地理|机构团体|综合政务|其他|社会|民生|经济|旅游|政务"
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the filled values of a field are, as shares of one."""

    name: str
    filled: int
    share_filled: float
    distinct: int
    length: float
    spread: float  # distinct / filled
    shares: Mapping[str, float] = field(default_factory=dict[str, float])
    examples: tuple[str, ...] = ()

    def share(self, kind: str) -> float:
        return self.shares.get(kind, 0.0)


def profile_of(name: str, values: Sequence[object]) -> Profile:
    """A field's profile over at most ``SAMPLE`` of its filled values, taken evenly."""
    texts = [as_text(value) for value in values]
    filled = [text for text in texts if text.strip().lower() not in EMPTY]
    sample = filled[:: max(1, len(filled) // SAMPLE)]
    whole = len(sample) or 1
    shares = {kind: sum(map(holds, sample)) / whole for kind, holds in _KINDS.items()}
    counted = Counter(sample)
    return Profile(
        name=name,
        filled=len(filled),
        share_filled=len(filled) / (len(texts) or 1),
        distinct=len(counted),
        length=sum(map(len, sample)) / whole,
        spread=len(counted) / whole,
        shares=shares,
        examples=tuple(text[:60] for text, _ in counted.most_common(3)),
    )


def as_text(value: object) -> str:
    """A value as one text: lists by commas, nothing as empty."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ",".join(as_text(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _is_cycle(text: str) -> bool:
    return (
        len(text) <= 40
        and bool(_CYCLE_SHAPE.match(text))
        and date_of(text) is None
        and cycle_of(text) is not None
    )


def _is_date(text: str) -> bool:
    return len(text) >= 6 and date_of(text) is not None


def _is_format(text: str) -> bool:
    words = format_words(text)
    return bool(words) and len(words) <= 12 and all(is_format_word(word) for word in words)


def _is_list(text: str) -> bool:
    return bool(re.search(r"[,，、;；|\t\n]|\s{2}", text))


_KINDS = {
    "cycle": _is_cycle,
    "date": _is_date,
    "format": _is_format,
    "list": _is_list,
    "openness": lambda text: len(text) <= 20 and openness_of(text) is not None,
    "opens": lambda text: (
        (len(text) <= 20 and "开放" in text)
        or text.lower() in {"public", "restricted", "private", "non_public"}
    ),
    "shares": lambda text: len(text) <= 20 and "共享" in text,
    "phone": lambda text: bool(_PHONE.fullmatch(text)),
    "email": lambda text: bool(_EMAIL.fullmatch(text)),
    "page": lambda text: bool(_PAGE.fullmatch(text)),
    "number": lambda text: bool(_NUMBER.fullmatch(text)),
    "identifier": lambda text: bool(_IDENTIFIER.fullmatch(text)),
    "credit": lambda text: bool(_CREDIT.fullmatch(text)),
    "version": lambda text: bool(_VERSION.fullmatch(text)),
    "department": lambda text: looks_like_department(text),
    "industry": lambda text: bool(_INDUSTRY.search(text)),
    "grade": lambda text: bool(_GRADE.fullmatch(text)),
    "theme": lambda text: len(text) <= 20 and bool(_THEME.search(text)),
}


def value_scores(profile: Profile) -> dict[str, float]:
    """How much the values alone speak for each target: -1 (cannot be) to 1."""
    if not profile.filled:
        return {}
    share = profile.share
    few = profile.distinct <= max(30, profile.filled // 20) and profile.length <= 40
    prose = min(1.0, profile.length / 40) * profile.spread
    short = 4 <= profile.length <= 40
    plain = 1 - max(
        share("date"),
        share("page"),
        share("number"),
        share("identifier"),
        share("email"),
        share("phone"),
        share("cycle"),
    )
    scores = {
        "issued": _swing(share("date")),
        "modified": _swing(share("date")),
        "update_cycle": _swing(share("cycle") * (0.9 if few else 0.3)),
        "format": _swing(share("format")),
        "openness": _swing(max(share("opens"), 0.7 * share("openness")) * (1 if few else 0.4)),
        "sharing": _swing(max(share("shares"), 0.5 * share("number") * few)),
        "phone": _swing(share("phone") * min(1.0, profile.length / 7) * (1 - share("date"))),
        "email": _swing(share("email")),
        "page": _swing(share("page")),
        "rows": _swing(share("number") * (1 - share("date") * 0.9) * 0.8),
        "counter": _swing(share("number") * 0.8),
        "identifier": _swing(share("identifier") * profile.spread * (1 - share("date"))),
        "resource_code": _swing(share("identifier") * profile.spread * (1 - share("date"))),
        "organisation_code": _swing(
            max(share("credit"), 0.5 * share("identifier")) * (1 - share("date"))
        ),
        "version": _swing(share("version")),
        "organisation": _swing(share("department") * plain),
        "industry": _swing(share("industry") * (1 if few else 0.3)),
        "theme": _swing(share("theme") * few * plain * (1 - share("industry"))),
        "scene": 0.1 if few and plain > 0.8 else -0.6,
        "name": _swing(
            plain * profile.spread * (1.0 if short else 0.3) * (1 - 0.8 * share("department"))
        ),
        "abstract": _swing(plain * (0.35 + prose) if profile.length > 8 else 0.0),
        "opening_condition": 0.2 if plain > 0.8 and share("opens") < 0.3 else -0.4,
        "sharing_condition": 0.2 if plain > 0.8 else -0.4,
        "keywords": 0.3 * plain + 0.4 * share("list") - 0.3 * (profile.length > 80),
        "contact": 0.2 if plain > 0.8 and profile.length <= 12 else -0.4,
        "items": 0.3 * share("list") + (0.2 if profile.length > 20 else -0.2),
        "region": 0.0 if plain > 0.6 or share("number") > 0.8 else -0.4,
        "licence": 0.0,
        "grade": _swing(share("grade")),
    }
    return {target: max(-1.0, min(1.0, score)) for target, score in scores.items()}


def _swing(share: float) -> float:
    """From -1 at nothing through 0 at three tenths to 1 at all."""
    return (share - 0.3) / 0.7 if share >= 0.3 else (share - 0.3) / 0.3


def field_names(records: Iterable[Mapping[str, object]]) -> list[str]:
    """Every field that occurs, in the order in which it first does."""
    return list(dict.fromkeys(name for record in records for name in record))
