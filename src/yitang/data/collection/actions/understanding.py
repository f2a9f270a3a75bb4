"""How a delivery is understood: its columns, the rules that judge it, how it joins the table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.connectors import Delivery
from yitang.data.collection.errors import (
    ColumnsMissing,
    ColumnTwice,
    ComparisonImpossible,
    DatasetNotReady,
    DigitsLost,
)
from yitang.data.collection.models import Batch
from yitang.data.collection.queries import known_divisions, rules_of, wanted_columns
from yitang.data.collection.rules import ItemRule, differences_of, match_columns, spoiled_columns
from yitang.ground.organisations.api import User

from .border import Border
from .comparison import key_items, keyed, why_uncomparable
from .drift import last_batch, stop_batch
from .mending import Mended, mended_by, rows_alone, values_there
from .quality import QualityRules, quality_for


@dataclass(frozen=True, slots=True)
class Understanding:
    """What decides how rows are judged, and how they join those there are.

    ``keys``: the whole table comes and is compared by these. ``mended``: batches whose rejected
    rows come again. ``joining``: those of them to whose rows they are added, if nothing else
    comes; whether they too are told apart by key, the first of these says.
    """

    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    rules: Sequence[ItemRule]
    quality: QualityRules
    divisions: frozenset[str]
    keys: tuple[str, ...]
    mended: Sequence[Mended]

    @property
    def joining(self) -> Sequence[Mended]:
        return rows_alone(self.mended)

    @property
    def mends(self) -> Batch | None:
        """The batch that the rows belong to, if they come again by themselves."""
        return self.joining[0].batch if self.joining else None

    @property
    def digest(self) -> str:
        """The known divisions count only where a rule asks for them."""
        asks = any(rule.rule == "division" for rule in self.rules)
        parts = [
            [repr(rule) for rule in self.rules],
            sorted(self.columns.items()),
            sorted(self.divisions) if asks else [],
            *self.quality.mark,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def understand(
    *,
    dataset: Dataset,
    delivery: Delivery,
    mapping: Mapping[str, str] | None,
    by_key: bool,
    actor: User,
    at: datetime,
) -> Understanding:
    """Read the headings only.

    Raises ``DatasetNotReady``, ``ComparisonImpossible`` and what lost columns raise.
    """
    rules: Sequence[ItemRule] = rules_of(dataset)
    if not rules:
        raise DatasetNotReady(code=dataset.code, problem="its data items are not described yet")
    columns, unknown = _matched(dataset, delivery, mapping, actor, at)
    mended = mended_by(dataset, delivery.columns)
    ours = {column for one in mended for column in (one.tie.rows, *one.tie.others)}
    quality = quality_for(dataset)
    joining = rows_alone(mended)
    by_key = by_key and not joining
    if by_key and (problem := why_uncomparable(dataset)) is not None:
        raise ComparisonImpossible(dataset=dataset.name, problem=problem)
    keys = key_items(dataset) if by_key else ()
    if keys or (joining and joining[0].batch.changes):
        rules, quality = keyed(rules, quality, key_items(dataset))
    return Understanding(
        columns=columns,
        unknown=tuple(column for column in unknown if column not in ours),
        rules=rules,
        quality=quality,
        divisions=known_divisions(),
        keys=keys,
        mended=mended,
    )


def border_for(batch: Batch, delivery: Delivery, asked: Understanding) -> Border:
    """The border that judges this delivery."""
    border = Border(
        delivery, asked.rules, asked.columns, asked.divisions, unknown=asked.unknown,
        quality=asked.quality, keys=asked.keys, tied=[one.tie.rows for one in asked.mended],
    )  # fmt: skip
    if asked.mends is not None and not asked.mends.changes:
        border.know(values_there(batch.dataset, asked.rules, batch))
    return border


def _matched(
    dataset: Dataset,
    delivery: Delivery,
    mapping: Mapping[str, str] | None,
    actor: User,
    at: datetime,
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Item to column; lost ones of a table that came before are its department's to decide."""
    wanted = wanted_columns(dataset)
    matching = match_columns(wanted, delivery.columns, mapping=mapping)
    if matching.missing and last_batch(dataset) is not None:
        differences = differences_of(wanted, matching)
        if differences:
            raise stop_batch(
                dataset=dataset, differences=differences, file=delivery.name, actor=actor, at=at
            )
    if matching.missing:
        raise ColumnsMissing(
            file=delivery.name,
            missing=", ".join(matching.missing),
            dataset=dataset.name,
            found=", ".join(delivery.columns[:30]),
        )
    for label, columns in matching.doubled.items():
        raise ColumnTwice(file=delivery.name, label=label, columns=", ".join(columns))
    _check_digits(delivery, matching.columns.values())
    return matching.columns, matching.unknown


def _check_digits(delivery: Delivery, asked: Collection[str]) -> None:
    """No column that is asked for holds mostly numbers that have lost their last digits."""
    found = spoiled_columns(one for one in delivery.long_numbers if one.column in asked)
    if not found:
        return
    sheets = {one.sheet for one in found.values()}
    where = "" if "" in sheets else f" ({', '.join(sorted(sheets))})"
    raise DigitsLost(
        file=delivery.name + where, columns=", ".join(found),
        rows=max(one.lost for one in found.values()),
    )  # fmt: skip
