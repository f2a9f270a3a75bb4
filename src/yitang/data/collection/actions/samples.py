"""A few rows of a dataset, masked, so that somebody may judge whether it is what they need."""

from __future__ import annotations

from datetime import datetime

from yitang.data.catalogue.api import DataItem, Dataset, items_of
from yitang.data.collection.access import SAMPLE, check_can_sample
from yitang.data.collection.rules import SHOWN_LENGTH, shown_value
from yitang.data.lake.api import query, quoted, table_exists
from yitang.ground.base.clock import civil_date
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User, office_name

SAMPLE_ROWS = 5


def sample_rows(*, dataset: Dataset, actor: User, at: datetime) -> list[list[str]]:
    """The first rows of the present version, a text for each item in the catalogue's order.

    Secret values are left empty; sensitive ones are masked, and so is whatever looks personal in
    an item that nobody marked. Where anything is masked the ledger says who looked. Raises
    ``NotAllowed``.
    """
    check_can_sample(actor)
    items = items_of(dataset)
    if not items or not table_exists(dataset.code):
        return []
    names = ", ".join(quoted(item.name) for item in items)
    sql = f"SELECT {names} FROM rows_ LIMIT {SAMPLE_ROWS}"  # noqa: S608  (names of the catalogue)
    found = query(sql, rows_=dataset.code).to_pylist()
    values = [[_text(row[item.name], item) for item in items] for row in found]
    heads = [_heading(item, dataset) for item in items]
    rows = [[_shown(*cell) for cell in zip(row, heads, items, strict=True)] for row in values]
    in_clear = [[text.strip()[:SHOWN_LENGTH] for text in row] for row in values]
    if any(item.is_sensitive for item in items) or rows != in_clear:
        record(
            actor=str(actor.public_id),
            organisation=office_name(actor, on=civil_date(at), permission=SAMPLE),
            action="collection.sample_rows",
            purpose="judge a dataset by a masked sample",
            dataset=dataset.code,
            details={"rows": str(SAMPLE_ROWS)},
            at=at,
        )
    return rows


def _text(value: object, item: DataItem) -> str:
    return "" if item.is_secret or value is None else str(value)


def _heading(item: DataItem, dataset: Dataset) -> str:
    """What stands above it; a person's name is called so, whatever the item is called."""
    is_name = dataset.subject == "person" and item.role.rpartition(".")[2] == "name"
    return "姓名" if is_name else item.label


def _shown(text: str, heading: str, item: DataItem) -> str:
    return shown_value(
        text, heading=heading, rule=item.rule, role=item.role, sensitive=item.is_sensitive
    )
