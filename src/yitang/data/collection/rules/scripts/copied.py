"""Rows as PostgreSQL copies them into a dump: a line each, columns divided by tabs."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
END = r"\."


def copied_values(line: str) -> tuple[str | None, ...]:
    """The values of one line; ``\\N`` is none, an empty text is one."""
    if not line:
        return ("",)
    return tuple(_value(part) for part in line.split("\t"))


def _value(part: str) -> str | None:
    if "\\" not in part:
        return part
    return None if part == r"\N" else _ESCAPE.sub(_meant, part)


def _meant(found: re.Match[str]) -> str:
    digits, octal, other = found.groups()
    if other:
        return _ESCAPES.get(other, other)
    byte = int(digits, 16) if digits else int(octal, 8)
    return chr(byte) if byte < 0x80 else "\ufffd"  # a part of a character in some encoding
