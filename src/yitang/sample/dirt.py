"""How records go wrong on their way through a department, at documented rates.

The rates follow what is known of Chinese administrative records; police records are cleaner
than the rest. Every slip is written to ``truth/dirt.csv``, so that repair can be scored.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from .names import misheard
from .people import BORN_BEFORE, STORY, Block, Household, Marriage, Person


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of a silo's records, each between 0 and 1."""

    missing_number: float = 0.12
    mistyped_number: float = 0.02  # two digits swapped or one wrong: the check digit tells
    short_number: float = 0.03  # 15 digits, of those born before 1999-10
    relatives_number: float = 0.002  # the valid number of another member of the household
    odd_writing: float = 0.04  # full-width digits, a small x, blanks: harmless once normalised
    wrong_name: float = 0.03  # homophone, traditional character, lost character
    swapped_date: float = 0.004  # day and month exchanged
    missing_date: float = 0.01
    old_mobile: float = 0.08
    moved: float = 0.06  # an address that is no longer true
    duplicate: float = 0.02  # the same person twice in one silo
    unknown_division: float = 0.001
    broken_row: float = 0.0  # a line that cannot be read at all


POLICE = Rates(
    missing_number=0.002, mistyped_number=0.002, short_number=0.002, relatives_number=0.0002,
    odd_writing=0.01, wrong_name=0.002, swapped_date=0.0005, missing_date=0.001, old_mobile=0.15,
    moved=0.0, duplicate=0.003, unknown_division=0.001, broken_row=0.0005,
)  # fmt: skip
MARRIAGES = Rates(missing_number=0.05, mistyped_number=0.01, short_number=0.06, broken_row=0.0004)
INSURED = Rates()
MEDICAL = Rates(missing_number=0.15)
HOUSING_FUND = Rates(missing_number=0.10, duplicate=0.01)
BIRTHS = Rates(missing_number=0.08, mistyped_number=0.01, short_number=0.0)
VACCINATIONS = Rates(missing_number=0.25, wrong_name=0.04)
REAL_ESTATE = Rates(missing_number=0.18, duplicate=0.03)
LOW_INCOME = Rates(missing_number=0.0, mistyped_number=0.01)
COMPANIES = Rates(duplicate=0.015, broken_row=0.001)

DATE_FORMATS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
)
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
UNKNOWN_DIVISIONS = ("990199", "998800", "350999", "0", "闽海")


class Clerk:
    """Whoever typed a silo's records: a source of slips that writes down each one it makes."""

    def __init__(self, dataset: str, prefix: str, rates: Rates, chosen: random.Random) -> None:
        self.dataset, self.prefix, self.rates, self.chosen = dataset, prefix, rates, chosen
        self.written = 0
        self.is_careful = False
        self.slips: list[tuple[str, str, str, str]] = []
        self.known: list[tuple[str, str, object]] = []
        self.children: list[tuple[str, str, object]] = []

    def people(self, block: Block) -> Iterator[tuple[Household, Person]]:
        """Everyone with a number; the people of the demo's story are written down with care."""
        for household in block.households:
            self.is_careful = household.number == STORY
            for person in household.people:
                if person.number:
                    yield household, person
        self.is_careful = False

    def marriages(self, block: Block) -> Iterator[Marriage]:
        story = block.households[0] if block.households[0].number == STORY else None
        for marriage in block.marriages:
            self.is_careful = story is not None and marriage.wife is story.people[0]
            yield marriage
        self.is_careful = False

    def record(self, **parties: object) -> str:
        """The number of a new record, about the person or company of each party.

        The party ``subject`` is the record's own; the others are named in the truth.
        """
        self.written += 1
        record = f"{self.prefix}{self.written:09}"
        for party, about in parties.items():
            name = record if party == "subject" else f"{record}/{party}"
            kept = self.children if party == "child" else self.known
            kept.append((self.dataset, name, about))
        return record

    def copies(self) -> range:
        """Once, or twice where the silo holds a duplicate."""
        return range(2 if self.happens(self.rates.duplicate) else 1)

    def draw(self) -> float:
        """Between 0 and 1; 1 where no slip may happen."""
        return 1.0 if self.is_careful else self.chosen.random()

    def happens(self, rate: float) -> bool:
        return self.draw() < rate

    def note(self, record: str, column: str, kind: str) -> None:
        self.slips.append((self.dataset, record, column, kind))

    def number(self, record: str, person: Person, household: Household | None = None) -> str:
        """The identity number as it was typed."""
        rates, draw = self.rates, self.draw()
        number = person.number
        if person.second_number and draw < 0.5:
            self.note(record, "identity_number", "second_number")
            return person.second_number
        if draw < (limit := rates.missing_number):
            self.note(record, "identity_number", "missing")
            return ""
        if draw < (limit := limit + rates.mistyped_number):
            self.note(record, "identity_number", "mistyped")
            return self._mistyped(number)
        if draw < (limit := limit + rates.short_number):
            if person.birth < BORN_BEFORE:
                self.note(record, "identity_number", "fifteen_digits")
                return number[:6] + number[8:17]
            return number
        if draw < (limit := limit + rates.relatives_number):
            others = (
                [p for p in household.people if p.number and p is not person] if household else []
            )
            if others:
                self.note(record, "identity_number", "relatives")
                return self.chosen.choice(others).number
            return number
        if draw < limit + rates.odd_writing:
            return self._oddly(number)
        return number

    def name(self, record: str, name: str) -> str:
        if self.happens(self.rates.wrong_name):
            self.note(record, "name", "wrong")
            return misheard(self.chosen, name)
        return name

    def day(self, record: str, column: str, day: date, style: int | None = None) -> str:
        """A date in one of five formats, or in the silo's own."""
        draw = self.draw()
        if draw < self.rates.missing_date:
            self.note(record, column, "missing")
            return ""
        if draw < self.rates.missing_date + self.rates.swapped_date and day.day <= 12:
            self.note(record, column, "swapped")
            day = date(day.year, day.day, day.month)
        style = 0 if self.is_careful else style
        writer = self.chosen.choice(DATE_FORMATS) if style is None else DATE_FORMATS[style]
        return writer(day)

    def mobile(self, record: str, person: Person) -> str:
        if person.mobile and self.happens(self.rates.old_mobile):
            self.note(record, "phone", "old")
            return f"174{self.chosen.randrange(10**8):08}"
        return person.mobile

    def division(self, record: str, code: str) -> str:
        if self.happens(self.rates.unknown_division):
            self.note(record, "division_code", "unknown")
            return self.chosen.choice(UNKNOWN_DIVISIONS)
        return code

    def address(self, record: str, household: Household, style: int | None = None) -> str:
        if style is None:
            style = 0 if self.is_careful else self.chosen.randrange(5)
        if self.happens(self.rates.moved):
            self.note(record, "address", "moved")
            text = household.address(style)
            return f"{text[:-2]}{self.chosen.randint(1, 9)}号"
        return household.address(style)

    def _mistyped(self, number: str) -> str:
        position = self.chosen.randrange(6, 17)
        digit = (int(number[position]) + self.chosen.randint(1, 9)) % 10
        return f"{number[:position]}{digit}{number[position + 1 :]}"

    def _oddly(self, number: str) -> str:
        way = self.chosen.randrange(3)
        if way == 0:
            return number.translate(FULL_WIDTH)
        return number.lower() if number.endswith("X") else f"{number[:6]} {number[6:]}"
