"""Which encoding a text file has, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from yitang.data.collection.errors import EncodingUnknown, FileUnreadable, LineTooLong
from yitang.ground.base.text import Message

SAMPLE_BYTES = 2**20
LINE_BYTES = 4 * 2**20
_REPLACEMENT = "\ufffd".encode()
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    *((mark, "utf-16") for mark in UTF_16_MARKS),
)
# A file may have a few damaged characters; more than this share, and the guess was wrong.
_TOLERATED = 0.02
# Ordinary Chinese stays within the 6,763 characters of GB 2312; other encodings read as
# GB18030 fall mostly outside of it.
_MOSTLY_RARE = 0.3
# UTF-16 without its mark has a zero byte in each ASCII character; damage has a few.
_UTF_16 = 0.1


def detect_encoding(sample: bytes, *, file: str) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16`` or ``gb18030``; or raises ``EncodingUnknown``
    or, for a few zero bytes, ``FileUnreadable``.

    GB18030 (GB 18030-2022) contains GBK and GB 2312. It gives some meaning to almost any bytes,
    so characters of its private areas and of rare planes count as damage too.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    zeros = sample.count(0)
    if zeros > _UTF_16 * len(sample):
        raise EncodingUnknown(file=file)
    if zeros:
        problem = Message("collection.why", "it holds zero bytes, which no text does")
        raise FileUnreadable(file=file, problem=problem)
    damage = {name: _damage(sample, name) for name in ("utf-8", "gb18030")}
    best = min(damage, key=lambda name: damage[name])
    if damage[best] > _TOLERATED:
        raise EncodingUnknown(file=file)
    return best


def encoding_label(name: str) -> str:
    """An encoding as a receipt names it."""
    return {"gb18030": "GBK / GB18030", "utf-8-sig": "UTF-8"}.get(name, name.upper())


def _damage(sample: bytes, name: str) -> float:
    """The share of characters beyond ASCII that this encoding makes no sense of."""
    text = codecs.getincrementaldecoder(name)("replace").decode(sample)
    foreign = [character for character in text if character > "\x7f"]
    if not foreign:
        return 0.0
    if name == "gb18030" and sum(map(_is_rare, foreign)) > _MOSTLY_RARE * len(foreign):
        return 1.0
    odd = sum(character == "\ufffd" or _is_odd(character) for character in foreign)
    return odd / len(foreign) if odd > 1 else odd / max(len(foreign), 1000)


@cache
def _is_rare(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _is_odd(character: str) -> bool:
    point = ord(character)
    return 0xE000 <= point <= 0xF8FF or 0x80 <= point <= 0x9F or 0x250 <= point <= 0x1FFF


@dataclass(slots=True)
class Reading:
    """What the reader of a file met on the way."""

    replaced: bool = field(default=False)


class Utf8Stream(io.RawIOBase):
    """The bytes of a text file in any encoding as UTF-8; unreadable ones become U+FFFD.

    Blocks of good UTF-8 are passed on as they are. A line of ``LINE_BYTES`` or more raises
    ``LineTooLong``, so that whoever reads line by line needs no more memory than that.
    """

    def __init__(
        self, path: Path, encoding: str, reading: Reading, *, name: str = "", block: int = 2**20
    ) -> None:
        super().__init__()
        self._lines = _Lines(name or path.name, lambda: Utf8Stream(path, encoding, Reading()))
        self._file = path.open("rb")
        is_utf8 = encoding in {"utf-8", "utf-8-sig"}
        if encoding == "utf-8-sig":
            self._file.seek(len(codecs.BOM_UTF8))
        self._decoder = None if is_utf8 else codecs.getincrementaldecoder(encoding)("replace")
        self._reading = reading
        self._block = block
        self._partial = b""  # the first bytes of a character that the next block completes
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size >= 0 else 2**62
        parts, have = [self._rest], len(self._rest)
        while have < wanted:
            raw = self._file.read(self._block)
            data = self._decoded(raw) if self._decoder else self._passed_on(raw)
            self._lines.check(data)
            parts.append(data)
            have += len(data)
            if not raw:
                break
        whole = b"".join(parts)
        self._rest = whole[wanted:]
        return whole[:wanted]

    def close(self) -> None:
        self._file.close()
        super().close()

    def _decoded(self, raw: bytes) -> bytes:
        if self._decoder is None:
            raise TypeError("UTF-8 is passed on")
        return self._repaired(self._decoder.decode(raw, final=not raw))

    def _passed_on(self, raw: bytes) -> bytes:
        block = self._partial + raw
        cut = _whole_characters(block) if raw else len(block)
        block, self._partial = block[:cut], block[cut:]
        if b"\0" in block or not _is_utf8(block):
            return self._repaired(block.decode("utf-8", "replace"))
        if b"\xef" in block and _REPLACEMENT in block:
            self._reading.replaced = True
        return block

    def _repaired(self, text: str) -> bytes:
        text = text.replace("\0", "\ufffd")
        if "\ufffd" in text:
            self._reading.replaced = True
        return text.encode()


def digest_of_lines(path: Path, *, name: str) -> str:
    """SHA-256 of a file of lines; raises ``LineTooLong`` and reads no more where one has no end."""
    digest, lines = hashlib.sha256(), _Lines(name, lambda: path.open("rb"))
    with path.open("rb") as file:
        while block := file.read(SAMPLE_BYTES):
            digest.update(block)
            lines.check(block)
    return digest.hexdigest()


@dataclass(slots=True)
class _Lines:
    """The lines of bytes that pass by; ``again`` gives the same bytes from their beginning."""

    name: str
    again: Callable[[], io.BufferedReader | Utf8Stream]
    since: int = 0  # bytes since the last line end
    passed: int = 0

    def check(self, data: bytes) -> None:
        """Raises ``LineTooLong`` where a line has no end within ``LINE_BYTES``."""
        first = data.find(b"\n")
        if self.since + (first if first >= 0 else len(data)) >= LINE_BYTES:
            raise LineTooLong(file=self.name, line=self._ended() + 1, limit=LINE_BYTES // 2**20)
        self.since = len(data) - data.rfind(b"\n") - 1 if first >= 0 else self.since + len(data)
        self.passed += len(data)

    def _ended(self) -> int:
        """The line ends so far; counted only when somebody has to be told."""
        ends, left = 0, self.passed
        with self.again() as file:
            while left and (data := file.read(min(left, SAMPLE_BYTES))):
                ends += data.count(b"\n")
                left -= len(data)
        return ends


def _whole_characters(block: bytes) -> int:
    """How many bytes of ``block`` there are up to the last character that is complete."""
    for back in range(1, min(3, len(block)) + 1):
        byte = block[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) - back if width > back else len(block)
    return len(block)


def _is_utf8(block: bytes) -> bool:
    """Whether all is good UTF-8; Arrow looks through it many times faster than Python."""
    ends = pa.py_buffer(np.array([0, len(block)], dtype=np.int64))
    text = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(block)])
    try:
        text.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True
