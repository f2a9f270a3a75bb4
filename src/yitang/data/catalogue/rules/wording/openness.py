"""How open a dataset is to the public, and how it is shared inside, in whatever words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from yitang.ground.base.text import Message


class Openness(StrEnum):
    """Three answers that every vocabulary of openness comes down to."""

    OPEN = "open"  # anyone may fetch it, if need be after signing in
    CONDITIONAL = "conditional"  # somebody must apply, or a condition is stated
    CLOSED = "closed"


# 不 and 未 first: 不予开放 contains 开放, 有条件 is not 无条件.
_WORDS: tuple[tuple[Openness, str], ...] = (
    (
        Openness.CONDITIONAL,
        (
            r"有条件|部分开放|受限|限制开放|依申请|申请|授权|审核|审批|批准|协议|脱敏后|"
            r"conditional|restricted|limited|on.?request|on.?demand|apply|authori[sz]"
        ),
    ),
    (
        Openness.CLOSED,
        (
            r"不予|不开放|非开放|未开放|暂不|禁止|不公开|不对外|不可开放|涉密|closed|"
            r"private|non.?public|not.?open|confidential|internal"
        ),
    ),
    (
        Openness.OPEN,
        (
            r"无条件|普遍|完全|直接|全面|主动|登录|注册|实名|可开放|已开放|向社会|开放|"
            r"公开|免费|public|unconditional|open|free|login|registered"
        ),
    ),
)
_UNCONDITIONAL = re.compile(r"无条件|un-?conditional")
_SHARING: tuple[tuple[int, str], ...] = (
    (1, r"无条件|普遍|完全|unconditional"),
    (2, r"有条件|受限|依申请|申请|授权|部分|conditional|restricted"),
    (3, r"不予|不共享|非共享|暂不|not.?shared|none"),
)


def openness_of(value: object) -> Openness | None:
    """What a word of openness comes to; ``None`` for a word that is none.

    Booleans and their words are understood; a bare digit is not, because portals number their
    answers differently.
    """
    if isinstance(value, bool):
        return Openness.OPEN if value else Openness.CLOSED
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if text in {"是", "yes", "true", "y"}:
        return Openness.OPEN
    if text in {"否", "no", "false", "n"}:
        return Openness.CLOSED
    if "://" in text:
        text = text.rstrip("/").rpartition("/")[2]
    if not text or len(text) > 40:
        return None
    if _UNCONDITIONAL.search(text):
        return Openness.OPEN
    return next((kind for kind, pattern in _WORDS if re.search(pattern, text)), None)


def sharing_of(value: object) -> int | None:
    """The sharing class of Decree 809, Art 14, that a word means; its own codes 1 to 3 too."""
    text = unicodedata.normalize("NFKC", str(value)).strip().lower()
    if text in {"1", "2", "3"}:
        return int(text)
    if not text or len(text) > 40:
        return None
    return next((kind for kind, pattern in _SHARING if re.search(pattern, text)), None)


OPENNESS: Mapping[str, Message] = {
    "open": Message("catalogue.openness.open", "open to anyone"),
    "conditional": Message("catalogue.openness.conditional", "open on conditions"),
    "closed": Message("catalogue.openness.closed", "not open"),
}
