"""Pinyin without tones: of any text by its words, of a person's name by its surname."""

from __future__ import annotations

from functools import lru_cache

from .surnames import COMPOUND_SURNAMES, SURNAME_READINGS


def pinyin(text: str, *, surname: bool = False) -> str:
    """Syllables divided by spaces, lower case, ``ü`` as ``v``; other characters stay.

    With ``surname`` the text is a person's name: the surname is read as a surname (曾 zeng,
    单 shan, 尉迟 yu chi), each later character by its most frequent reading. Each distinct
    character is looked up once, so that a column of a million names costs a dictionary
    access a character. Without it the reading follows the word (重庆 chong qing).
    """
    if not surname:
        return " ".join(_of_words(text))
    name = "".join(text.split())
    for length in (3, 2, 1):
        head = name[:length]
        if head in SURNAME_READINGS:
            return " ".join([SURNAME_READINGS[head], *map(_of_character, name[length:])])
        if head in COMPOUND_SURNAMES:
            break  # 乐正, 公孙: neither part is read as a surname of its own
    return " ".join(map(_of_character, name))


def _readings(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # 54 MB of dictionaries, for those who need them

    return [str(part).strip() for part in lazy_pinyin(text)]


@lru_cache(maxsize=65_536)
def _of_character(character: str) -> str:
    return _readings(character)[0]


@lru_cache(maxsize=4_096)
def _of_words(text: str) -> tuple[str, ...]:
    return tuple(part for part in _readings(text) if part)
