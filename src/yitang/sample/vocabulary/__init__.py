"""Word lists and tables of the invented province, as text files beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def lines_of(file: str) -> list[str]:
    """The lines of a vocabulary file without its comments."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@cache
def words_of(section: str) -> tuple[str, ...]:
    """One list of ``words.txt``; ``KeyError`` when there is none of that name."""
    return _sections()[section]


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    section = ""
    for line in lines_of("words.txt"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            found[section] = (*found.get(section, ()), *line.split())
    return found
