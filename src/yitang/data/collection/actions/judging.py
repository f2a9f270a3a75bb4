"""A file that is only looked at is judged as handing it in would judge it, wherever it fits.

Where it has every column of a dataset that its owner may hand in, that entry says how it is read
and by which rules; else the columns are taken for what they seem to hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.connectors.limits import UPLOAD
from yitang.data.collection.errors import ColumnTwice, DigitsLost
from yitang.data.collection.models import Batch
from yitang.data.collection.queries import (
    Headings,
    fitting,
    headings_of,
    known_divisions,
    own_datasets,
)
from yitang.data.collection.rules import ItemRule, expected_labels, guess_rule
from yitang.ground.organisations.api import User

from .border import Border
from .mending import without_taken
from .understanding import border_for, understand

_SAMPLE = 200  # rows
# What a delivery says of itself where it could have been read otherwise.
_CHOSEN = {"left_out", "files_left_out", "tables_left_out", "records_in", "serial_dates"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A file after its passage: for which dataset, and for each column its rule and why."""

    dataset: Dataset | None
    delivery: Delivery
    border: Border
    columns: Sequence[tuple[str, ItemRule, str]]
    expected: frozenset[str]


def judged_file(
    path: Path, *, name: str, actor: User, at: datetime, dataset: Dataset | None = None
) -> Judged:
    """Pass a file through the border and keep nothing; for ``dataset``, or the one it fits best."""
    own = headings_of([dataset] if dataset is not None else own_datasets(actor))
    delivery = _read(path, name, own)
    for one in sorted(fitting(delivery.columns, own), key=lambda one: -len(one.wanted)):
        read = delivery if _is_read_alike(delivery) else _read(path, name, [one])
        if not one.fits(read.columns):
            continue
        try:
            return _as_handed_in(one, read, actor, at)
        except (ColumnTwice, DigitsLost):  # handing it in says so
            continue
    return _as_guessed(delivery, _expected(own))


def _is_read_alike(delivery: Delivery) -> bool:
    """Whether an entry whose columns are all there alone would have it read the same way.

    It is not where a sheet, a table or a path was chosen, a heading put together or a number
    read as a day by what other entries know.
    """
    told = delivery.understood
    return not (told.keys() & _CHOSEN) and "–" not in told.get("header_row", "")


def _read(path: Path, name: str, headings: Sequence[Headings]) -> Delivery:
    return file_delivery(
        path,
        name=name,
        limits=UPLOAD,
        expected=_expected(headings),
        dates=expected_labels(day for one in headings for day in one.dates),
    )


def _expected(headings: Sequence[Headings]) -> frozenset[str]:
    return expected_labels(item for one in headings for item in one.wanted)


def _as_handed_in(one: Headings, delivery: Delivery, actor: User, at: datetime) -> Judged:
    entry, delivery = one.dataset, without_taken(one.dataset, delivery)
    asked = understand(
        dataset=entry, delivery=delivery, mapping=None, by_key=False, actor=actor, at=at
    )
    border = _passed(border_for(Batch(dataset=entry), delivery, asked))
    items = {asked.columns[rule.name]: rule for rule in asked.rules if rule.name in asked.columns}
    guessed = {column: (rule, reason) for column, rule, reason in _guesses(delivery)}
    columns = [
        (column, items[column], "name") if column in items else (column, *guessed[column])
        for column in delivery.columns
    ]
    return Judged(entry, delivery, border, columns, _expected([one]))


def _as_guessed(delivery: Delivery, expected: frozenset[str]) -> Judged:
    guesses = _guesses(delivery)
    rules = [rule for _, rule, _ in guesses]
    border = Border(delivery, rules, {rule.name: rule.label for rule in rules}, known_divisions())
    return Judged(None, delivery, _passed(border), guesses, expected)


def _passed(border: Border) -> Border:
    for _ in border.accepted_batches():
        pass
    return border


def _guesses(delivery: Delivery) -> list[tuple[str, ItemRule, str]]:
    divisions, samples = known_divisions(), _samples(delivery)
    return [
        (column, *guess_rule(f"c{number}", column, samples[column], divisions=divisions))
        for number, column in enumerate(delivery.columns)
    ]


def _samples(delivery: Delivery) -> dict[str, list[str]]:
    for chunk in delivery.chunks():
        head = chunk.frame.head(_SAMPLE)
        if head.height:
            return {
                column: [value or "" for value in head[column].to_list()]
                for column in delivery.columns
            }
    return {column: [] for column in delivery.columns}
