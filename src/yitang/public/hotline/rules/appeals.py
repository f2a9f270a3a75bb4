"""What an appeal is: its kind, its channel, its title, and what others read of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from yitang.ground.language.rules import redact

LONGEST_TEXT = 10_000
LONGEST_TITLE = 200
LONGEST_OWN_TITLE = 40
# A mobile, a landline with its area code (010, 02x: 8 digits; else 7 or 8), 400 and 800 numbers.
PHONE = re.compile(r"^(?:1\d{10}|(?:010|02\d)\d{8}|0[3-9]\d{2}\d{7,8}|[48]00\d{7})$", re.ASCII)


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


def own_title(text: str) -> str:
    """A title for a text that came without one: its first sentence, cut to a line."""
    first = re.split(r"[。！？!?\n；;]", text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= LONGEST_OWN_TITLE else first[: LONGEST_OWN_TITLE - 1] + "…"


def shown_title(title: str, text: str) -> str:
    """The title in every list and on the page of the short number: it names nobody.

    One made from the text is made again after redaction: cut to a line, half a number would
    not be known as one.
    """
    if title == own_title(text):
        return own_title(redact(text).text)
    return redact(title).text[:LONGEST_TITLE]


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
    category_probability: float | None  # None: a person chose the category
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
