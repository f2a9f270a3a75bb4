"""A delivered value as a page may show it: judged cell by cell, by what it looks like.

What the catalogue or a guess says of the column can only mask more. A column nobody recognised,
a number with a wrong check digit and a number within running text are masked all the same.
"""

from __future__ import annotations

import re

from yitang.ground.base.identity import is_credit_code
from yitang.ground.base.text import mask_identity_number, mask_mobile, mask_name
from yitang.ground.language.rules import Span, redact

from .columns import folded
from .receipt import masked

SHOWN_LENGTH = 60  # characters
# What the heading of a column claims of all its values; the first that fits counts.
_HEADINGS = (
    ("identity_number", re.compile(r"身份证|身份号|证件号|idnumber|idcard|identitynumber")),
    ("bank_card", re.compile(r"银行卡|银行账|银行帐|卡号|bankcard|cardnumber|bankaccount")),
    ("mobile", re.compile(r"手机|电话|联系方式|mobile|phone")),
    ("name", re.compile(
        r"(姓名|名字|人|户主|父亲|母亲|配偶|丈夫|妻子|儿童|学生|患者|员工|法人代表|代表)$"
        r"|^name$|fullname$|personname$|applicant$|guardian$|contact$"
    )),
)  # fmt: skip
_CREDIT_CODE = re.compile(r"信用代码|creditcode")
_LEAST_DIGITS = 7  # a heading speaks for a value with as many; with fewer it is no number at all
_BETWEEN_NAMES = re.compile(r"([、,，;；/\s]+)")
_LONGEST_NAME = 20
_WORD = re.compile(r"[^\W\d_]{2}")
# A card as it is printed; its check digit may be wrong.
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?(?!\d)")


def shown_value(
    value: str, *, heading: str = "", rule: str = "", role: str = "", sensitive: bool = False
) -> str:
    """``value`` with whatever is personal in it masked, cut to what a cell shows.

    ``role`` is what the item means, of a subject or of more: ``holder.name`` is a ``name``.
    """
    text, role = value.strip(), role.rpartition(".")[2]
    claimed = _claimed(heading)
    if sensitive:
        return masked(text, rule=rule, role=role or ("name" if claimed == "name" else ""))
    if claimed == "name":
        return _names(text)
    if (rule == "credit_code" or _CREDIT_CODE.search(folded(heading))) and _is_of_a_firm(text):
        return text
    if claimed and _digits(text) >= _LEAST_DIGITS and not _WORD.search(text):
        return _hidden(text, claimed)
    return _within(text)[:SHOWN_LENGTH]


def _is_of_a_firm(text: str) -> bool:
    """A credit code, which is public, and no identity number that strayed into its column.

    Those of firms begin with 9, as no division's code does.
    """
    looks = {span.kind for span in redact(text).spans}
    return is_credit_code(text) and (text.startswith("9") or "identity_number" not in looks)


def _claimed(heading: str) -> str:
    word = folded(heading)
    return next((kind for kind, pattern in _HEADINGS if pattern.search(word)), "")


def _names(text: str) -> str:
    """Each of the names; what is too long for one is running text."""
    shown = [
        part if _BETWEEN_NAMES.fullmatch(part) else _name(part)
        for part in _BETWEEN_NAMES.split(text)
    ]  # fmt: skip
    return "".join(shown)[:SHOWN_LENGTH]


def _name(text: str) -> str:
    is_name = len(text) <= _LONGEST_NAME and _digits(text) < _LEAST_DIGITS
    return mask_name(text) if is_name else _within(text)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _within(text: str) -> str:
    text = _CARD.sub(lambda card: mask_identity_number(card[0]), text)
    parts, position = [], 0
    for span in redact(text).spans:
        parts += [text[position : span.start], _piece(text, span)]
        position = span.end
    return "".join([*parts, text[position:]])


def _piece(text: str, span: Span) -> str:
    return _hidden(text[span.start : span.end], span.kind)


def _hidden(text: str, kind: str) -> str:
    if kind in {"identity_number", "bank_card"}:
        return mask_identity_number(text)
    if kind == "mobile":
        return mask_mobile(text)
    return mask_name(text) if kind == "name" else masked(text)
