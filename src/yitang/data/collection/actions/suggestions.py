"""Rules that gathered rows suggest: found in the lake, accepted one by one or all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yitang.data.catalogue.api import Dataset, amend_entry, draft_entry, draft_of
from yitang.data.catalogue.rules import ItemSpec
from yitang.data.collection.access import check_can_decide, check_can_see_receipts
from yitang.data.collection.errors import NothingToSuggestFrom
from yitang.data.collection.models import Batch
from yitang.data.collection.queries import known_divisions, quality_rules, rules_of
from yitang.data.collection.rules import ItemRule, Profile, Suggestion, suggest
from yitang.data.collection.rules.suggestions import SAMPLE
from yitang.data.lake.api import query, quoted, table_schema
from yitang.ground.organisations.api import User

from .quality import set_quality_rules


def suggested_rules(user: User, dataset: Dataset) -> list[Suggestion]:
    """What the present rows suggest that is not asked yet, in the order of the items.

    Raises ``NotAllowed``, ``NothingToSuggestFrom``.
    """
    check_can_see_receipts(user, dataset)
    kept = Batch.objects.filter(dataset=dataset, state="receipted", version__isnull=False)
    if not kept.exists():
        raise NothingToSuggestFrom(dataset=dataset.name)
    draft = draft_of(user, dataset)
    drafted = {item.name: item for item in draft.spec.items} if draft is not None else {}
    divisions, (_, known) = known_divisions(), quality_rules(dataset)
    columns = set(table_schema(dataset.code).names)
    found: list[Suggestion] = []
    for item in rules_of(dataset):
        if item.name in columns:
            asked = frozenset(rule.kind for rule in known if item.name in rule.items)
            wanted = _with_draft(item, drafted.get(item.name))
            profile = _profile(dataset.code, item)
            found += suggest(wanted, profile, divisions=divisions, asked=asked)
    return found


def _with_draft(item: ItemRule, drafted: ItemSpec | None) -> ItemRule:
    """What a draft on its way asks already is not suggested again."""
    if drafted is None:
        return item
    return replace(
        item,
        required=item.required or drafted.required,
        unique=item.unique or drafted.unique,
        rule=item.rule or drafted.rule,
        codes=item.codes or drafted.codes,
    )


def _profile(code: str, item: ItemRule) -> Profile:
    name = quoted(item.name)
    sql = (
        f"SELECT count(*), count({name}), count(DISTINCT {name}),"  # noqa: S608  (quoted)
        f" CAST(min({name}) AS VARCHAR), CAST(max({name}) AS VARCHAR) FROM rows_"
    )
    rows, filled, distinct, low, high = (
        column[0].as_py() for column in query(sql, rows_=code).columns
    )
    sample: tuple[str, ...] = ()
    if item.type not in "INBFYDTL":
        sql = (
            f"SELECT DISTINCT {name} AS v FROM rows_ WHERE v IS NOT NULL ORDER BY v LIMIT {SAMPLE}"  # noqa: S608
        )
        sample = tuple(query(sql, rows_=code).column("v").to_pylist())
    return Profile(rows, filled, distinct, low or "", high or "", sample)


@transaction.atomic
def accept_suggestions(
    *, dataset: Dataset, keys: Collection[str] | None, actor: User, at: datetime
) -> list[Suggestion]:
    """Make rules of the suggestions with these ``keys``, or of all (``None``); those it made.

    What belongs to an item goes into the draft of the catalogue entry, the rest into a version
    of the quality rules, as warnings. Raises what ``suggested_rules``, ``set_quality_rules``
    and ``draft_entry`` raise.
    """
    check_can_decide(actor, dataset)
    chosen = [one for one in suggested_rules(actor, dataset) if keys is None or one.key in keys]
    number, known = quality_rules(dataset)
    if rules := [one.rule for one in chosen if not one.is_of_item]:
        set_quality_rules(
            dataset=dataset, rules=[*known, *rules], actor=actor, at=at, base=number,
            note=", ".join(f"+ {rule.name}" for rule in rules)[:500],
        )  # fmt: skip
    if of_items := [one for one in chosen if one.is_of_item]:
        _amend(dataset, of_items, actor, at)
    return chosen


def _amend(dataset: Dataset, chosen: list[Suggestion], actor: User, at: datetime) -> None:
    draft = draft_of(actor, dataset)
    spec = draft.spec if draft is not None else dataset.spec
    items = tuple(
        _changed(item, [one for one in chosen if one.item == item.name]) for item in spec.items
    )
    spec = replace(spec, items=items)
    if draft is not None:
        amend_entry(version=draft, spec=spec, actor=actor, at=at)
    else:
        draft_entry(spec=spec, organisation=dataset.organisation, actor=actor, at=at)


def _changed(item: ItemSpec, chosen: list[Suggestion]) -> ItemSpec:
    for one in chosen:
        if one.kind == "required":
            item = replace(item, required=True)
        elif one.kind == "unique":
            item = replace(item, unique=True)
        elif one.kind == "codes":
            item = replace(item, codes=one.value)
        else:
            item = replace(item, rule=one.value[0])
    return item
