"""How appeals move, how urgent they are, what a file's columns mean, what the three rates count.

Sources: 国办发〔2020〕53号 (one number, closed loop); 北京市接诉即办工作条例 (2021) Arts 10-15, 23,
32; DB11/T 2021-2022 (time tiers); 潍坊市12345政务服务便民热线条例 (2021) (return once, then final).
Tiers and rates differ by place and year, so both are configuration with these defaults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from yitang.ground.base.clock import SHANGHAI, Term, Unit
from yitang.ground.base.text import Message
from yitang.ground.casework.rules import Transition, Workflow

LONGEST_TEXT = 10_000
LONGEST_TITLE = 200
LONGEST_OWN_TITLE = 40
MOBILE = re.compile(r"^1\d{10}$")

# The one return must come within this time of the dispatch (typical; configuration of a place).
RETURN_WITHIN = Term(1, Unit.WORKDAYS)

APPEAL = Workflow(
    name="hotline.appeal",
    version=1,
    initial="received",
    final=frozenset({"closed", "referred"}),
    transitions=(
        Transition("dispatch", "received", "dispatched", "hotline.dispatch"),
        Transition(
            "answer_at_once", "received", "closed", "hotline.answer_at_once", needs_note=True
        ),
        # Litigation, emergencies, secrets: told the proper way instead (Art 11).
        Transition("refer", "received", "referred", "hotline.dispatch", needs_note=True),
        # Signing is taking responsibility: after it there is no return (Art 14).
        Transition("sign", "dispatched", "handling", "hotline.handle"),
        Transition("return", "dispatched", "returned", "hotline.handle", needs_note=True),
        # The caller's clock goes on while offices argue about whose duty it is.
        Transition("arbitrate", "returned", "arbitrated", "hotline.dispatch", needs_note=True),
        Transition("sign", "arbitrated", "handling", "hotline.handle"),
        Transition("answer", "handling", "answered", "hotline.handle", needs_note=True),
        Transition("close", "answered", "closed", "hotline.call_back"),
        Transition("redo", "answered", "reopened", "hotline.call_back", needs_note=True),
        Transition("answer", "reopened", "answered", "hotline.handle", needs_note=True),
    ),
    terms={"answered": Term(3), "reopened": Term(5)},
    extensions={"handling": Term(8, Unit.DAYS), "reopened": Term(5)},
    pause_reasons={},
    view="hotline.see",
    manage="hotline.manage",
    source="北京市接诉即办工作条例 (2021) Arts 10-15, 23; 潍坊市12345政务服务便民热线条例 (2021)",
)
PREFIX = "QH"
KIND = "hotline.appeal"


class AppealKind(StrEnum):
    """What a caller wants (北京市接诉即办工作条例 Art 2; praise is added locally)."""

    CONSULTATION = "consultation"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


KIND_WORDS: Mapping[AppealKind, tuple[str, ...]] = {
    AppealKind.REPORT: ("举报",),
    AppealKind.PRAISE: ("表扬", "感谢信", "点赞一下"),
    AppealKind.SUGGESTION: ("建议",),
    AppealKind.COMPLAINT: ("投诉", "扰民", "乱收费", "违规", "违法", "不作为"),
    AppealKind.CONSULTATION: ("咨询", "请问", "想问", "是否", "怎么办理", "如何办理"),
}


def kind_of(title: str, text: str) -> AppealKind:
    """What the words sound like: the title before the text, ``help`` when nothing tells."""
    for part in (title, text):
        for kind, words in KIND_WORDS.items():
            if any(word in part for word in words):
                return kind
    return AppealKind.HELP


class Channel(StrEnum):
    WEB = "web"
    PHONE = "phone"
    WECHAT = "wechat"
    VISIT = "visit"
    SUPERIOR = "superior"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Tier:
    """How fast a kind of matter is dispatched and fed back on."""

    code: str
    dispatch_within: Term
    feedback_within: Term
    words: tuple[str, ...] = ()
    duties: frozenset[str] = frozenset()


TIERS: tuple[Tier, ...] = (
    Tier(
        "emergency",
        Term(1, Unit.HOURS),
        Term(2, Unit.HOURS),
        words=("燃气泄漏", "煤气泄漏", "触电", "漏电", "塌方", "坍塌", "中毒", "爆炸", "井盖缺失",
               "生命危险", "溺水", "疫情"),
    ),
    Tier(
        "utilities",
        Term(2, Unit.HOURS),
        Term(24, Unit.HOURS),
        words=("停水", "停电", "停气", "停暖", "没有暖气", "暴雨", "台风", "积水"),
        duties=frozenset({"water", "power", "gas", "heat"}),
    ),
    Tier("general", Term(24, Unit.HOURS), Term(7, Unit.DAYS)),
    Tier("complex", Term(24, Unit.HOURS), Term(15, Unit.DAYS)),
)  # fmt: skip


def tier_of(text: str, *, duty: str = "", tiers: Sequence[Tier] = TIERS) -> Tier:
    """The first tier whose words stand in ``text`` or that names ``duty``; else ``general``."""
    for tier in tiers:
        if duty in tier.duties or any(word in text for word in tier.words):
            return tier
    return tier_named("general", tiers)


def tier_named(code: str, tiers: Sequence[Tier] = TIERS) -> Tier:
    """The tier ``code``, or the general one where a place has no such tier."""
    found = {tier.code: tier for tier in tiers}
    return found.get(code) or found["general"]


def own_title(text: str) -> str:
    """A title for a text that came without one: its first sentence, cut to a line."""
    first = re.split(r"[。！？!?\n；;]", text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= LONGEST_OWN_TITLE else first[: LONGEST_OWN_TITLE - 1] + "…"


class Solved(StrEnum):
    """What the caller says at the call-back: is it solved, is the caller satisfied."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class RateRules:
    """What the three rates count; the official weights change every year.

    ``partly_counts``: the share at which "partly solved" and "fairly satisfied" count.
    ``counts_unreached``: whether a call-back that reached nobody stays in the denominators.
    ``left_out``: kinds of appeals that are not assessed (praise has nothing to solve).
    """

    partly_counts: float = 0.0
    counts_unreached: bool = False
    left_out: frozenset[str] = frozenset({AppealKind.PRAISE})
    weights: tuple[float, float, float] = (0.2, 0.5, 0.3)


