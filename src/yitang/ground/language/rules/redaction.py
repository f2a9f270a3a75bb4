"""Personal data taken out of free text: numbers that name a person, and names said to be one.

Forms follow FACTS §9.5. Digits are found through disguise (full-width, spaced or hyphenated,
written in Chinese). When in doubt about a long run of digits it goes: a quote loses little, a
number shown cannot be taken back. Names are found where the text says that one follows
(我叫, 联系人, 本人 …) or by a title behind them; a name without either stays, so a quote is for
officers, not for publication.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from yitang.ground.base.identity import is_identity_number, normalise_identity_number

from .surnames import COMPOUND_SURNAMES, SURNAMES

LABELS = {
    "identity_number": "〔证件号〕",
    "mobile": "〔手机号〕",
    "landline": "〔电话〕",
    "bank_card": "〔银行卡号〕",
    "plate": "〔车牌〕",
    "email": "〔邮箱〕",
    "account": "〔账号〕",
    "name": "〔姓名〕",
    "dwelling": "〔门牌〕",
}


@dataclass(frozen=True, slots=True)
class Span:
    """What stood at ``start:end`` of the original text; kinds are the keys of ``LABELS``."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text with each span replaced by its label, and the spans of the original."""

    text: str
    spans: tuple[Span, ...]


def redact(text: str, *, leave: frozenset[str] = frozenset()) -> Redacted:
    """``text`` without personal data; no identity number or mobile number survives.

    ``leave``: kinds that stay, such as the landline of an office in its own answer.
    """
    shadow = _shadow(text)
    spans: list[Span] = []
    found = (span for span in _found(shadow) if span.kind not in leave)
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if spans and span.start < spans[-1].end:
            last = spans[-1]
            spans[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            spans.append(span)
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], LABELS[span.kind]]
        position = span.end
    return Redacted("".join([*parts, text[position:]]), tuple(spans))


_GAP = r"[ \t\-‐-―_.·•\u200b-\u200f\u2060\ufeff]"
_RUN = re.compile(rf"[0-9](?:{_GAP}{{0,2}}[0-9]){{9,}}(?:{_GAP}?[Xx])?")
_CHINESE_RUN = re.compile(r"[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖0-9]{11,}")
_CHINESE_DIGITS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789"
)
_GROUP = re.compile(r"[0-9]+[Xx]?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_WITH_CODE = re.compile(r"(?:00)?861[3-9][0-9]{9}")
CARD_PIECES = 5  # as a card is read aloud: fours, and what is left
SHORTEST, LONGEST = 11, 20  # digits of a mobile; of a bank card and one more
_IDENTITY_SHAPE = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx]")
_PATTERNS = (
    ("email", re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    ("landline", re.compile(r"(?<![0-9])[(]?0[1-9][0-9]{1,2}[)]?[ \-—–]{0,2}[2-9][0-9]{6,7}"
                            r"(?:[ ]?(?:转|-)[ ]?[0-9]{1,5})?(?![0-9])")),
    ("landline", re.compile(r"(?:(?<=电话)|(?<=座机)|(?<=致电)|(?<=手机)|(?<=联系方式))"
                            r"[是为:号码 ]{0,4}([2-9][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9])")),
    ("plate", re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]"
                         r"[A-HJ-Z][ ·•.\-]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])"
                         r"(?![A-Za-z0-9])")),
    ("account", re.compile(r"(?:微信|微信号|QQ|qq|Q号|支付宝|抖音号?)[号码是为: ]{0,4}"
                           r"([A-Za-z0-9_\-]{5,20})")),
    ("account", re.compile(r"(?:护照|通行证)[号码是为: ]{0,4}([A-Za-z]{1,2}[0-9]{7,9})")),
    ("dwelling", re.compile(r"[A-Za-z]?[0-9一二三四五六七八九十]{1,4}(?:栋|幢|座|号楼)"
                            r"(?:[0-9一二三四五六七八九十]{1,2}单元)?[0-9]{1,2}(?:楼|层)?-?[0-9]{2,4}"
                            r"(?:室|房|号|户)?")),
    # In a village the number is the household; in a street it is only a place.
    ("dwelling", re.compile(r"(?<=[村屯寨组])[0-9]{1,4}(?:-[0-9]{1,3})?号(?![楼线路桥机井])")),
)  # fmt: skip


def _shadow(text: str) -> str:
    """The text character for character, digits and letters in their plain form."""
    plain = "".join(_plain(character) for character in text)
    return _CHINESE_RUN.sub(lambda run: run[0].translate(_CHINESE_DIGITS), plain)


