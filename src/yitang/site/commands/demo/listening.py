"""Steps in which people speak: classes learnt, appeals taken in and answered, halls measured."""

from __future__ import annotations

import csv
import json
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from yitang.ground.casework.api import Box, supervise_cases, supervision_counts, worklist
from yitang.ground.organisations import api as organisations
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings
from yitang.public.halls import api as halls
from yitang.public.hotline import api as hotline
from yitang.public.workforce.api import Demand
from yitang.site.commands.appeals import model_path

from .running import Demonstration

LABELLED = "appeals_labelled.csv"
# A visitor's own file may hold the same numbers: they are another system's.
SOURCE = "minhai"
MOST_LOOKED_AT = 400
DISPATCHED = "dispatched"
# When, before the demonstration's moment, an office signed, called and answered.
EARLIER = (timedelta(hours=3), timedelta(hours=2), timedelta(hours=1))
ANSWER = "已到现场核实并处理，处理情况已电话告知您；如有反复，请随时告诉我们。"


def learn_classes(demo: Demonstration) -> str:
    """Mostly learnt by another process while the silos were gathered."""
    actor, home = organisations.system_actor(), settings().division
    printed = demo.result_of("classes")
    if printed is None:
        learnt = hotline.train_categories(
            path=demo.sample / LABELLED, model=model_path(), actor=actor, home=home
        )
        facts = asdict(learnt)
    else:
        facts = json.loads(printed)
    with (demo.sample / "categories.csv").open(encoding="utf-8-sig", newline="") as file:
        duties = {row["label"]: row["duty"] for row in csv.DictReader(file)}
    hotline.assign_duties(duties=duties, actor=actor, home=home)
    return (
        f"{facts['examples']:,} labelled appeals, {len(facts['classes'])} classes,"
        f" macro-F1 {facts['quality']['macro_f1']:.3f} of unseen ones"
    )


def take_appeals(demo: Demonstration) -> str:
    receipt = hotline.import_appeals(
        path=demo.sample / "appeals.csv",
        source=SOURCE,
        actor=organisations.system_actor(),
        at=demo.at,
        model=model_path(),
        home=settings().division,
    )
    return (
        f"{receipt.delivered:,} delivered = {receipt.accepted:,} accepted +"
        f" {receipt.rejected:,} rejected; {receipt.settled:,} came answered,"
        f" {receipt.dispatched:,} went to their office by themselves,"
        f" {receipt.to_territory:,} to the territorial government, {receipt.to_person:,} wait"
    )


def answer_appeals(demo: Demonstration) -> str:
    """Offices take the lead of what was sent to them, answer some; then supervision looks."""
    chance = random.Random(demo.seed)  # noqa: S311  (a repeatable province, not a secret)
    actor = organisations.system_actor()
    waiting = worklist(
        actor, at=demo.at, workflow="hotline.appeal", box=Box.ALL, limit=MOST_LOOKED_AT
    )
    sent = [case for case in waiting.rows if case.state == DISPATCHED and case.due_at]
    in_time = [case for case in sent if case.due_at and case.due_at > demo.at]
    signed = chance.sample(in_time, len(in_time) * 2 // 3)
    answered = signed[: len(signed) // 3]
    with transaction.atomic():  # one commit: this is history being written, not people at work
        for position, case in enumerate(signed, start=1):
            appeal_id = hotline.appeal_of_case(case.pk).pk
            hotline.sign_for_appeal(appeal_id=appeal_id, actor=actor, at=demo.at - EARLIER[0])
            if case in answered:
                _answer(appeal_id, actor, demo.at)
            demo.advance(position / len(signed))
    found = supervise_cases(at=demo.at)
    stand = supervision_counts(at=demo.at)
    rates = hotline.three_rates(since=demo.at - timedelta(days=90), until=demo.at)
    return (
        f"{len(signed)} taken on, {len(answered)} of them answered, {found.soon_late} reminded;"
        f" {stand.late} late now; {rates.solved.share or 0:.1%} of those asked say it is solved"
    )


def _answer(appeal_id: int, actor: User, at: datetime) -> None:
    hotline.record_contact(appeal_id=appeal_id, actor=actor, at=at - EARLIER[1])
    hotline.answer_appeal(appeal_id=appeal_id, text=ANSWER, actor=actor, at=at - EARLIER[2])


def measure_halls(demo: Demonstration) -> str:
    """What the queue machines of two halls wrote down, as demands a day."""
    actor = organisations.system_actor()
    visits = _rows(demo, "visits")
    windows = _rows(demo, "windows")
    counted = 0
    for hall in _rows(demo, "halls"):
        demands = _demands(
            [row for row in visits if row["hall"] == hall["hall"]],
            [row for row in windows if row["hall"] == hall["hall"]],
        )
        halls.record_hall(
            name=hall["name"],
            organisation=organisations.organisation_by_credit_code(hall["organisation"]),
            demands=demands,
            actor=actor,
            at=demo.at,
        )
        counted += len(demands)
    return f"{len(visits):,} visits, {counted} kinds of matter, {len(windows)} windows"


def _rows(demo: Demonstration, name: str) -> list[dict[str, str]]:
    with (demo.sample / "halls" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _demands(visits: Sequence[dict[str, str]], windows: Iterable[dict[str, str]]) -> list[Demand]:
    """One demand a department: its windows serve every kind of matter it has."""
    days = len({row["day"] for row in visits}) or 1
    served = Counter(row["department"] for row in windows)
    minutes: dict[str, list[float]] = defaultdict(list)
    for row in visits:
        minutes[row["department"]].append(_minutes(row["called"], row["finished"]))
    return [
        Demand(
            name=department,
            visits_per_day=len(times) / days,
            mean_minutes=statistics.fmean(times),
            cv=statistics.pstdev(times) / statistics.fmean(times),
            windows=served[department] or None,
        )
        for department, times in sorted(minutes.items())
    ]


def _minutes(start: str, end: str) -> float:
    begun, done = (datetime.strptime(text, "%H:%M:%S") for text in (start, end))  # noqa: DTZ007
    return max((done - begun).total_seconds() / 60, 0.1)
