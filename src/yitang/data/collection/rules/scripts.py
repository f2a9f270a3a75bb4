"""What a script of SQL inserts, read word by word and never run."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from yitang.data.collection.errors import FileUnreadable
from yitang.ground.base.text import Message

_MOST_TEXT = 4 * 2**20  # characters of one word; also of what is waited for
_MOST_PARTS = 2_000  # words in one row, columns of one table
_MOST_COLUMNS = 50_000  # of all tables together; what they are called is kept to the end
_MOST_NAME = 256  # characters
# Words of a script, blanks and remarks before them. A text without its end is a word as well: it
# may go on in the next block.
_PLAIN = r"'(?:[^']|'')*+'?"
_ESCAPED = r"'(?:[^'\\]|''|\\.)*+'?"
_WORD = r"""
    (?:\s | --[^\n]* {remark} | /\*(?:[^*]|\*(?!/))*+(?:\*/)? )*+
    (?: (?P<text>[Ee]{escaped} | [Nn]?{text})
      | (?P<name>"(?:[^"]|"")*+"? | `[^`]*+`? | \[[^\]\n]*+\]?)
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w$]))
      | (?P<word>[\w$\#@.]+)
      | (?P<mark>\|\| | . )
    )?
"""
_SORTS = {
    escapes: re.compile(
        _WORD.format(text=text, escaped=_ESCAPED, remark=remark), re.VERBOSE | re.DOTALL
    )
    for escapes, text, remark in ((False, _PLAIN, ""), (True, _ESCAPED, r"| \#[^\n]*"))
}
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
_NO_COLUMN = frozenset(
    {"primary", "key", "unique", "index", "constraint", "foreign", "check", "fulltext", "period",
     "exclude", "like"}
)  # fmt: skip


class Uncomputed(Enum):
    """In place of a value that only a database would know."""

    VALUE = "uncomputed"


Value = str | None | Uncomputed


@dataclass(frozen=True, slots=True)
class Tuple:
    """One row as the script writes it."""

    table: str
    columns: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str
    text: str
    begins_line: bool = False

    @property
    def low(self) -> str:
        return self.text.lower()


class Script:
    """A script in blocks of text; ``rows`` gives what it inserts, table by table as it comes."""

    def __init__(self, blocks: Iterable[str], *, file: str, escapes: bool) -> None:
        self._blocks, self._file, self._escapes = iter(blocks), file, escapes
        self._tokens = self._read()
        self._next: _Token | None = None
        self._created: dict[str, tuple[str, ...]] = {}
        self._inserted: defaultdict[str, int] = defaultdict(int)
        self._names: dict[str, str] = {}
        self._known: defaultdict[str, set[str]] = defaultdict(set)
        self._columns = 0

    def rows(self) -> Iterator[Tuple]:
        """Raises ``FileUnreadable`` for a script that ends amid a row, or whose table would be
        another than the rows it inserts."""
        begins = True  # whether a statement may begin here
        while (token := self._take()) is not None:
            begins = begins or token.begins_line
            word = token.low if token.sort == "word" and begins else ""
            if word in {"insert", "replace"}:
                yield from self._insert()
            elif word == "create":
                self._create()
            elif word in {"update", "delete", "merge", "truncate", "alter", "drop"}:
                self._changed(word)
            begins = word in {"go", "insert", "replace", "begin"} or token.text in {";", "/"}

    # Statements

    def _insert(self) -> Iterator[Tuple]:
        self._skip({"ignore", "low_priority", "delayed", "into", "all"})
        table = self._name()
        columns = self._column_list() if self._is_mark("(") else self._created.get(table.lower())
        if columns is not None:
            self._know(table, columns)
        self._skip({"overriding", "system", "user"})
        word = self._take()
        if word is None or word.low not in {"values", "value"}:
            raise self._odd(
                Message(
                    "collection.why",
                    "it is an SQL script that fills {table} by a query; hand in the table it makes",
                    {"table": table},
                )
            )
        while True:
            values = self._values()
            if columns is None:
                raise self._odd(
                    Message(
                        "collection.why",
                        "it is an SQL script that names no columns of {table};"
                        " hand in the table it makes",
                        {"table": table},
                    )
                )
            self._inserted[table.lower()] += 1
            yield Tuple(self._names.setdefault(table.lower(), table), columns, values)
            if not self._is_mark(","):
                break
            self._take()
        self._check_not_mended(table)

    def _check_not_mended(self, table: str) -> None:
        """``ON DUPLICATE KEY UPDATE``, ``ON CONFLICT … DO UPDATE``: rows change each other."""
        token = self._peek()
        if token is None or token.sort != "word" or token.low != "on":
            return
        while token is not None and token.text != ";":
            if token.low == "update":
                raise self._another(table)
            self._take()
            token = self._peek()

    def _create(self) -> None:
        self._skip({"global", "temporary", "unlogged"})
        word = self._take()
        if word is None or word.low != "table":
            return
        self._skip({"if", "not", "exists"})
        table = self._name()
        if self._is_mark("("):
            self._created[table.lower()] = tuple(self._described())
            self._know(table, self._created[table.lower()])

    def _know(self, table: str, columns: Iterable[str]) -> None:
        """Each column counts once, and a table without any as one."""
        is_new = table.lower() not in self._known
        known = self._known[table.lower()]
        self._columns += len(set(columns) - known) or is_new
        known.update(columns)
        if self._columns > _MOST_COLUMNS:
            raise self._odd(
                Message(
                    "collection.why",
                    "it is an SQL script whose tables have more than {most} columns in all;"
                    " hand in the tables one by one",
                    {"most": _MOST_COLUMNS},
                )
            )

    def _changed(self, verb: str) -> None:
        """Rows changed or taken away after they were written: the table is another."""
        self._skip({"from", "table", "into", "only", "ignore", "if", "exists"})
        token = self._peek()
        if verb == "alter" or token is None or token.sort not in {"word", "name"}:
            return
        table = self._name()
        if self._inserted[table.lower()]:
            raise self._another(table)

    # Their parts

    def _name(self) -> str:
        """The last part of a table's name, without its owner: ``[dbo].[Codes]``, ``DB.CODES``."""
        name = ""
        while (token := self._peek()) is not None and token.sort in {"word", "name"}:
            name += self._named(token)
            self._take()
            after = self._peek()
            is_dotted = after is not None and after.sort == "word" and after.text.startswith(".")
            if not (is_dotted or name.endswith(".")):
                break
        return name.rpartition(".")[2]

    def _column_list(self) -> tuple[str, ...]:
        names: list[str] = []
        self._take()
        while (token := self._take()) is not None and token.text != ")":
            if token.sort in {"word", "name"}:
                names.append(self._named(token))
            self._check(len(names))
        return tuple(names)

    def _described(self) -> list[str]:
        """The columns of ``CREATE TABLE (…)``: the first word of each part."""
        names, depth, first = list[str](), 0, True
        while (token := self._take()) is not None:
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                break
            if depth == 1 and first and token.sort in {"word", "name"}:
                if token.sort == "name" or token.low not in _NO_COLUMN:
                    names.append(self._named(token))
                first = False
            first = first or (depth == 1 and token.text in {"(", ","})
            self._check(len(names))
        return names

    def _values(self) -> tuple[Value, ...]:
        opening = self._take()
        if opening is None or opening.text != "(":
            raise self._cut()
        values, part, depth = list[Value](), list[_Token](), 1
        while (token := self._take()) is not None:
            if token.sort == "mark":
                depth += (token.text == "(") - (token.text == ")")
                if not depth or (depth == 1 and token.text == ","):
                    self._check_quotes(part)
                    values.append(value_of(part, escapes=self._escapes))
                    part = []
                    if not depth:
                        return tuple(values)
                    continue
            part.append(token)
            self._check(len(values) + len(part))
        raise self._cut()

    def _check_quotes(self, part: Sequence[_Token]) -> None:
        """A backslash may end a text or hide its end, and this script does not say which."""
        ends = [token.sort == "text" and token.text.endswith("\\'") for token in part[:-1]]
        if not self._escapes and any(ends):
            raise self._odd(
                Message(
                    "collection.why",
                    "it is an SQL script with a backslash before a quote that does not say for"
                    " which database it is; hand in the table it makes",
                )
            )

    # Words

    def _take(self) -> _Token | None:
        token, self._next = self._peek(), None
        return token

    def _peek(self) -> _Token | None:
        if self._next is None:
            self._next = next(self._tokens, None)
        return self._next

    def _skip(self, words: set[str]) -> None:
        while (token := self._peek()) is not None and token.sort == "word" and token.low in words:
            self._take()

    def _is_mark(self, mark: str) -> bool:
        token = self._peek()
        return token is not None and token.sort == "mark" and token.text == mark

    def _read(self) -> Iterator[_Token]:
        """Words of the script; one that ends with a block may go on in the next."""
        pattern, text, place, is_last = _SORTS[self._escapes], "", 0, False
        while True:
            found = pattern.match(text, place)
            end = found.end() if found else place
            if end == len(text) and not is_last:
                more = next(self._blocks, None)
                if len(text) - place > _MOST_TEXT:
                    raise self._cut()
                text, place, is_last = text[place:] + (more or ""), 0, more is None
                continue
            if found is None or found.lastgroup is None:
                return
            word = found[found.lastgroup]
            if found.lastgroup == "text" and not _is_closed(word, escapes=self._escapes):
                raise self._cut()
            begins_line = "\n" in text[place : end - len(word)]
            place = end
            yield _Token(found.lastgroup, word, begins_line)

    def _named(self, token: _Token) -> str:
        if len(token.text) > _MOST_NAME:
            raise self._cut()
        return _unquoted(token)

    def _check(self, parts: int) -> None:
        if parts > _MOST_PARTS:
            raise self._cut()

    def _cut(self) -> FileUnreadable:
        return self._odd(
            Message("collection.why", "it is an SQL script whose end or whose quotes are missing")
        )

    def _another(self, table: str) -> FileUnreadable:
        return self._odd(
            Message(
                "collection.why",
                "it is an SQL script that changes rows of {table} after it wrote them;"
                " hand in the table it makes",
                {"table": table},
            )
        )

    def _odd(self, problem: Message) -> FileUnreadable:
        return FileUnreadable(file=self._file, problem=problem)


def value_of(part: Sequence[_Token], *, escapes: bool) -> Value:
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


def _literal(token: _Token, *, escapes: bool) -> Value:
    if token.sort == "text":
        return text_of(token.text, escapes=escapes)
    return token.text.removeprefix("+") if token.sort == "number" else Uncomputed.VALUE


def _joined(part: Sequence[_Token], *, escapes: bool) -> Value:
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


def _is_closed(word: str, *, escapes: bool) -> bool:
    pattern = _ESCAPED if escapes or word[0] in "Ee" else _PLAIN
    return re.fullmatch(f"[NnEe]?{pattern[:-1]}", word, re.DOTALL) is not None


def _unquoted(token: _Token) -> str:
    return token.text if token.sort == "word" else token.text[1:-1].replace('""', '"')
