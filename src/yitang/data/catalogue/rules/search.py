"""The inverted index of the search: tokens of a text, members of a block, ranks and facets.

A token is a short piece of text: one or two Chinese characters, or two or three letters of a
word, of its pinyin or of its initials. An entry holds a word when it holds all its pieces.
Entries stand in blocks of 4096 by their number; for each token a block keeps which of its
entries hold it, and for each entry the columns that facets count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yitang.ground.language.rules import pinyin, segment

BLOCK = 4096
BITMAP = BLOCK // 8
NAME, ANY = "n", "a"  # a token of the name, a token of anything
Mask = NDArray[np.bool_]
WORD = re.compile(r"[0-9a-z]+")
CHINESE = re.compile(r"[^\x00-\x7f]+")

COLUMNS = np.dtype(
    [
        ("organisation", "<u4"), ("gathered", "<u4"), ("theme", "<u2"), ("present", "u1"),
        ("state", "u1"), ("open", "u1"), ("sharing", "u1"), ("cycle", "u1"), ("quality", "u1"),
        ("subject", "u1"),
    ]
)  # fmt: skip
NOT_MEASURED = 255


def folded(text: str) -> str:
    """The form in which texts are compared: half-width, lower case, one space."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def words_of(text: str) -> list[str]:
    """The words that a search must find: Chinese segmented, the rest as typed."""
    found: list[str] = []
    for part in folded(text).split():
        for run in CHINESE.findall(part):
            found.extend(word for word in segment(run) if word.strip())
        found.extend(WORD.findall(part))
    return found


def pieces_of_word(word: str) -> list[str]:
    """What an entry must hold to hold ``word``."""
    if not word.isascii():
        return _grams(word, 2)
    return _grams(word, 3)


@lru_cache(maxsize=65_536)
def pieces_of_text(text: str, *, with_pinyin: bool = True) -> frozenset[str]:
    """Every piece of ``text``, and of how it is read."""
    found: set[str] = set()
    plain = folded(text)
    for run in CHINESE.findall(plain):
        found.update(run)
        found.update(_grams(run, 2))
    for word in WORD.findall(plain):
        found.update(_letters(word))
    if with_pinyin and not plain.isascii():
        syllables = WORD.findall(pinyin(plain))
        found.update(_grams("".join(syllables), 3))
        found.update(_letters("".join(syllable[0] for syllable in syllables)))
    return frozenset(found)


def _letters(word: str) -> Iterable[str]:
    return [word[0], *_grams(word, 2), *_grams(word, 3)]


def _grams(text: str, size: int) -> list[str]:
    if len(text) <= size:
        return [text] if text else []
    return [text[start : start + size] for start in range(len(text) - size + 1)]


@dataclass(frozen=True, slots=True)
class SearchTexts:
    """What of an entry is searched: its name first, names read in pinyin, texts as they are."""

    name: str
    names: tuple[str, ...]
    texts: tuple[str, ...]


def tokens_of(texts: SearchTexts) -> set[str]:
    """Every token an entry is indexed with."""
    named = pieces_of_text(texts.name)
    found = {NAME + piece for piece in named} | {ANY + piece for piece in named}
    for text in texts.names:
        found.update(ANY + piece for piece in pieces_of_text(text))
    for text in texts.texts:
        found.update(ANY + piece for piece in pieces_of_text(text, with_pinyin=False))
    return found


def packed(mask: Mask) -> bytes:
    """The members of a block: their numbers while they are few, else a bitmap."""
    numbers = np.flatnonzero(mask)
    if 2 * len(numbers) < BITMAP:
        return numbers.astype("<u2").tobytes()
    return np.packbits(mask).tobytes()


def unpacked(members: bytes) -> Mask:
    """The reverse of ``packed``, one truth for each place of the block."""
    if len(members) == BITMAP:
        return np.unpackbits(np.frombuffer(members, np.uint8)).astype(np.bool_)
    mask = np.zeros(BLOCK, np.bool_)
    mask[np.frombuffer(members, "<u2")] = True
    return mask


def matching(words: Sequence[str], held: Mapping[str, Mask], kind: str, length: int) -> Mask:
    """Which entries hold every word, by the masks of the tokens ``held``."""
    found = np.ones(length, np.bool_)
    none = np.zeros(length, np.bool_)
    for word in words:
        for piece in pieces_of_word(word):
            found &= held.get(kind + piece, none)
    return found


def quality_band(percent: NDArray[Any]) -> NDArray[np.uint8]:
    """3: 99 per cent and more, 2: 95 and more, 1: less, 0: never measured."""
    bands = np.where(percent >= 99, 3, np.where(percent >= 95, 2, 1))
    return np.where(percent == NOT_MEASURED, 0, bands).astype(np.uint8)


def freshness_codes(
    cycle: NDArray[Any], gathered: NDArray[Any], days: Sequence[int], minute: int
) -> NDArray[np.uint8]:
    """0: never gathered, 1: fresh, 2: late, 3: without a cycle; ``days`` by cycle, 0 for none."""
    limit = np.array(days, np.int64)[cycle] * 1440
    late = minute - gathered.astype(np.int64) > limit
    codes = np.where(limit == 0, 3, np.where(late, 2, 1))
    return np.where(gathered == 0, 0, codes).astype(np.uint8)


def counts_of(values: NDArray[Any], mask: Mask) -> list[tuple[int, int]]:
    """How often each value occurs among the chosen, the most frequent first."""
    found, counts = np.unique(values[mask], return_counts=True)
    pairs = zip(found.tolist(), counts.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
