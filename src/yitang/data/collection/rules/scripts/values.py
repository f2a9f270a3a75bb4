"""What one value of a row stands for, as far as it stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from .words import Token

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", "b": "", "Z": ""}
# What may stand around a value (T a text, 9 a number) to say its type, and nothing else: what has
# an operator or two values in it is computed.
_KIND = (
    r"(?:bigint|binary|bit|char|character|date|datetime|datetime2|decimal|double|float|int|integer"
    r"|money|numeric|nvarchar|precision|real|signed|smalldatetime|smallint|time|timestamp|tinyint"
    r"|unsigned|varchar|varying)"
)
_TYPE = rf"{_KIND}(?: {_KIND})*(?: \( 9(?: , 9)? \))?"
_TYPED = [
    re.compile(form.replace("X", "(?P<value>[T9])"))
    for form in (
        r"\( X \)", rf"(?:{_KIND}|b|_gbk|_utf8|_utf8mb4) X", rf"X : : {_TYPE}",
        rf"cast \( X as {_TYPE} \)", rf"convert \( {_TYPE} , X(?: , 9)? \)",
        rf"convert \( X , {_TYPE} \)", r"(?:to_date|to_timestamp|str_to_date) \( X , T \)",
        r"(?:date|time|timestamp) \( X \)",
    )
]  # fmt: skip


class Uncomputed(Enum):
    """In place of a value that only a database would know."""

    VALUE = "uncomputed"


Value = str | None | Uncomputed


def value_of(part: Sequence[Token], *, escapes: bool) -> Value:
    """What one value of a row stands for, or that only a database would know."""
    words = {token.low for token in part if token.sort == "word"}
    marks = {token.text for token in part if token.sort == "mark"}
    if len(part) == 1 and words <= {"null", "true", "false"} and not marks:
        if words:
            return {"null": None, "true": "1", "false": "0"}[words.pop()]
        return _literal(part[0], escapes=escapes)
    shape = " ".join({"text": "T", "number": "9"}.get(token.sort, token.low) for token in part)
    for form in _TYPED:
        if found := form.fullmatch(shape):
            literal = part[shape.count(" ", 0, found.start("value"))]
            return _literal(literal, escapes=escapes)
    return _joined(part, escapes=escapes)


def _literal(token: Token, *, escapes: bool) -> Value:
    if token.sort == "text":
        return text_of(token.text, escapes=escapes)
    return token.text.removeprefix("+") if token.sort == "number" else Uncomputed.VALUE


def _joined(part: Sequence[Token], *, escapes: bool) -> Value:
    """``'a' || chr(10) || 'b'``, as texts of several lines are written."""
    words = "".join(
        "T" if token.sort == "text" else token.low if token.sort != "number" else "9"
        for token in part
    )
    numbers = [token.text for token in part if token.sort == "number"]
    is_joined = re.fullmatch(r"(T|chr\(9\))(\|\|(T|chr\(9\)))+", words)
    if not is_joined or not all(re.fullmatch(r"\d{1,5}", number) for number in numbers):
        return Uncomputed.VALUE
    found = [
        text_of(token.text, escapes=escapes) if token.sort == "text" else chr(int(token.text))
        for token in part
        if token.sort in {"text", "number"}
    ]
    return "".join(found)


def text_of(word: str, *, escapes: bool) -> str:
    """What stands between the quotes."""
    text = word[word.index("'") + 1 : -1].replace("''", "'")
    if (escapes or word[0] in "Ee") and "\\" in text:
        text = _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)
    return text