@lru_cache(maxsize=65_536)
def _plain(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _found(shadow: str) -> Iterator[Span]:
    yield from _numbers(shadow)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(shadow):
            start, end = match.span(pattern.groups)
            yield Span(start, end, kind)
    yield from _names(shadow)


def _numbers(shadow: str) -> Iterator[Span]:
    for run in _RUN.finditer(shadow):
        groups = list(_GROUP.finditer(run[0]))
        for first, group in enumerate(groups):
            digits = ""
            for pieces, last in enumerate(groups[first:], start=1):
                digits += last[0]
                if len(digits) > LONGEST and last is not group:
                    break
                if len(digits) < SHORTEST:
                    continue
                if kind := _kind(digits, pieces):
                    yield Span(run.start() + group.start(), run.start() + last.end(), kind)


def _kind(digits: str, pieces: int) -> str | None:
    """What digits in so many pieces are; one piece goes when a number is anywhere inside it."""
    is_whole = pieces == 1
    body = digits.rstrip("Xx")
    if _is_identity(digits):
        return "identity_number"
    if _MOBILE.fullmatch(body) or _WITH_CODE.fullmatch(body):
        return "mobile"
    is_card = 16 <= len(body) <= 19 and body == digits and pieces <= CARD_PIECES
    if is_card and (is_whole or _passes_luhn(body)):
        return "bank_card"
    if is_whole and len(body) >= 17:
        return "identity_number"
    if is_whole and _MOBILE.search(body):
        return "mobile"
    return None


def _is_identity(digits: str) -> bool:
    if len(digits) not in {15, 18}:
        return False
    return bool(_IDENTITY_SHAPE.fullmatch(digits)) or is_identity_number(
        normalise_identity_number(digits)
    )


def _passes_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


# A name surely follows these; after the others the same word may go on in many ways.
_SURE = r"我叫|名叫|姓名|联系人|投诉人|举报人|申请人|反映人|当事人|身份证姓名|法人代表|法定代表人"
_LIKELY = (
    r"本人|我是|户主|业主|丈夫|妻子|老公|老婆|儿子|女儿|父亲|母亲|"
    r"患者|死者|家长|学生|司机|村民|居民"
)
_TITLE = re.compile(
    r"先生|女士|小姐|同志|老师|医生|护士|律师|师傅|经理|主任|局长|书记|"
    r"镇长|乡长|村长|校长|院长|科长|警官|法官|老板"
)
_TRIGGER = re.compile(rf"(?P<sure>{_SURE})|(?P<likely>{_LIKELY})")
_COPULA = re.compile(r"[ ]{0,2}(?:是|为|叫|名字)?[:：]?[ ]{0,2}")
# Characters that begin or continue a sentence, and are rare in given names.
_NOT_GIVEN = frozenset(
    "的是在于住系现因为向和与及同有要想请被把将也都已从到对就不没我你您他她它们这那上下左右前后"
    "了着过吗呢吧啊个只两几多少每各本该此某什么怎反映投诉举报咨询申请求电话手机身份证号户籍男女岁"
    "区县市省镇乡村街道路社组栋楼房室处局院校厂店公司业主民人员工年月日时点分天次元去今昨又再还"
    "很更最太能会可应需须让给由自己家购买名叫姓其妈爸等们住址联系强烈希望今曾经"
)
_NAME_END = re.compile(
    r"$|[^\u4e00-\u9fff]|[男女住系现身电手今，因于在是的]|联系|反映|投诉|先生|女士"
)


def _names(shadow: str) -> Iterator[Span]:
    for trigger in _TRIGGER.finditer(shadow):
        copula = _COPULA.match(shadow, trigger.end())
        start = copula.end() if copula else trigger.end()
        if length := _name_length(shadow, start, is_sure=trigger["sure"] is not None):
            yield Span(start, start + length, "name")
    for title in _TITLE.finditer(shadow):
        for start in range(max(0, title.start() - 4), title.start() - 1):
            name = shadow[start : title.start()]
            if _is_name(name) and _may_begin(shadow, start) and not _is_word(name):
                yield Span(start, title.start(), "name")
                break


def _name_length(shadow: str, start: int, *, is_sure: bool) -> int:
    """How many characters from ``start`` are a person's name; 0 if none is."""
    for length in (4, 3, 2):
        name = shadow[start : start + length]
        if len(name) < length or not _is_name(name):
            continue
        if is_sure:
            return length
        if _NAME_END.match(shadow, start + length) and not _is_word(name):
            return length
    return 0


def _is_word(name: str) -> bool:
    """Whether the dictionary knows it as something else than a name: 安全, 代表, 权益."""
    import rjieba  # 32 MB of dictionary, for those who need it

    tags = rjieba.tag(name)
    return len(tags) == 1 and not tags[0][1].startswith("nr")


def _may_begin(shadow: str, start: int) -> bool:
    before = shadow[start - 1 : start] if start else ""
    return not "\u4e00" <= before <= "\u9fff" or before in "找给向和与跟被叫是对的由请问让"


def _is_name(name: str) -> bool:
    """Whether it has the form of a name: a surname and one or two characters that fit one."""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        given = name[2:]
    elif name[:1] in SURNAMES:
        given = name[1:]
    else:
        return False
    return 1 <= len(given) <= 2 and all(
        "\u4e00" <= character <= "\u9fff" and character not in _NOT_GIVEN for character in given
    )
