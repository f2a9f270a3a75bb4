"""Values that a command line takes: each is read here, or refused in the words of argparse."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from datetime import date
from uuid import UUID

from yitang.ground.organisations.rules import is_division_code

CENTURY = 36_500  # days; more would leave the calendar of any computer
MANY = 1_000_000  # rows printed, the most that anybody reads


def between(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within both bounds."""

    def read(text: str) -> int:
        number = int(text) if text.removeprefix("-").isdecimal() else None
        if number is None or not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most}")
        return number

    return read


days = between(1, CENTURY)
rows = between(1, MANY)
port = between(1, 65_535)


def seconds(text: str) -> float:
    """A pause between two rounds: at most a day."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, a day at most")
    return number


def day(text: str) -> date:
    """A day of the calendar."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2026-11-23") from None


def public_id(text: str) -> UUID:
    """The long number under which one thing is named outside."""
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no id, such as 019a0000-0000-7000-8000-000000000000; take it from a list"
        ) from None


def number(least: float, most: float) -> Callable[[str], float]:
    """A reader of numbers, whole or not, within both bounds."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")
        return value

    return read


def division(text: str) -> str:
    """The code of a division, whether there is one or not."""
    if not is_division_code(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no code of a division, such as 350102")
    return text
