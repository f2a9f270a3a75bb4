"""Records in a JSON file: an array of them, an object that holds the array, or one a line; also
behind the first words of a script, in lists within records, and under keys (``json_shapes``).

The file is read record by record, so that its size does not matter, only that of a record.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from yitang.data.collection.errors import FileUnreadable, NothingDelivered
from yitang.data.collection.rules.paging import ROW_KEYS
from yitang.ground.base.text import Message

from .delivery import BrokenRow, Chunk, Delivery, file_digest
from .json_paths import best_path
from .json_shapes import is_closing, keyed_records, script_words, unfolded
from .text_encoding import SAMPLE_BYTES, detect_encoding, encoding_label
from .texts import flattened, is_nested, records_frame

CHUNK_ROWS = 20_000

MOST_COLUMNS = 1_000
_LOOKED_AT = 100
_MOST_RECORD = 16 * 2**20
_BLOCK = 2**20
_BLANK = " \t\r\n\ufeff"
_GAP = re.compile(f"[{_BLANK},]*")

Found = tuple[int, dict[str, object] | str]  # its number, and the record or the broken text


def looks_like_json(sample: bytes) -> bool:
    """Whether a text begins as JSON records do."""
    text = sample[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    text = text[script_words(text.decode("latin-1")) :]
    return text.startswith((b"{", b"[{", b"[]")) or (text[:1] == b"[" and b"{" in text[:200])


def json_delivery(
    path: Path, *, expected: frozenset[str] = frozenset(), name: str = ""
) -> Delivery:
    """Records of a JSON file, records inside them flattened; raises ``FileUnreadable``.

    Lists of records within them are unfolded where the catalogue knows what stands there. In a
    file with one record a line, a line that is none is kept as a broken row.
    """
    name = name or path.name
    with path.open("rb") as file:
        encoding = detect_encoding(file.read(SAMPLE_BYTES), file=name)
    reader = _Reader(path, name, encoding)
    reader.unfold(expected)
    columns: dict[str, None] = {}
    for _, record in reader.records():
        if not isinstance(record, str):
            columns.update(dict.fromkeys(record))
        if len(columns) > MOST_COLUMNS:
            problem = Message(
                "collection.why",
                "its records have more than {most} different fields",
                {"most": MOST_COLUMNS},
            )
            raise FileUnreadable(file=name, problem=problem)
    if not columns:
        raise NothingDelivered(file=name)
    names = tuple(columns)
    understood = {"layout": reader.layout, "encoding": encoding_label(encoding)}
    if reader.path:
        understood["records_in"] = " › ".join(reader.path)
    return Delivery(
        name, "json", file_digest(path), names, lambda: _chunks(reader, names), understood
    )


class _Reader:
    """How one file is read; reading it again gives the same records."""

    def __init__(self, path: Path, name: str, encoding: str) -> None:
        self._path, self._name, self._encoding = path, name, encoding
        self._decoder = json.JSONDecoder(parse_constant=self._refuse_constant)
        head = next(_texts(path, encoding)).lstrip(_BLANK)
        self._words = script_words(head)
        self.by_line = head.startswith("{") and self._is_record(head.partition("\n")[0])
        self._keyed = self._records_by_key()
        self.path: tuple[str, ...] = ()

    @property
    def layout(self) -> str:
        if self._keyed is not None:
            return "by key"
        return "record a line" if self.by_line else "array"

    def unfold(self, expected: frozenset[str]) -> None:
        """Look for the records that the catalogue knows, in lists within the first ones too."""
        if self._keyed is None and expected:
            first = [one for _, one in islice(self._whole(), _LOOKED_AT) if isinstance(one, dict)]
            self.path = best_path(first, expected)

    def records(self) -> Iterator[Found]:
        if self._keyed is not None:
            yield from enumerate(self._keyed, 1)
            return
        number = 0
        for at, found in self._whole():
            if isinstance(found, str):
                yield at, found
            elif not self.path:
                yield at, flattened(found)
            else:
                for record in unfolded(found, self.path):
                    number += 1
                    yield number, record

    def _whole(self) -> Iterator[Found]:
        return self._lines() if self.by_line else self._array()

    def _records_by_key(self) -> list[dict[str, object]] | None:
        """The records of an object without a list of them, which is read whole."""
        if self.by_line:
            return None
        text = "".join(islice(self._blocks(), 2)).lstrip(_BLANK)
        if self._after_bracket(text) is not None:
            return None
        text = "".join(islice(self._blocks(), _MOST_RECORD // _BLOCK)).lstrip(_BLANK)
        try:
            value, end = self._decoder.raw_decode(text)
        except (ValueError, RecursionError):
            return None
        if not is_closing(text[end:]):
            return None
        found = list(keyed_records(value)) if isinstance(value, dict) else []
        return found or None

    def _is_record(self, line: str) -> bool:
        """One object on the first line: a record, unless it is the wrapping of an array."""
        try:
            value = self._decoder.decode(line)
        except (ValueError, RecursionError):
            return False
        if not isinstance(value, dict) or _rows_inside(value):
            return False
        return not all(map(is_nested, value.values()))

    def _lines(self) -> Iterator[Found]:
        number = 0
        for line in self._text_lines():
            number += 1
            if not line.strip(_BLANK):
                continue
            try:
                value = self._decoder.decode(line.strip(_BLANK))
            except (ValueError, RecursionError):
                value = None
            yield number, value if isinstance(value, dict) else line.strip()

    def _text_lines(self) -> Iterator[str]:
        rest = ""
        for text in self._blocks():
            *lines, rest = (rest + text).split("\n")
            yield from lines
            self._check_length(rest)
        yield rest

    def _array(self) -> Iterator[Found]:
        blocks = self._blocks()
        text = self._opened("".join(next(blocks, "") for _ in range(2)).lstrip(_BLANK))
        number = place = 0
        while True:
            place = _between(text, place)
            if text.startswith("]", place):
                text = text[place + 1 :].lstrip(_BLANK) or next(blocks, "")
                place = _between(text, 0)
                if not text.startswith("[", place):
                    if self._words and not is_closing(text[place:]):
                        raise self._more_than_a_list()
                    break
                place += 1  # another array, glued to the first
                continue
            try:
                value, place = self._decoder.raw_decode(text, place)
            except (ValueError, RecursionError):
                more = next(blocks, "")
                if not more:
                    raise self._broken(number + 1) from None
                text, place = text[place:], 0
                self._check_length(text)
                text += more
                continue
            number += 1
            if not isinstance(value, dict):
                raise FileUnreadable(
                    file=self._name,
                    problem=Message(
                        "collection.why",
                        "entry {number} of its array is no record",
                        {"number": number},
                    ),
                )
            yield number, value
            if len(text) - place < _BLOCK // 4:
                text, place = text[place:] + next(blocks, ""), 0

    def _opened(self, text: str) -> str:
        """What follows the bracket of the array of records."""
        opened = self._after_bracket(text)
        if opened is None:
            raise FileUnreadable(
                file=self._name, problem=Message("collection.why", "it holds no list of records")
            )
        return opened

    def _after_bracket(self, text: str) -> str | None:
        """The array may be at the top or one level below."""
        if text.startswith("["):
            return text[1:]
        for key in ROW_KEYS:
            found = text.find(f'"{key}"')
            after = text[found + len(key) + 2 :].lstrip(_BLANK) if found >= 0 else ""
            if after.startswith(":") and after[1:].lstrip(_BLANK).startswith("["):
                return after[1:].lstrip(_BLANK)[1:]
        return None

    def _blocks(self) -> Iterator[str]:
        texts = _texts(self._path, self._encoding)
        if self._words:
            yield next(texts).lstrip(_BLANK)[self._words :]
        yield from texts

    def _check_length(self, text: str) -> None:
        if len(text) > _MOST_RECORD:
            size = _MOST_RECORD // 2**20
            problem = Message(
                "collection.why",
                "one of its records is longer than {size} million characters",
                {"size": size},
            )
            raise FileUnreadable(file=self._name, problem=problem)

    def _more_than_a_list(self) -> FileUnreadable:
        problem = Message(
            "collection.why", "more stands behind its first list; give each list a file of its own"
        )
        return FileUnreadable(file=self._name, problem=problem)

    def _broken(self, number: int) -> FileUnreadable:
        return FileUnreadable(
            file=self._name,
            problem=Message(
                "collection.why",
                "record {number} is no JSON, or the end is missing",
                {"number": number},
            ),
        )

    def _refuse_constant(self, word: str) -> object:
        raise ValueError(word)


def _between(text: str, place: int) -> int:
    """Where the next record begins, after blanks and commas."""
    found = _GAP.match(text, place)
    return found.end() if found else place


def _rows_inside(value: dict[str, object]) -> bool:
    return any(isinstance(value.get(key), list) for key in ROW_KEYS)


def _texts(path: Path, encoding: str) -> Iterator[str]:
    """The text of a file in blocks, whatever its lines are."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _chunks(reader: _Reader, columns: tuple[str, ...]) -> Iterator[Chunk]:
    part, broken = list[tuple[int, dict[str, object]]](), list[BrokenRow]()
    for number, record in reader.records():
        if isinstance(record, str):
            broken.append(BrokenRow(number, 0, len(columns), record))
        else:
            part.append((number, record))
        if len(part) + len(broken) == CHUNK_ROWS:
            yield _chunk(part, broken, columns)
            part, broken = [], []
    if part or broken:
        yield _chunk(part, broken, columns)


def _chunk(
    part: list[tuple[int, dict[str, object]]], broken: list[BrokenRow], columns: tuple[str, ...]
) -> Chunk:
    frame, marks = records_frame([record for _, record in part], columns)
    numbers = np.array([number for number, _ in part], dtype=np.int64)
    return Chunk(frame, numbers, tuple(broken), tuple(marks), may_be_unreadable=True)
