"""A source is tried: what would be understood of its first rows. Nothing of it is gathered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from yitang.data.catalogue.api import Dataset
from yitang.data.collection.access import check_can_hand_in
from yitang.data.collection.connectors import (
    Chunk,
    Delivery,
    Entry,
    Patience,
    database_delivery,
    file_delivery,
    http_delivery,
)
from yitang.data.collection.errors import DatasetNotReady
from yitang.data.collection.models import Source
from yitang.data.collection.queries import (
    date_columns,
    known_divisions,
    rules_of,
    wanted_columns,
)
from yitang.data.collection.rules import (
    ItemRule,
    Problem,
    expected_labels,
    match_columns,
    paging_of,
    shown_value,
)
from yitang.ground.base.ids import Reference
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User

from .border import Border
from .folders import files_in
from .quality import quality_for
from .sources import networks_for

TRIED_ROWS = 200
SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class TriedColumn:
    """An item and the column it would be taken from; empty: none was found."""

    label: str
    column: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What the first rows of a source would come to; sensitive values are masked."""

    name: str
    columns: tuple[TriedColumn, ...]
    unknown: tuple[str, ...]
    understood: Mapping[str, str]
    rows: int
    accepted: int
    problems: tuple[Problem, ...]
    labels: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]

    @property
    def missing(self) -> list[str]:
        """Items for which no column was found."""
        return [one.label for one in self.columns if not one.column]


def try_source(*, source: Source, actor: User, at: datetime) -> Trial:
    """Ask a source for its first rows and judge them as the border would.

    Nothing is gathered and no case is opened; that values were read stands in the ledger. Raises
    what opening the source raises, ``DatasetNotReady`` and ``NotAllowed``.
    """
    dataset = source.dataset
    check_can_hand_in(actor, dataset)
    rules = rules_of(dataset)
    if not rules:
        raise DatasetNotReady(code=dataset.code, problem="its data items are not described yet")
    delivery = _first_rows(_opened(source))
    matching = match_columns(wanted_columns(dataset), delivery.columns, mapping=source.mapping)
    found = [rule for rule in rules if rule.name in matching.columns]
    rows, accepted, problems = 0, 0, tuple[Problem, ...]()
    if found and not matching.missing:
        border = Border(
            delivery, rules, matching.columns, known_divisions(), quality=quality_for(dataset)
        )
        for _ in border.accepted_batches():
            pass
        rows, accepted, problems = border.delivered, border.accepted, tuple(border.problems)
    _note_trial(source, actor, at)
    return Trial(
        name=delivery.name,
        columns=tuple(
            TriedColumn(rule.label, matching.columns.get(rule.name, "")) for rule in rules
        ),
        unknown=matching.unknown,
        understood=dict(delivery.understood),
        rows=rows,
        accepted=accepted,
        problems=problems,
        labels=tuple(rule.label for rule in found),
        shown=tuple(_shown(delivery, found, matching.columns)),
    )


def _opened(source: Source) -> Delivery:
    networks, secret = networks_for(source.registered_by), source.secret or ""
    if source.kind == "database":
        return database_delivery(
            source.location, table=source.table, secret=secret, networks=networks, most=TRIED_ROWS
        )
    if source.kind == "http_json":
        return http_delivery(
            source.location,
            paging=paging_of(source.paging),
            entry=Entry(source.header or "Authorization", secret),
            networks=networks,
            patience=Patience(attempts=1),
            first_only=True,
        )
    path = Path(source.location)
    if source.kind == "folder":
        path = next(iter(files_in(path)), path)
    return _file(source.dataset, path, source.table)


def _file(dataset: Dataset, path: Path, table: str) -> Delivery:
    return file_delivery(
        path,
        expected=expected_labels(wanted_columns(dataset)),
        dates=expected_labels(date_columns(dataset)),
        table=table,
    )


def _first_rows(delivery: Delivery) -> Delivery:
    def chunks() -> Iterator[Chunk]:
        for chunk in islice(delivery.chunks(), 1):
            last = chunk.numbers[min(TRIED_ROWS, chunk.height) - 1] if chunk.height else 0
            yield replace(
                chunk,
                rows=chunk.arrow.slice(0, TRIED_ROWS),
                numbers=chunk.numbers[:TRIED_ROWS],
                broken=tuple(row for row in chunk.broken if row.number <= last),
                marks=tuple(mark for mark in chunk.marks if mark.position < TRIED_ROWS),
            )

    return replace(delivery, chunks=chunks)


def _shown(
    delivery: Delivery, rules: Sequence[ItemRule], columns: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    for chunk in delivery.chunks():
        for row in chunk.arrow.slice(0, SHOWN_ROWS).to_pylist():
            yield tuple(
                _masked(row[columns[rule.name]] or "", rule, columns[rule.name]) for rule in rules
            )


def _masked(value: str, rule: ItemRule, column: str) -> str:
    return shown_value(
        value, heading=f"{column} {rule.label}", rule=rule.rule,
        role=rule.role, sensitive=rule.sensitive,
    )  # fmt: skip


def _note_trial(source: Source, actor: User, at: datetime) -> None:
    record(
        actor=str(actor.public_id),
        organisation=source.dataset.organisation.name,
        action="collection.try_source",
        purpose="see what is understood of a source",
        matter=Reference("collection.source", str(source.public_id)),
        dataset=source.dataset.code,
        details={"rows": str(TRIED_ROWS)},
        at=at,
    )
