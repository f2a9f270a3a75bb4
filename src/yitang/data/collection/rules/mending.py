"""Rows that were sent back and come again, tied to the batch they were sent back from.

The workbook in which they are taken out names that batch in the headings of its two own columns,
which outlives every program that opens it and every form in which it is saved again. So does the
whole workbook that comes back with its bad cells marked, in one column more; that it is whole
stands in the heading, since it then replaces what there is instead of joining it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WHOLE = " whole"
_NUMBER = re.compile(rf"^.*\s([\w-]+-\d{{6}}-[0-9a-f]{{6}})({_WHOLE})?$", re.DOTALL)
_PLACE = re.compile(r"(?:(.+)!)?(\d+)(?:\.0)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tie:
    """A batch that a delivery mends: its number, the column with its row numbers, the other.

    ``whole``: the delivery is all that was handed in then, not only what was sent back.
    """

    number: str
    rows: str
    others: tuple[str, ...] = ()
    whole: bool = False


def tie_heading(word: str, number: str, *, whole: bool = False) -> str:
    """The heading of a column of ours in a workbook with rows of batch ``number``."""
    return f"{word} {number}{_WHOLE if whole else ''}"


def ties_of(columns: Sequence[str]) -> list[Tie]:
    """The batches that headings name, in their order; the first column of each has the rows."""
    found: dict[str, list[str]] = {}
    whole = set[str]()
    for column in columns:
        if named := _NUMBER.match(column):
            found.setdefault(named[1], []).append(column)
            whole |= {named[1]} if named[2] else set()
    return [
        Tie(number, first, tuple(rest), number in whole) for number, (first, *rest) in found.items()
    ]


def place_text(sheet: str, row: int, *, several: bool) -> str:
    """Where a row stood; the sheet only where there are several."""
    return f"{sheet}!{row}" if several else str(row)


def place_of(text: str | None) -> tuple[str, int] | None:
    """Sheet (empty: the only one) and row of ``place_text``; ``None`` where somebody changed it."""
    found = _PLACE.fullmatch((text or "").strip())
    return (found[1] or "", int(found[2])) if found else None
