"""The words of a script of SQL, one after the other, and the lines of rows among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yitang.data.collection.errors import FileUnreadable
from yitang.ground.base.text import Message

MOST_PARTS = 2_000  # words in one row, columns of one table
_MOST_TEXT = 4 * 2**20  # characters of one word or line; also of what is waited for
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


@dataclass(frozen=True, slots=True)
class Token:
    sort: str
    text: str
    begins_line: bool = False

    @property
    def low(self) -> str:
        return self.text.lower()


class Words:
    """A script in blocks of text, read once from its beginning to its end."""

    def __init__(self, blocks: Iterable[str], *, file: str, escapes: bool) -> None:
        self._blocks, self._file, self._escapes = iter(blocks), file, escapes
        self._text, self._place, self._is_last = "", 0, False
        self._next: Token | None = None

    def take(self) -> Token | None:
        token, self._next = self.peek(), None
        return token

    def peek(self) -> Token | None:
        if self._next is None:
            self._next = self._word()
        return self._next

    def skip(self, words: set[str]) -> None:
        while (token := self.peek()) is not None and token.sort == "word" and token.low in words:
            self.take()

    def is_mark(self, mark: str) -> bool:
        token = self.peek()
        return token is not None and token.sort == "mark" and token.text == mark

    def is_word(self, word: str) -> bool:
        token = self.peek()
        return token is not None and token.sort == "word" and token.low == word

    def name(self) -> str:
        """The last part of a table's name, without its owner: ``[dbo].[Codes]``, ``DB.CODES``."""
        name = ""
        while (token := self.peek()) is not None and token.sort in {"word", "name"}:
            name += self.named(token)
            self.take()
            after = self.peek()
            is_dotted = after is not None and after.sort == "word" and after.text.startswith(".")
            if not (is_dotted or name.endswith(".")):
                break
        return name.rpartition(".")[2]

    def named(self, token: Token) -> str:
        """The name that a word is."""
        if len(token.text) > _MOST_NAME:
            raise self.cut()
        return token.text if token.sort == "word" else token.text[1:-1].replace('""', '"')

    def lines(self) -> Iterator[str]:
        """Lines as they stand, after the one with the word taken last."""
        is_first = True
        while True:
            end = self._text.find("\n", self._place)
            if end < 0 and not self._is_last:
                self._read_on()
                continue
            line = self._text[self._place : end if end >= 0 else None]
            self._place = end + 1 if end >= 0 else len(self._text)
            if not is_first:
                yield line.removesuffix("\r")
            if end < 0:
                return
            is_first = False

    def check(self, parts: int) -> None:
        """A row or a table of so many parts is none."""
        if parts > MOST_PARTS:
            raise self.cut()

    def cut(self) -> FileUnreadable:
        return self.odd(
            Message("collection.why", "it is an SQL script whose end or whose quotes are missing")
        )

    def odd(self, problem: Message) -> FileUnreadable:
        return FileUnreadable(file=self._file, problem=problem)

    def _word(self) -> Token | None:
        """The next word; one that ends with a block may go on in the next."""
        pattern = _SORTS[self._escapes]
        while True:
            found = pattern.match(self._text, self._place)
            end = found.end() if found else self._place
            if end == len(self._text) and not self._is_last:
                self._read_on()
                continue
            if found is None or found.lastgroup is None:
                return None
            word = found[found.lastgroup]
            if found.lastgroup == "text" and not _is_closed(word, escapes=self._escapes):
                raise self.cut()
            begins_line = "\n" in self._text[self._place : end - len(word)]
            self._place = end
            return Token(found.lastgroup, word, begins_line)

    def _read_on(self) -> None:
        more = next(self._blocks, None)
        if len(self._text) - self._place > _MOST_TEXT:
            raise self.cut()
        self._text, self._place = self._text[self._place :] + (more or ""), 0
        self._is_last = more is None


def _is_closed(word: str, *, escapes: bool) -> bool:
    pattern = _ESCAPED if escapes or word[0] in "Ee" else _PLAIN
    return re.fullmatch(f"[NnEe]?{pattern[:-1]}", word, re.DOTALL) is not None
