"""Words from which ``people_data.py`` makes names, addresses and slips of the pen.

They stand in ``words.txt``. Divisions are invented, and their codes begin with 99, which
GB/T 2260 gives to nobody, so no identity number is anybody's.
"""

from __future__ import annotations

import re
from pathlib import Path


def sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += line.split()
    return found


def numbered(words: list[str]) -> dict[str, int]:
    """``王714`` as a word and its number."""
    parts = (re.fullmatch(r"(\D+)(\d+)", word) for word in words)
    return {part[1]: int(part[2]) for part in parts if part}


WORDS = sections()
GENERATIONS = ("before 1965", "before 1985", "before 2000", "later")

SURNAMES = numbered(WORDS["surnames per ten thousand"])
MALE, FEMALE = (
    [WORDS[f"{sex} {generation}"][0] for generation in GENERATIONS] for sex in ("male", "female")
)
COMMON_MALE, COMMON_FEMALE = (
    [WORDS[f"{sex} names {generation}"] for generation in GENERATIONS] for sex in ("male", "female")
)
WIDE = "".join(WORDS["wide"])  # what all generations and both sexes use
RARE = "".join(WORDS["rare"])
MINORITY_MALE, MINORITY_FEMALE = WORDS["minority male"], WORDS["minority female"]
DOTS = ("·", "•", "．")  # three writings of the dot between given name and father's name

HOMOPHONES = WORDS["homophones"]  # characters written for one another because they sound alike
VARIANTS = WORDS["variants"]  # or look alike, or are one in another form
TRADITIONAL = {pair[0]: pair[1] for pair in WORDS["traditional"]}

PROVINCE = "江海省"
# City and county, and how full it is. Two cities have a 鼓楼区 and two a 新城区.
COUNTIES = {
    tuple(name.split("/")): weight
    for name, weight in numbered(WORDS["counties, each with how full it is"]).items()
}
CITIES = list(dict.fromkeys(city for city, _ in COUNTIES))
STREETS, TOWNS, VILLAGES = WORDS["streets"], WORDS["towns"], WORDS["villages"]
ROADS, ESTATES = WORDS["roads"], WORDS["estates"]
NUMERALS = "零一二三四五六七八九十"
