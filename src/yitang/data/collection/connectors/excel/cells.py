"""One cell of a workbook as text."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

# A double holds 15 decimal digits for certain; a longer number has lost its last ones.
EXACT_DIGITS = 15
_LOST = 10**EXACT_DIGITS
# A code that some program took for a number on the way and wrote down as one.
_WHOLE_AS_TEXT = re.compile(r"\d{5,15}\.0")


def cell_text(cell: object) -> str:
    """A cell as the text a person sees: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, str):
        return cell[:-2] if cell.endswith(".0") and _WHOLE_AS_TEXT.fullmatch(cell) else cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def is_filled(cell: object) -> bool:
    """Whether anything stands in the cell."""
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def has_lost_digits(cell: object) -> bool:
    """Whether a number is longer than a workbook can hold exactly."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _LOST
