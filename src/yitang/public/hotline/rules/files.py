"""What a file's columns mean, and how a row of it becomes an appeal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from yitang.ground.base.clock import SHANGHAI
from yitang.ground.base.text import Message, typed_mobile

from .appeals import LONGEST_TEXT, LONGEST_TITLE, PHONE, AppealKind, Channel, own_title
from .rates import Solved

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
    "dispatched_at": ("派单时间", "转办时间", "交办时间", "dispatched_at"),
    "answer": ("答复意见", "答复内容", "回复内容", "办理结果", "answer", "reply"),
    "answered_at": ("答复时间", "回复时间", "办结时间", "answered_at"),
    "called_back_at": ("回访时间", "called_back_at"),
    "contacted": ("是否联系", "contacted"),
    "solved": ("是否解决", "解决情况", "solved"),
    "satisfied": ("是否满意", "满意度", "满意情况", "satisfied"),
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
# What callers said at another hotline's call-back; other words than these are not kept.
SAID_NAMES: Mapping[str, Solved] = (
    dict.fromkeys(("是", "已解决", "解决", "满意", "非常满意", "很满意"), Solved.YES)
    | dict.fromkeys(("部分解决", "基本解决", "基本满意", "比较满意", "一般"), Solved.PARTLY)
    | dict.fromkeys(("否", "未解决", "没解决", "不满意", "很不满意", "非常不满意"), Solved.NO)
    | {said.value: said for said in Solved}
)
CONTACTED_NAMES: Mapping[str, bool] = {
    "是": True, "已联系": True, "yes": True, "1": True,
    "否": False, "未联系": False, "no": False, "0": False,
}  # fmt: skip
YES = frozenset({"1", "是", "y", "yes", "true", "保密"})


def proposed_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Field to header, for every field that a header of the file plainly means.

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
    dispatched_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None
    called_back_at: datetime | None = None
    contacted: bool | None = None
    solved: Solved | None = None
    satisfied: Solved | None = None

    @property
    def is_called_back(self) -> bool:
        """Whether the caller was asked all three questions after the answer."""
        said = (self.contacted, self.solved, self.satisfied)
        return self.is_answered and None not in said

    @property
    def is_answered(self) -> bool:
        """Whether the system it comes from answered it already."""
        return bool(self.answer or self.answered_at)


# What a caller said makes an appeal the same again; what became of it elsewhere does not.
HAPPENED_FIELDS = frozenset(
    {"dispatched_at", "answer", "answered_at", "called_back_at", "contacted", "solved", "satisfied"}
)
SAID_FIELDS = tuple(field.name for field in fields(Draft) if field.name not in HAPPENED_FIELDS)


class RowProblem(ValueError):
    """One wrong value of one row: in which field, and why, in words that can be translated."""

    def __init__(self, name: str, template: str, **params: object) -> None:
        self.name = name
        self.message = Message("hotline.row_problem", template, params)
        super().__init__(f"{name}: {self.message}")


def draft_of_row(row: Mapping[str, str]) -> Draft:
    """The draft a row holds; ``row`` is already keyed by field. Raises ``RowProblem``."""
    value = dict.fromkeys(HEADERS, "")
    value.update((name, text.strip()) for name, text in row.items())
    if not value["text"]:
        raise RowProblem("text", "it is empty")
    for name in ("text", "answer"):
        if len(value[name]) > LONGEST_TEXT:
            raise RowProblem(name, "it has more than {most} characters", most=LONGEST_TEXT)
    filed_at = _moment("filed_at", value["filed_at"])
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
        dispatched_at=_later("dispatched_at", value["dispatched_at"], filed_at),
        answer=value["answer"],
        answered_at=_later("answered_at", value["answered_at"], filed_at),
        called_back_at=_later("called_back_at", value["called_back_at"], filed_at),
        contacted=CONTACTED_NAMES.get(value["contacted"].lower()),
        solved=SAID_NAMES.get(value["solved"].lower()),
        satisfied=SAID_NAMES.get(value["satisfied"].lower()),
    )


def _moment(name: str, text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        raise RowProblem(name, "“{value}” is no date and time", value=text) from None


def _later(name: str, text: str, filed_at: datetime) -> datetime | None:
    """A moment that cannot come before the filing."""
    if not text:
        return None
    found = _moment(name, text)
    if found < filed_at:
        raise RowProblem(name, "“{value}” is before the appeal was filed", value=text)
    return found


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
    number = typed_mobile(text)
    if number and not PHONE.match(number):
        raise RowProblem(
            "mobile", "it is no mobile number of 11 digits and no landline with its area code"
        )
    return number


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

    The other accepted ones = ``dispatched`` (to the office charged with their class) +
    ``to_territory`` (to the territorial government) + ``to_person`` (they wait for a person;
    ``unresolved`` of them because no place was found) + ``settled`` (they came with an answer,
    or from an archive). ``late`` of them were past their limit as they came.

    ``problems``: row number (the first data row is 2, as a spreadsheet counts), field, why.
    """

    file: str
    delivered: int
    accepted: int
    known: int
    rejected: int
    dispatched: int
    to_territory: int
    to_person: int
    settled: int
    late: int
    unresolved: int
    seconds: float
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    problems: tuple[tuple[int, str, Message], ...] = ()