@dataclass(frozen=True, slots=True)
class CallBackFacts:
    """One call-back as the rates see it; an unreached caller answered nothing."""

    kind: str
    reached: bool
    contacted: bool | None
    solved: Solved | None
    satisfied: Solved | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator and a denominator; never averaged, only added."""

    numerator: float = 0.0
    denominator: int = 0

    @property
    def share(self) -> float | None:
        """Between 0 and 1; ``None`` when nothing was assessed."""
        return self.numerator / self.denominator if self.denominator else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True, slots=True)
class Rates:
    """响应率, 解决率, 满意率: contacted by the unit, solved, satisfied."""

    response: Rate = Rate()
    solved: Rate = Rate()
    satisfied: Rate = Rate()

    def __add__(self, other: Rates) -> Rates:
        return Rates(
            self.response + other.response,
            self.solved + other.solved,
            self.satisfied + other.satisfied,
        )

    def score(self, rules: RateRules) -> float | None:
        """The weighted sum of the three shares; ``None`` while one of them has no cases."""
        shares = (self.response.share, self.solved.share, self.satisfied.share)
        if any(share is None for share in shares):
            return None
        return sum(w * (s or 0.0) for w, s in zip(rules.weights, shares, strict=True))


def three_rates_of(call_backs: Iterable[CallBackFacts], rules: RateRules) -> Rates:
    """The three rates over call-backs, by ``rules``."""
    total = Rates()
    for facts in call_backs:
        if facts.kind not in rules.left_out and (facts.reached or rules.counts_unreached):
            total += Rates(
                Rate(float(bool(facts.contacted)), 1),
                Rate(_part(facts.solved, rules), 1),
                Rate(_part(facts.satisfied, rules), 1),
            )
    return total


def _part(said: Solved | None, rules: RateRules) -> float:
    return {Solved.YES: 1.0, Solved.PARTLY: rules.partly_counts}.get(said or Solved.NO, 0.0)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a place sets for itself: tiers and rates, with where they come from."""

    tiers: tuple[Tier, ...] = TIERS
    rates: RateRules = RateRules()
    source: str = "DB11/T 2021-2022"


# The fields of an appeal that a file may bring, and headers that mean them.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "number": ("留言编号", "工单编号", "诉求编号", "编号", "number", "id"),
    "caller": ("留言用户", "用户", "来电人编号", "user", "caller"),
    "title": ("留言主题", "诉求标题", "标题", "主题", "title", "subject"),
    "text": ("留言详情", "诉求内容", "内容", "详情", "正文", "text", "body", "content"),
    "filed_at": (
        "留言时间",
        "来电时间",
        "受理时间",
        "诉求时间",
        "时间",
        "filed_at",
        "time",
        "date",
    ),
    "dislikes": ("反对数", "dislikes"),
    "likes": ("点赞数", "likes"),
    "place": ("事发地址", "地址", "地点", "place", "address"),
    "division": ("区划代码", "行政区划", "division_code", "division"),
    "kind": ("诉求类型", "类型", "kind", "type"),
    "category": ("诉求分类", "一级标签", "一级分类", "分类", "category", "label"),
    "channel": ("受理渠道", "渠道", "来源渠道", "channel"),
    "name": ("来电人", "姓名", "联系人", "name"),
    "mobile": ("联系电话", "来电号码", "电话", "手机", "mobile", "phone"),
    "confidential": ("是否保密", "保密", "confidential"),
}
REQUIRED = ("text", "filed_at")
KIND_NAMES: Mapping[str, AppealKind] = {
    "咨询": AppealKind.CONSULTATION,
    "求助": AppealKind.HELP,
    "投诉": AppealKind.COMPLAINT,
    "举报": AppealKind.REPORT,
    "建议": AppealKind.SUGGESTION,
    "表扬": AppealKind.PRAISE,
    "感谢": AppealKind.PRAISE,
} | {kind.value: kind for kind in AppealKind}
CHANNEL_NAMES: Mapping[str, Channel] = {
    "电话": Channel.PHONE,
    "网站": Channel.WEB,
    "网络": Channel.WEB,
    "微信": Channel.WECHAT,
    "来访": Channel.VISIT,
    "上级转办": Channel.SUPERIOR,
} | {channel.value: channel for channel in Channel}
YES = frozenset({"1", "是", "y", "yes", "true", "保密"})


