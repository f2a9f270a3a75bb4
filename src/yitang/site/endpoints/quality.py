"""Quality rules of a dataset as JSON: those that count, and a version in their place."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from yitang.data.catalogue.api import dataset_for
from yitang.data.collection import api as collection
from yitang.data.collection.rules import DIMENSIONS, QualityRule, Suggestion
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["collection"], auth=django_auth)


class QualityRuleData(Given):
    name: str
    kind: Literal["range", "pattern", "order", "if_then", "one_of", "unique", "reference"]
    items: list[str]
    severity: Literal["reject", "warn"] = "reject"
    low: str = ""
    high: str = ""
    pattern: str = ""
    value: str = ""
    dataset: str = ""
    item: str = ""


class RuleVersionOut(Schema):
    number: int
    rules: int
    note: str
    made_at: datetime


class RulesOut(Schema):
    dataset: str
    version: int
    rules: list[QualityRuleData]
    history: list[RuleVersionOut]


class RulesIn(Given):
    base: int
    rules: list[QualityRuleData]
    note: str = ""


@router.get("/{slug:code}", response=RulesOut, summary="The quality rules of a dataset")
def rules(request: HttpRequest, code: str) -> RulesOut:
    return _out(_user(request), code)


@router.post("/{slug:code}", response=RulesOut, summary="Set the quality rules of a dataset")
def set_rules(request: HttpRequest, code: str, wanted: RulesIn) -> RulesOut:
    """All of them, in the place of version ``base`` (0: there is none yet)."""
    user = _user(request)
    collection.set_quality_rules(
        dataset=dataset_for(user, code),
        rules=[
            QualityRule(**(rule.model_dump() | {"items": tuple(rule.items)}))
            for rule in wanted.rules
        ],
        actor=user,
        at=now(),
        base=wanted.base,
        note=wanted.note[:500],
    )
    return _out(user, code)


class ScoreOut(Schema):
    """From 0 to 1; empty where nothing asks for the dimension."""

    batch: str
    at: datetime | None
    total: float
    completeness: float
    validity: float
    uniqueness: float | None
    consistency: float | None
    timeliness: float | None


@router.get(
    "/{slug:code}/scores",
    response=list[ScoreOut],
    summary="How good a dataset's batches were, the oldest first",
)
def scores(request: HttpRequest, code: str) -> list[ScoreOut]:
    """The latest 24."""
    return [
        ScoreOut(
            batch=row.batch.number,
            at=row.batch.receipted_at,
            total=row.total,
            **{name: getattr(row, name) for name in DIMENSIONS},
        )
        for row in collection.scores_of(dataset_for(_user(request), code))
    ]


class SuggestionOut(Schema):
    key: str
    item: str
    label: str
    kind: str
    value: list[str]
    evidence: str


class AcceptIn(Given):
    keys: list[str] | None = None


@router.get(
    "/{slug:code}/suggestions",
    response=list[SuggestionOut],
    summary="Rules that the gathered rows suggest",
)
def suggestions(request: HttpRequest, code: str) -> list[SuggestionOut]:
    user = _user(request)
    return _suggested(collection.suggested_rules(user, dataset_for(user, code)))


@router.post(
    "/{slug:code}/suggestions", response=list[SuggestionOut], summary="Accept suggested rules"
)
def accept(request: HttpRequest, code: str, wanted: AcceptIn) -> list[SuggestionOut]:
    """Those with these keys, or all without; the answer holds those that were made."""
    user = _user(request)
    made = collection.accept_suggestions(
        dataset=dataset_for(user, code), keys=wanted.keys, actor=user, at=now()
    )
    return _suggested(made)


def _suggested(found: list[Suggestion]) -> list[SuggestionOut]:
    return [
        SuggestionOut(
            key=one.key,
            item=one.item,
            label=one.label,
            kind=one.kind,
            value=list(one.value),
            evidence=str(one.evidence),
        )
        for one in found
    ]


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.see")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _out(user: User, code: str) -> RulesOut:
    entry = dataset_for(user, code)
    number, known = collection.quality_rules(entry)
    history = [
        RuleVersionOut(number=one.number, rules=len(one.rules), note=one.note, made_at=one.made_at)
        for one in collection.rule_sets(entry)
    ]
    rules = [QualityRuleData.model_validate(rule, from_attributes=True) for rule in known]
    return RulesOut(dataset=entry.code, version=number, rules=rules, history=history)
