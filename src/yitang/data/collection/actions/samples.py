"""A few rows of a dataset, masked, so that somebody may judge whether it is what they need."""

from __future__ import annotations

from datetime import datetime

from yitang.data.catalogue.api import DataItem, Dataset, items_of
from yitang.data.collection.access import SAMPLE, check_can_sample
from yitang.data.collection.rules import masked
from yitang.data.lake.api import query, quoted, table_exists
from yitang.ground.base.clock import civil_date
from yitang.ground.ledger.api import record
from yitang.ground.organisations.api import User, office_name

SAMPLE_ROWS = 5


def sample_rows(*, dataset: Dataset, actor: User, at: datetime) -> list[list[str]]:
    """The first rows of the present version, a text for each item in the catalogue's order.

    Sensitive values are masked, secret ones left empty. Where an item is sensitive the ledger
    says who looked. Raises ``NotAllowed``.
    """
    check_can_sample(actor)
    items = items_of(dataset)
    if not items or not table_exists(dataset.code):
        return []
    if any(item.is_sensitive for item in items):
        record(
            actor=str(actor.public_id),
            organisation=office_name(actor, on=civil_date(at), permission=SAMPLE),
            action="collection.sample_rows",
            purpose="judge a dataset by a masked sample",
            dataset=dataset.code,
            details={"rows": str(SAMPLE_ROWS)},
            at=at,
        )
    names = ", ".join(quoted(item.name) for item in items)
    sql = f"SELECT {names} FROM rows_ LIMIT {SAMPLE_ROWS}"  # noqa: S608  (names of the catalogue)
    rows = query(sql, rows_=dataset.code).to_pylist()
    return [[_shown(row[item.name], item) for item in items] for row in rows]


def _shown(value: object, item: DataItem) -> str:
    if item.is_secret or value is None:
        return ""
    text = str(value)
    if item.is_sensitive:
        return masked(text, rule=item.rule, role=item.role.rpartition(".")[2])
    return text[:60]