def proposed_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Field to header, for every field that a header of the file means beyond doubt.

    A header is taken by the first field that names it; where a file has several headers for
    one field, the one earliest in the list of that field.
    """
    known = {_plain(header): header for header in headers}
    mapping: dict[str, str] = {}
    for name, meanings in HEADERS.items():
        for meaning in meanings:
            header = known.get(_plain(meaning))
            if header is not None and header not in mapping.values():
                mapping[name] = header
                break
    return mapping


def _plain(header: str) -> str:
    return re.sub(r"[\s_\-（）()]", "", header).lower()


_DATE = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]+(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})(?:\.\d+)?)?[秒分]?)?$"
)


def parse_moment(text: str) -> datetime:
    """``2019/2/28 11:25:05``, ``2019-02-28 11:25``, ``2019年2月28日`` in Shanghai, or ISO 8601.

    Raises ``ValueError``.
    """
    found = _DATE.match(text.strip())
    if found:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Draft:
    """An appeal as it came, checked, before it is stored; times are aware."""

    text: str
    title: str
    filed_at: datetime
    number: str = ""
    caller: str = ""
    place: str = ""
    division: str = ""
    kind: AppealKind | None = None
    category: str = ""
    channel: Channel = Channel.IMPORT
    name: str = ""
    mobile: str = ""
    is_confidential: bool = False
    likes: int = 0
    dislikes: int = 0


class RowProblem(ValueError):
    """One wrong value of one row: in which field, and why, in words that can be translated."""

    def __init__(self, name: str, template: str, **params: object) -> None:
        self.name = name
        self.message = Message("hotline.row_problem", template, params)
        super().__init__(f"{name}: {self.message}")


def draft_of_row(row: Mapping[str, str]) -> Draft:
    """The draft a row holds; ``row`` is already keyed by field. Raises ``RowProblem``."""
    value = {name: (row.get(name) or "").strip() for name in HEADERS}
    if not value["text"]:
        raise RowProblem("text", "it is empty")
    if len(value["text"]) > LONGEST_TEXT:
        raise RowProblem("text", "it has more than {most} characters", most=LONGEST_TEXT)
    try:
        filed_at = parse_moment(value["filed_at"])
    except ValueError:
        raise RowProblem(
            "filed_at", "“{value}” is no date and time", value=value["filed_at"]
        ) from None
    return Draft(
        text=value["text"],
        title=(value["title"] or own_title(value["text"]))[:LONGEST_TITLE],
        filed_at=filed_at,
        number=value["number"][:40],
        caller=value["caller"][:100],
        place=value["place"][:200],
        division=_division(value["division"]),
        kind=_kind(value["kind"]),
        category=value["category"][:60],
        channel=_channel(value["channel"]),
        name=value["name"][:60],
        mobile=_mobile(value["mobile"]),
        is_confidential=value["confidential"].lower() in YES,
        likes=_count("likes", value["likes"]),
        dislikes=_count("dislikes", value["dislikes"]),
    )


def _count(name: str, text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RowProblem(name, "“{value}” is no whole number", value=text)
    return int(text)


def _division(text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) in {6, 9, 12}):
        raise RowProblem(
            "division", "“{value}” is no division code of 6, 9 or 12 digits", value=text
        )
    return text


def _mobile(text: str) -> str:
    if text and not MOBILE.match(text):
        raise RowProblem("mobile", "it is no mobile number of 11 digits")
    return text


def _kind(text: str) -> AppealKind | None:
    if text and text not in KIND_NAMES:
        raise RowProblem(
            "kind", "“{value}” is none of {known}", value=text, known=", ".join(KIND_NAMES)
        )
    return KIND_NAMES.get(text)


def _channel(text: str) -> Channel:
    if text and text not in CHANNEL_NAMES:
        raise RowProblem(
            "channel", "“{value}” is none of {known}", value=text, known=", ".join(CHANNEL_NAMES)
        )
    return CHANNEL_NAMES.get(text, Channel.IMPORT)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file: accepted + rejected = delivered; ``known`` of the accepted were here.

    ``problems``: row number (the first data row is 2, as a spreadsheet counts), field, why.
    """

    file: str
    delivered: int
    accepted: int
    known: int
    rejected: int
    dispatched: int
    unresolved: int
    seconds: float
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    problems: tuple[tuple[int, str, Message], ...] = ()


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """An appeal as the room above reads it: whose identity stays here, keyed by a hash."""

    public_id: str
    number: str
    caller_key: str
    title: str
    text: str
    filed_at: datetime
    division_code: str
    category: str
    duty: str
    holder: str
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class AppealCount:
    """How many appeals a county has of one state, filed on one civil day."""

    division_code: str
    day: date
    state: str
    count: int
