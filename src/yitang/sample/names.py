"""Names of people who do not exist, and the ways names go wrong between two registers."""

from __future__ import annotations

import random
from itertools import accumulate

from .vocabulary import words_of

# Surnames as often as they are met, per mille; the numbers are rounded.
SURNAMES = {
    (name := word.rstrip("0123456789")): int(word.removeprefix(name))
    for word in words_of("surnames")
}
# Characters outside GB 2312 but in GBK, and some GBK lacks: real registers have both.
GBK_ONLY = "堃喆甯玥昇焱淼祎沄瑄"
OUTSIDE_GBK = "䶮㛃㳘"
HOMOPHONES = {pair[0]: pair[1] for pair in words_of("homophones")}
TRADITIONAL = {pair[0]: pair[1] for pair in words_of("traditional")}

_surnames = list(SURNAMES)
_cumulated = list(accumulate(SURNAMES.values()))
_male = words_of("male") + words_of("shared")
_female = words_of("female") + words_of("shared")


def surname(chosen: random.Random) -> str:
    """A surname, as often as it is met."""
    return chosen.choices(_surnames, cum_weights=_cumulated)[0]


def given_name(chosen: random.Random, sex: str) -> str:
    """One or, four times in five, two characters; ``sex`` is ``"1"`` or ``"2"``."""
    pool = _male if sex == "1" else _female
    draw = chosen.random()
    first = pool[int(chosen.random() * len(pool))]
    if draw < 0.18:
        return first
    if draw < 0.20:
        return first + GBK_ONLY[int(chosen.random() * len(GBK_ONLY))]
    if draw < 0.2005:
        return first + OUTSIDE_GBK[int(chosen.random() * len(OUTSIDE_GBK))]
    return first + pool[int(chosen.random() * len(pool))]


def misheard(chosen: random.Random, name: str) -> str:
    """A homophone, a traditional form or a lost character: never the same name."""
    draw = chosen.random()
    table = HOMOPHONES if draw < 0.6 else TRADITIONAL
    for position in range(len(name) - 1, -1, -1):
        if name[position] in table:
            return name[:position] + table[name[position]] + name[position + 1 :]
    if len(name) > 2:
        return name[:-1]
    return f"{name[0]} {name[1:]}"
