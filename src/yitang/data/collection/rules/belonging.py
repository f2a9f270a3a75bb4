"""Which catalogue entry a file belongs to: by what stands in its name, or by its columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set

from .columns import folded

_ENDING = re.compile(r"\.[a-z][a-z0-9]{0,6}$")
_SHORTEST = 2  # letters of a name that says anything


def named_in(file: str, entries: Iterable[tuple[str, str]]) -> list[str]:
    """The codes of those (code, name) whose code or name stands in the name of ``file``.

    A code stands alone, with no letter or digit beside it; ``-`` and ``_`` are the same. Of hits
    of which one holds the other (``companies`` in ``companies-closed``) the longer counts.
    """
    stem = _stem(file)
    by_code, by_name = _joined(stem), folded(stem)
    codes, names = dict[str, list[str]](), dict[str, list[str]]()
    for code, name in entries:
        word, title = _joined(_plain(code)), folded(name)
        if re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", by_code):
            codes.setdefault(word, []).append(code)
        if len(title) >= _SHORTEST and title in by_name:
            names.setdefault(title, []).append(code)
    found = [code for hits in (codes, names) for word in _longest(hits) for code in hits[word]]
    return list(dict.fromkeys(found))


def clear_fit(taken: Mapping[str, Set[str]]) -> str | None:
    """The code that takes every column any other takes, and more; ``None``: there is no such."""
    if not taken:
        return None
    widest = max(taken, key=lambda code: len(taken[code]))
    others = (columns for code, columns in taken.items() if code != widest)
    return widest if all(columns < taken[widest] for columns in others) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _joined(text: str) -> str:
    return re.sub(r"[-_\s]+", "-", text)


def _stem(file: str) -> str:
    """The name without what tells its kind, such as ``.csv.gz``."""
    stem = _plain(file)
    while (shorter := _ENDING.sub("", stem)) != stem:
        stem = shorter
    return stem


def _longest(words: Iterable[str]) -> list[str]:
    known = list(words)
    return [word for word in known if not any(word != other and word in other for other in known)]
