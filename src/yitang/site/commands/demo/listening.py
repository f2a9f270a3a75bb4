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

from yitang.ground.organisations import api as organisations
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import settings
from yitang.public.halls import api as halls
from yitang.public.hotline import api as hotline
from yitang.public.hotline.api import Solved
from yitang.public.workforce.api import Demand
from yitang.site.commands.appeals import model_path

from .running import Demonstration

LABELLED = "appeals_labelled.csv"
MOST_HANDLED, FEWEST_HANDLED, PEOPLE_A_HANDLED = 360, 80, 100
DISPATCHED = "dispatched"
OLD_ENOUGH = timedelta(days=8)
ANSWER = "已到现场核实并处理，处理情况已电话告知您；如有反复，请随时告诉我们。"
# How likely a county settles what it is told, drawn once for each: some do worse than others.
BEST, WORST = 0.97, 0.78


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
        actor=organisations.system_actor(),
        at=demo.at,
        model=model_path(),
        home=settings().division,
    )
    return (
        f"{receipt.delivered:,} delivered = {receipt.accepted:,} accepted +"
        f" {receipt.rejected:,} rejected; {receipt.dispatched:,} dispatched,"
        f" {receipt.unresolved:,} wait for the dispatcher"
    )


def answer_appeals(demo: Demonstration) -> str:
    """Offices settle the older appeals and the hotline calls back, each at its own time."""
    chance = random.Random(demo.seed)  # noqa: S311  (a repeatable province, not a secret)
    old = [
        facts
        for facts in hotline.appeals_for_insight()
        if facts.holder and facts.filed_at < demo.at - OLD_ENOUGH
    ]
    actor = organisations.system_actor()
    handled = min(MOST_HANDLED, max(FEWEST_HANDLED, demo.people // PEOPLE_A_HANDLED), len(old))
    drawn = sorted(chance.sample(old, handled), key=lambda facts: facts.number)
    appeals = [(facts, hotline.appeal_for(actor, facts.public_id)) for facts in drawn]
    chosen = [(facts, appeal) for facts, appeal in appeals if appeal.case.state == DISPATCHED]
    skill: dict[str, float] = defaultdict(lambda: chance.uniform(WORST, BEST))
    with transaction.atomic():  # one commit: this is history being written, not people at work
        for position, (facts, appeal) in enumerate(chosen, start=1):
            is_solved = chance.random() < skill[facts.division_code[:6]]
            _settle(appeal.pk, facts.filed_at, actor, is_solved=is_solved)
            demo.advance(position / len(chosen))
    rates = hotline.three_rates(since=demo.at - timedelta(days=90), until=demo.at)
    solved = rates.solved.share
    return f"{len(chosen)} answered and called back, {solved or 0:.1%} solved"


def _settle(appeal_id: int, filed_at: datetime, actor: User, *, is_solved: bool) -> None:
    def after(hours: int) -> datetime:
        return filed_at + timedelta(hours=hours)

    hotline.sign_for_appeal(appeal_id=appeal_id, actor=actor, at=after(5))
    hotline.record_contact(appeal_id=appeal_id, actor=actor, at=after(20))
    hotline.answer_appeal(appeal_id=appeal_id, text=ANSWER, actor=actor, at=after(70))
    answer = Solved.YES if is_solved else Solved.NO
    hotline.call_back(
        appeal_id=appeal_id,
        actor=actor,
        at=after(96),
        reached=True,
        contacted=True,
        solved=answer,
        satisfied=answer,
    )


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
