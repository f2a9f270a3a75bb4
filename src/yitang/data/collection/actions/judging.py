"""A file that is only looked at is judged as handing it in would judge it, wherever it fits.

Where it has every column of a dataset that its owner may hand in, that entry says how it is read
and by which rules; else the columns are taken for what they seem to hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yitang.data.catalogue.api import Dataset, all_datasets
from yitang.data.collection.access import can_hand_in
from yitang.data.collection.connectors import Delivery, file_delivery
from yitang.data.collection.connectors.limits import UPLOAD
from yitang.data.collection.errors import ColumnTwice, DigitsLost
from yitang.data.collection.models import Batch
from yitang.data.collection.queries import (
    date_columns,
    known_divisions,
    suitable_datasets,
    wanted_columns,
)
from yitang.data.collection.rules import ItemRule, expected_labels, guess_rule
from yitang.ground.organisations.api import User

from .border import Border
from .understanding import border_for, understand

_SAMPLE = 200  # rows


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
    own = [dataset] if dataset is not None else _own(actor)
    for entry in _fitting(path, name, actor, own):
        delivery = _read(path, name, [entry])
        if not suitable_datasets(actor, list(delivery.columns), [entry]):
            continue
        try:
            return _as_handed_in(entry, delivery, actor, at)
        except (ColumnTwice, DigitsLost):  # handing it in says so
            continue
    return _as_guessed(_read(path, name, []))


def _own(actor: User) -> list[Dataset]:
    return [entry for entry in all_datasets() if can_hand_in(actor, entry)]


def _fitting(path: Path, name: str, actor: User, own: Sequence[Dataset]) -> list[Dataset]:
    """Those that find all their columns, the one that takes most of them first."""
    if not own:
        return []
    columns = list(_read(path, name, own).columns)
    found = suitable_datasets(actor, columns, list(own))
    return sorted(found, key=lambda entry: -len(wanted_columns(entry)))


def _read(path: Path, name: str, entries: Sequence[Dataset]) -> Delivery:
    return file_delivery(
        path,
        name=name,
        limits=UPLOAD,
        expected=_expected(entries),
        dates=expected_labels(item for entry in entries for item in date_columns(entry)),
    )


def _expected(entries: Sequence[Dataset]) -> frozenset[str]:
    return expected_labels(item for entry in entries for item in wanted_columns(entry))


def _as_handed_in(entry: Dataset, delivery: Delivery, actor: User, at: datetime) -> Judged:
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
    return Judged(entry, delivery, border, columns, _expected([entry]))


def _as_guessed(delivery: Delivery) -> Judged:
    guesses = _guesses(delivery)
    rules = [rule for _, rule, _ in guesses]
    border = Border(delivery, rules, {rule.name: rule.label for rule in rules}, known_divisions())
    return Judged(None, delivery, _passed(border), guesses, frozenset())


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
