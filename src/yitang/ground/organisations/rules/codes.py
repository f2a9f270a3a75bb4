"""Division codes: GB/T 2260 to the county (6 digits), then the township (9), the village (12)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

NATION = "100000"


class Level(IntEnum):
    NATION = 1
    PROVINCE = 2
    CITY = 3
    COUNTY = 4
    TOWNSHIP = 5
    VILLAGE = 6


def is_division_code(code: str) -> bool:
    """Whether ``code`` has the form of a division code; not whether the division exists."""
    return len(code) in {6, 9, 12} and code.isascii() and code.isdigit()


def division_prefix(code: str) -> str:
    """What the codes of ``code`` and all divisions below it begin with; ``""`` for the nation.

    ``350000`` → ``35``, ``350100`` → ``3501``, ``350102`` and ``429004`` (a county directly
    under its province) → themselves, ``350102001000`` → ``350102001``.
    """
    if not is_division_code(code):
        raise ValueError(f"not a division code: {code!r}")
    while len(code) > 6 and code.endswith("000"):
        code = code[:-3]
    if len(code) > 6:
        return code
    if code in {NATION, "000000"}:
        return ""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def is_in_division(code: str, *, within: str) -> bool:
    """Whether the division ``code`` is ``within`` or lies in it."""
    prefix = division_prefix(within)
    return not prefix or (code.startswith(prefix) and code != NATION)


def level_of(code: str) -> Level:
    """The level that the form of a code says: its count of meaningful digits."""
    return {
        0: Level.NATION,
        2: Level.PROVINCE,
        4: Level.CITY,
        6: Level.COUNTY,
        9: Level.TOWNSHIP,
        12: Level.VILLAGE,
    }[len(division_prefix(code))]


def parents_of(code: str) -> Iterator[str]:
    """Codes that may hold ``code``, nearest first; not all of them need exist."""
    prefix = division_prefix(code)
    for length in (9, 6, 4, 2):
        if length < len(prefix):
            yield prefix[:length].ljust(6, "0")
    if prefix:
        yield NATION
