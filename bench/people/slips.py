"""Slips of the pen and of the finger, and the same thing in another dress."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from . import words
from .persons import Flags, Ints, Texts


def changed(values: Texts, where: Flags | Ints, change: Callable[[str], str]) -> None:
    for place in np.flatnonzero(where) if where.dtype == bool else where:
        values[place] = change(values[place])


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def digits_wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)


def in_traditional(name: str) -> str:
    return "".join(words.TRADITIONAL.get(c, c) for c in name)


class Slip:
    """One slip of the finger at a time, drawn from the same source."""

    def __init__(self, draw: np.random.Generator) -> None:
        self.draws = iter(draw.random(1 << 21).tolist())

    def below(self, limit: int) -> int:
        return int(next(self.draws) * limit)

    def of_number(self, number: str) -> str:
        kind, place = next(self.draws), self.below(len(number) - 1)
        if kind < 0.55:
            return self.one_digit(number, place)
        if kind < 0.82:
            return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if kind < 0.92:
            return number[:place] + number[place + 1 :]
        if kind < 0.97:
            return number[:place] + number[place] + number[place:]
        return self.one_digit(self.one_digit(number, place), self.below(len(number)))

    def one_digit(self, number: str, place: int) -> str:
        others = [c for c in "0123456789" if c != number[place]]
        return number[:place] + others[self.below(9)] + number[place + 1 :]

    def of_name(self, name: str) -> str:
        """A homophone, seven times in ten, or a variant character; given names oftener."""
        tables = (ALIKE_IN_SOUND, ALIKE_IN_SHAPE)
        if next(self.draws) > 0.7:
            tables = tables[::-1]
        places = list(range(len(name)))
        start = 0 if next(self.draws) < 0.12 else 1
        order = places[start:] if next(self.draws) < 0.5 else places[start:][::-1]
        for table in tables:
            for place in order:
                if others := table.get(name[place]):
                    other = others[self.below(len(others))]
                    return name[:place] + other + name[place + 1 :]
        place = start + self.below(len(name) - start)
        return name[:place] + words.WIDE[self.below(len(words.WIDE))] + name[place + 1 :]

    def of_phone(self, phone: str) -> str:
        place = 3 + self.below(len(phone) - 4)
        if next(self.draws) < 0.3:
            return phone[:place] + phone[place + 1] + phone[place] + phone[place + 2 :]
        return self.one_digit(phone, place)


def alike(groups: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in groups:
        for character in group:
            found[character] = found.get(character, "") + group.replace(character, "")
    return {character: others for character, others in found.items() if others}


ALIKE_IN_SOUND, ALIKE_IN_SHAPE = alike(words.HOMOPHONES), alike(words.VARIANTS)
