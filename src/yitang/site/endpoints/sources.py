"""Sources as JSON: where datasets are fetched from; register, try and fetch them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.security import django_auth

from yitang.data.catalogue.api import dataset_for
from yitang.data.collection import api as collection
from yitang.ground.organisations.api import User, check_can
from yitang.ground.plumbing.api import now

from .intake import Given

router = Router(tags=["collection"], auth=django_auth)


class SourceOut(Schema):
    dataset: str
    kind: str
    place: str
    table: str
    mode: str
    column: str
    high_water: str
    cycle: str
    run_at: datetime | None
    succeeded_at: datetime | None
    next_at: datetime | None
    late_since: datetime | None
    failures: int
    case: str
    problem: str
    has_secret: bool


class SourceIn(Given):
    kind: Literal["database", "http_json", "file", "folder"]
    location: str
    table: str = ""
    mode: Literal["whole", "key", "cursor"] = "whole"
    column: str = ""
    cycle: Literal[
        "", "realtime", "daily", "weekly", "ten_days", "monthly", "quarterly", "half_yearly",
        "yearly", "irregular", "never",
    ] = ""  # fmt: skip
    mapping: dict[str, str] = Field(default_factory=dict)
    paging: dict[str, str | int] = Field(default_factory=dict)
    header: str = ""
    secret: str = ""


class FetchOut(Schema):
    at: datetime
    outcome: str
    problem: str
    batch: str
    in_time: bool | None


class FetchedOut(Schema):
    receipts: list[str]
    source: SourceOut


class TrialOut(Schema):
    name: str
    columns: dict[str, str]
    missing: list[str]
    unknown: list[str]
    rows: int
    accepted: int
    problems: list[str]
    labels: list[str]
    shown: list[list[str]]


@router.get("", response=list[SourceOut], summary="Sources of one's own datasets")
def sources(request: HttpRequest) -> list[SourceOut]:
    """Where datasets are fetched from, when next, and how the last fetch went; never a secret."""
    return [_out(source) for source in collection.sources_for(_user(request))]


@router.get("/{slug:code}", response=SourceOut, summary="The source of a dataset")
def source(request: HttpRequest, code: str) -> SourceOut:
    return _out(collection.source_for(_user(request), code))


@router.get(
    "/{slug:code}/fetches", response=list[FetchOut], summary="What became of the latest fetches"
)
def fetches(request: HttpRequest, code: str) -> list[FetchOut]:
    found = collection.fetches_of(collection.source_for(_user(request), code))
    return [
        FetchOut(
            at=one.at,
            outcome=one.outcome,
            problem=str(one.problem or ""),
            batch=one.batch.number if one.batch else "",
            in_time=one.in_time,
        )
        for one in found
    ]


@router.post("/{slug:code}", response=SourceOut, summary="Register the source of a dataset")
def register(request: HttpRequest, code: str, wanted: SourceIn) -> SourceOut:
    """In the place of what was known. An empty secret keeps the one there is for this place."""
    user = _user(request)
    collection.register_source(
        dataset=dataset_for(user, code), actor=user, at=now(), **wanted.model_dump()
    )
    return _out(collection.source_for(user, code))


@router.post("/{slug:code}/try", response=TrialOut, summary="Try a source")
def try_out(request: HttpRequest, code: str) -> TrialOut:
    """What would be understood of its first rows, masked; nothing is gathered."""
    user = _user(request)
    trial = collection.try_source(source=collection.source_for(user, code), actor=user, at=now())
    return TrialOut(
        name=trial.name,
        columns={one.label: one.column for one in trial.columns},
        missing=trial.missing,
        unknown=list(trial.unknown),
        rows=trial.rows,
        accepted=trial.accepted,
        problems=[f"{problem.label}: {problem.message}" for problem in trial.problems],
        labels=list(trial.labels),
        shown=[list(row) for row in trial.shown],
    )


@router.post("/{slug:code}/fetch", response=FetchedOut, summary="Fetch a source now")
def fetch(request: HttpRequest, code: str) -> FetchedOut:
    user = _user(request)
    given = collection.gather_source(source=collection.source_for(user, code), actor=user, at=now())
    kept = _out(collection.source_for(user, code))
    return FetchedOut(receipts=[receipt.number for receipt in given], source=kept)


def _user(request: HttpRequest) -> User:
    check_can(request.user, "collection.hand_in")
    if not isinstance(request.user, User):
        raise TypeError("whoever passes the check is a user")
    return request.user


def _out(source: collection.Source) -> SourceOut:
    return SourceOut(
        dataset=source.dataset.code,
        kind=source.kind,
        place=collection.shown_place(source),
        table=source.table,
        mode=source.mode,
        column=source.column,
        high_water=source.high_water,
        cycle=source.running_cycle,
        run_at=source.run_at,
        succeeded_at=source.succeeded_at,
        next_at=source.next_at,
        late_since=source.late_since(now()),
        failures=source.failures,
        case=source.case.number if source.case else "",
        problem=str(source.problem or ""),
        has_secret=collection.has_secret(source),
    )
