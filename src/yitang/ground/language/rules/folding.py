"""Columns of names in one form, and how they sound: a character is looked up once, not each time.

Traditional characters and variants become the simplified ones of everyday use, full width
becomes half, dots, blanks and brackets go: 阿卜杜·热合曼 and 阿卜杜热合曼 are one name.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

from .pinyin import pinyin
from .surnames import SURNAME_READINGS

Codes = np.ndarray[tuple[int], np.dtype[np.uint32]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]

_BREAK = ord("\n")
_PLANE = 0x10000  # characters beyond it are rare and stay as they are
# What is left out of a name when it is compared.
_DROPPED = (
    " \t\r\f\v\u3000\u200b\u00b7\u2022\u2027\u30fb\uff65.．。,，'’`-‐–—_/()（）[]【】《》<>“”\""
)
# Characters that registers write for each other and no conversion table settles.
_VARIANTS = {
    "堃": "坤", "喆": "哲", "甯": "宁", "昇": "升", "陞": "升", "淼": "淼", "峯": "峰", "鉅": "巨",
    "彣": "文", "栢": "柏", "劵": "券", "珎": "珍", "菓": "果", "傑": "杰", "瑨": "晋", "濬": "浚",
    "邨": "村", "闫": "阎", "肖": "萧", "付": "傅", "戴": "戴", "冼": "冼", "莊": "庄", "髙": "高",
    "槑": "梅", "祕": "秘", "寗": "宁", "寧": "宁", "囬": "回", "囘": "回", "燿": "耀", "炤": "照",
}  # fmt: skip
_SOUND_GROUPS = ("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R")
_SILENT = frozenset("AEIOUYHW")
# Numbers of sounds: consonants from 500, first letters from 600, syllables far above.
_FIRST_LETTER, _SYLLABLES = 600, 1000
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def folded(texts: pl.Series) -> pl.Series:
    """Each text in the form in which names are compared; null where nothing is left."""
    codes, starts = _codes(texts)
    table = _fold_table()
    inside = codes < _PLANE
    codes[inside] = table[codes[inside]]
    kept = codes[codes != 0]
    text = kept.astype("<u4").tobytes().decode("utf-32-le")
    parts = text.split("\n") if len(starts) else []
    found = pl.Series(texts.name, parts[: len(starts)], pl.String)
    return found.replace("", None) if found.len() else found


def sounds(texts: pl.Series) -> pl.Series:
    """A number for how each text sounds: pinyin without tones, consonants of other scripts.

    ``texts`` are folded names. Two names of one sound have one number; null stays null.
    """
    codes, starts = _codes(texts)
    lengths = np.diff(np.append(starts, len(codes)))
    place = np.arange(len(codes)) - np.repeat(starts, lengths)
    different, where = np.unique(codes, return_inverse=True)
    usual = np.array([_sound(chr(code)) for code in different.tolist()], dtype=np.uint64)
    first = np.array([_first_sound(chr(code)) for code in different.tolist()], dtype=np.uint64)
    heard = np.where(place == 0, first[where], usual[where])
    before = np.concatenate([[0], heard[:-1]]).astype(np.uint64)
    is_heard = (heard != 0) & ((heard != before) | (place == 0) | (heard >= _SYLLABLES))
    rank = np.cumsum(is_heard) - 1
    rank -= np.repeat(rank[starts] if len(starts) else rank[:0], lengths)
    with np.errstate(over="ignore"):
        terms = np.where(is_heard, heard * _powers(int(rank.max(initial=0)) + 2)[rank + 1], 0)
        sums = np.add.reduceat(terms, starts) if len(starts) else terms[:0]
    found = pl.Series(texts.name, sums.astype(np.uint64).view(np.int64))
    return found.set(texts.is_null(), None) if texts.null_count() else found


def _codes(texts: pl.Series) -> tuple[Codes, Places]:
    """All characters one after the other, each text with a line end; where each text begins."""
    plain = texts.fill_null("").str.normalize("NFKC").str.replace_all("\n", "", literal=True)
    whole = "\n".join(plain.to_list()) + "\n" if len(plain) else ""
    codes = np.frombuffer(whole.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint32)
    ends = np.flatnonzero(codes == _BREAK)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    return codes, starts.astype(np.int64)


@cache
def _fold_table() -> Codes:
    """For each character of the first plane what it becomes; 0 for what is left out."""
    import opencc

    table = np.arange(_PLANE, dtype=np.uint32)
    ideographs = [*range(0x3400, 0xA000), *range(0xF900, 0xFB00)]
    simple = opencc.OpenCC("t2s").convert("\n".join(map(chr, ideographs))).split("\n")
    for code, become in zip(ideographs, simple, strict=True):
        table[code] = ord(become[0]) if become else code
    for variant, usual in _VARIANTS.items():
        table[ord(variant)] = ord(usual)
    lower = np.arange(ord("a"), ord("z") + 1)
    table[lower] = lower - 32
    for code in range(0xC0, 0x250):  # É, ü: the letter without its marks
        table[code] = _bare_letter(code)
    table[[ord(mark) for mark in _DROPPED]] = 0
    return table


def _bare_letter(code: int) -> int:
    import unicodedata

    bare = unicodedata.normalize("NFD", chr(code))[0].upper()[0]
    return ord(bare) if bare.isascii() and bare.isalpha() else code


def _number(syllable: str) -> int:
    return _SYLLABLES + int.from_bytes(syllable.encode()[:7], "big")


@cache
def _sound(character: str) -> int:
    """The number of a character's sound; 0 for one that is not heard."""
    if character == "\n":
        return 0
    if character.isascii():
        if character in _SILENT:
            return 0
        for number, group in enumerate(_SOUND_GROUPS, start=500):
            if character in group:
                return number
        return ord(character) if character.isdigit() else 0
    return _number(pinyin(character))


@cache
def _first_sound(character: str) -> int:
    """The same at the beginning of a name, where surnames are read as such."""
    if character.isascii() and character.isalpha():
        return _FIRST_LETTER + ord(character)
    if character in SURNAME_READINGS:
        return _number(SURNAME_READINGS[character])
    return _sound(character)


def _powers(count: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    with np.errstate(over="ignore"):
        return np.cumprod(np.full(count, _FACTOR, dtype=np.uint64), dtype=np.uint64)
