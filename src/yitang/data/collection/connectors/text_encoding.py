"""Which encoding a text file has, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from yitang.data.collection.errors import EncodingUnknown

SAMPLE_BYTES = 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A file may have a few damaged characters; more than this share, and the guess was wrong.
_TOLERATED = 0.02
# Ordinary Chinese stays within the 6,763 characters of GB 2312; other encodings read as
# GB18030 fall mostly outside of it.
_MOSTLY_RARE = 0.3


def detect_encoding(sample: bytes, *, file: str) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16`` or ``gb18030``; raises ``EncodingUnknown``.

    GB18030 (GB 18030-2022) contains GBK and GB 2312. It gives some meaning to almost any bytes,
    so characters of its private areas and of rare planes count as damage too.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if b"\0" in sample:
        raise EncodingUnknown(file=file)
    damage = {name: _damage(sample, name) for name in ("utf-8", "gb18030")}
    best = min(damage, key=lambda name: damage[name])
    if damage[best] > _TOLERATED:
        raise EncodingUnknown(file=file)
    return best


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
    """The bytes of a text file in any encoding as UTF-8; unreadable ones become U+FFFD."""

    def __init__(self, path: Path, encoding: str, reading: Reading, *, block: int = 2**20) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._reading = reading
        self._block = block
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size >= 0 else 2**62
        parts, have = [self._rest], len(self._rest)
        while have < wanted:
            raw = self._file.read(self._block)
            text = self._decoder.decode(raw, final=not raw)
            if "\ufffd" in text:
                self._reading.replaced = True
            data = text.replace("\0", "\ufffd").encode() if text else b""
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
