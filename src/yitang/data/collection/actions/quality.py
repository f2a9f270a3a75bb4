"""Quality rules of a dataset: set as a whole, each version kept, read for a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
from django.db import transaction

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.api import dataset as dataset_by_code
from yitang.data.collection.access import check_can_decide
from yitang.data.collection.errors import QualityRuleInvalid, RulesChanged
from yitang.data.collection.models import RuleSet
from yitang.data.collection.pipeline import is_usable_pattern
from yitang.data.collection.queries import quality_rules, rules_of
from yitang.data.collection.rules import QualityRule, check_quality_rules, document_of_rule
from yitang.data.lake.api import query, quoted, table_exists, table_version
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User


@transaction.atomic
def set_quality_rules(
    *,
    dataset: Dataset,
    rules: Sequence[QualityRule],
    actor: User,
    at: datetime,
    base: int,
    note: str = "",
) -> RuleSet:
    """Put ``rules`` in the place of version ``base``; the same again changes nothing.

    Raises ``QualityRuleInvalid``, ``RulesChanged``, ``NotAllowed``.
    """
    check_can_decide(actor, dataset)
    check_quality_rules(rules, rules_of(dataset))
    for rule in rules:
        _check_with_others(rule)
    latest = RuleSet.objects.filter(dataset=dataset).order_by("-number").first()
    number = latest.number if latest else 0
    if number != base:
        raise RulesChanged(dataset=dataset.name, version=number)
    documents = [document_of_rule(rule) for rule in rules]
    if latest is not None and latest.rules == documents:
        return latest
    made, is_new = RuleSet.objects.get_or_create(
        dataset=dataset,
        number=number + 1,
        defaults={"rules": documents, "note": note[:500], "made_by": actor, "made_at": at},
    )
    if not is_new:
        raise RulesChanged(dataset=dataset.name, version=number + 1)
    return made


def _check_with_others(rule: QualityRule) -> None:
    """What only the engine and the catalogue know; raises ``DatasetUnknown`` too."""
    if rule.kind == "pattern" and not is_usable_pattern(rule.pattern):
        problem = "its pattern asks for what cannot be searched in one pass"
        raise QualityRuleInvalid(name=rule.name, problem=Message("collection.why", problem))
    if rule.kind == "reference":
        other = dataset_by_code(rule.dataset)
        if rule.item not in {item.name for item in rules_of(other)}:
            problem = "it names an item that the other dataset does not have"
            raise QualityRuleInvalid(name=rule.name, problem=Message("collection.why", problem))


@dataclass(frozen=True, slots=True)
class QualityRules:
    """What a passage needs of a dataset's rules: the rules, and the values they may refer to."""

    rules: tuple[QualityRule, ...] = ()
    references: dict[str, pl.Series] = field(default_factory=dict[str, pl.Series])
    versions: tuple[tuple[str, int], ...] = ()  # of the tables that were referred to

    @property
    def mark(self) -> list[object]:
        """What decides how rows are judged; empty where there is no rule."""
        return [[repr(rule) for rule in self.rules], list(self.versions)] if self.rules else []


def quality_for(dataset: Dataset) -> QualityRules:
    """The rules that count now, with the present versions of the tables they refer to.

    Where the other dataset was not gathered yet nothing stands in it, so every value is wrong.
    """
    _, rules = quality_rules(dataset)
    references = {rule.name: _values(rule) for rule in rules if rule.kind == "reference"}
    versions = {
        rule.dataset: table_version(rule.dataset)
        for rule in rules
        if rule.kind == "reference" and table_exists(rule.dataset)
    }
    return QualityRules(tuple(rules), references, tuple(sorted(versions.items())))


def _values(rule: QualityRule) -> pl.Series:
    if not table_exists(rule.dataset):
        return pl.Series(dtype=pl.String)
    name = quoted(rule.item)
    sql = f"SELECT DISTINCT CAST({name} AS VARCHAR) AS v FROM rows_ WHERE v IS NOT NULL"  # noqa: S608  (its name is quoted)
    return pl.DataFrame(query(sql, rows_=rule.dataset)).to_series().cast(pl.String)
