"""How a department writes a table: its columns, its habits, its faults."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yitang.data.catalogue.rules import ItemSpec

from .county import Row, dice

Value = Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One data item, how it is read off the county, and how often it is empty or not true."""

    item: ItemSpec
    value: Value
    missing: float = 0.0
    wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    code: str
    department: str
    title: str
    rows: list[Row]
    columns: list[Column]
    subject: str = ""

    def cells(self) -> list[list[str]]:
        """The rows as they are handed over; a wrong value is one that belongs to another row."""
        die = dice(f"faults of {self.code}")
        return [[self._cell(row, column, die.random()) for column in self.columns]
                for row in self.rows]  # fmt: skip

    def _cell(self, row: Row, column: Column, luck: float) -> str:
        if luck < column.missing:
            return ""
        if luck < column.missing + column.wrong:
            place = int(luck * 1e9) % len(self.rows)
            return str(column.value(self.rows[place]))
        return str(column.value(row))

    def save(self, folder: Path) -> Path:
        path = folder / f"{self.code}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.item.label for column in self.columns])
            writer.writerows(self.cells())
        return path


def col(
    name: str, label: str, value: str | Value, missing: float = 0.0, wrong: float = 0.0,
    **item: Any,
) -> Column:  # fmt: skip
    """``value`` is what the county calls it, or how to write it."""
    key = value
    read: Value = (lambda row: row[key]) if isinstance(key, str) else key
    return Column(ItemSpec(name, label, **item), read, missing, wrong)


def key(name: str, label: str, value: str | Value, **item: Any) -> Column:
    return col(name, label, value, is_key=True, required=True, unique=True, **item)


def identity(name: str = "id_card", label: str = "身份证号", **item: Any) -> Column:
    rule = {"rule": "identity_number", "sensitive": True} | item
    return col(name, label, "id", **rule)


def numbered(prefix: str) -> Value:
    """A running number of the department's own; it means nothing to others."""
    seen: dict[int, str] = {}
    return lambda row: seen.setdefault(id(row), f"{prefix}{len(seen) + 1:06d}")


def day(name: str, form: str) -> Value:
    """A date in a department's writing, such as ``%Y.%m.%d``."""

    def write(row: Row) -> str:
        value = row[name]
        return value.strftime(form) if isinstance(value, date) else ""

    return write


def in_list(name: str, *writings: str, first: int = 0) -> Value:
    """A code in a department's own list."""
    return lambda row: writings[int(str(row[name])) - first]


def of(name: str, place: int) -> Value:
    """One part of what the county keeps as several: the industry's code or its name."""
    return lambda row: row[name][place]


def amount(name: str, factor: float, places: int = 2) -> Value:
    return lambda row: f"{float(str(row[name])) * factor:.{places}f}"


def drawn(*choices: object) -> Value:
    """A fact that only this department has, the same whenever it is asked for."""
    die = dice(f"drawn {choices}")
    seen: dict[int, object] = {}
    return lambda row: seen.setdefault(id(row), die.choice(choices))


def number_between(low: int, high: int) -> Value:
    die = dice(f"between {low} {high}")
    seen: dict[int, int] = {}
    return lambda row: seen.setdefault(id(row), die.randrange(low, high))
