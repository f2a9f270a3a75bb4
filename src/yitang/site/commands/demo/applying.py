"""The step in which parents apply: before the records were shared, and on the day they are.

Whoever applied earlier wrote everything down and brought the papers to the counter; whoever
applies on the day finds the form filled in and comes nowhere. Both go through the same actions
as a person in a browser, at their own time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from yitang.data.lake.api import read_table
from yitang.ground.base.clock import civil_date
from yitang.ground.base.identity import is_identity_number
from yitang.ground.organisations import api as organisations
from yitang.ground.organisations.api import User
from yitang.public.services import api as services
from yitang.public.services.api import Application, Item

from .running import Demonstration

FORM = "newborn"
EARLIER, TODAY = 22, 18  # applications
YOUNG = timedelta(days=60)
MARRIED = "结婚"
VISITS = ("递交出生医学证明和结婚证原件", "补交父亲居民身份证复印件")
WORDS = {
    5: ("一趟没跑，很方便", "资料都填好了，点一下就行", ""),
    4: ("挺快的", ""),
    3: ("还可以", ""),
}
STARS, WEIGHTS = (5, 4, 3), (70, 22, 8)


@dataclass(frozen=True, slots=True)
class Newborn:
    """A child whom a parent registers: the mother's number, and what she can write down."""

    mother: str
    born: date
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """One application on its way, its applicant, and the officer who has it on the desk."""

    application: Application
    parent: User
    officer: User
    at: datetime

    def after(self, **units: float) -> datetime:
        return self.at + timedelta(**units)


def apply_for_newborns(demo: Demonstration) -> str:
    """Dozens of newborn registrations in every state, most of them decided."""
    item = services.item_of_form(FORM)
    children = _newborns(demo)[: EARLIER + TODAY]
    if item is None or not children:
        return "no newborn to register"
    chance = random.Random(demo.seed)  # noqa: S311  (a repeatable province, not a secret)
    on_the_day = children[: len(children) * TODAY // (EARLIER + TODAY)]
    with transaction.atomic():  # one commit: this is history being written, not people at work
        for position, child in enumerate(reversed(children)):
            if child in on_the_day:
                _applied_on_the_day(demo, item, child, position, chance)
            else:
                _applied_earlier(demo, item, child, position, chance)
            demo.advance((position + 1) / len(children))
    counted = services.visits_per_closed_case()
    return (
        f"{len(children)} applications, {counted.closed_cases} delivered:"
        f" {counted.visits_per_case or 0:.2f} visits a case,"
        f" {counted.cases_without_visit} without any"
    )


def _applied_earlier(
    demo: Demonstration, item: Item, child: Newborn, position: int, chance: random.Random
) -> None:
    """Written down by hand; what became of it depends on its place in the queue."""
    fate, days = FATES.get(position, (_settled_at_the_counter, chance.uniform(12, 34)))
    parent = _parent(demo, child)
    sent = _sent(item, child, parent, demo.at - timedelta(days=days))
    if sent is not None:
        fate(sent, chance)


def _applied_on_the_day(
    demo: Demonstration, item: Item, child: Newborn, position: int, chance: random.Random
) -> None:
    """Filled in from the records; three of four were looked at before the visitor came."""
    at = demo.at - timedelta(minutes=chance.uniform(50, 150))
    sent = _sent(item, child, _parent(demo, child), at)
    if sent is not None and position % 4:
        _accept(sent, sent.after(minutes=5))
        _decide(sent, "approve", sent.after(minutes=chance.uniform(10, 30)))
        _rate(sent, sent.after(minutes=40), chance)


def _sent(item: Item, child: Newborn, parent: User, at: datetime) -> Sent | None:
    """Drafted, filled in from what may be read that day, the rest written down, sent."""
    draft = services.draft_application(item=item, actor=parent, at=at)
    read = services.records_reader(draft, actor=parent, at=at)
    found = services.prefill_application(application_id=draft.pk, actor=parent, read=read)
    asked = {name: text for name, text in child.answers.items() if name not in found.values}
    application = services.submit_application(
        application_id=draft.pk, actor=parent, at=at, answers=asked, doubts={}
    )
    case = application.case
    if case is None or case.organisation_id is None:
        return None
    handlers = organisations.officers_of(case.organisation_id, on=civil_date(at), role="handler")
    officer = handlers[0] if handlers else organisations.system_actor()
    return Sent(application, parent, officer, at)


def _settled_at_the_counter(sent: Sent, chance: random.Random) -> None:
    _visit(sent, 0, sent.after(days=1, hours=1))
    _accept(sent, sent.after(days=1, hours=2))
    if chance.random() < 0.35:
        _visit(sent, 1, sent.after(days=2))
    _decide(sent, "approve", sent.after(days=3))
    if chance.random() < 0.6:
        _rate(sent, sent.after(days=3, hours=5), chance)


def _late(sent: Sent, chance: random.Random) -> None:
    """Accepted, and then nobody looked at it."""
    _visit(sent, 0, sent.after(hours=4))
    _accept(sent, sent.after(hours=5))


def _waiting(sent: Sent, chance: random.Random) -> None:
    """Sent, and not looked at yet."""


def _correcting(sent: Sent, chance: random.Random) -> None:
    _move(sent, "ask_correction", sent.after(hours=20), note="请补传出生医学证明正本照片")


def _corrected(sent: Sent, chance: random.Random) -> None:
    _correcting(sent, chance)
    services.answer_correction(
        application_id=sent.application.pk,
        actor=sent.parent,
        at=sent.after(hours=44),
        words="已补传，请查收",
        answers={},
    )


def _refused(sent: Sent, chance: random.Random) -> None:
    _visit(sent, 0, sent.after(days=1))
    _accept(sent, sent.after(days=1, hours=1))
    _decide(sent, "refuse", sent.after(days=2), note="父母户口均不在本辖区，请向户口所在地申请")


def _withdrawn(sent: Sent, chance: random.Random) -> None:
    services.move_application(
        case_id=sent.application.case_id or 0,
        verb="withdraw",
        actor=sent.parent,
        at=sent.after(hours=30),
    )


# The first in the queue, each with how many days ago it was sent; all others were settled.
FATES: dict[int, tuple[Callable[[Sent, random.Random], None], float]] = {
    0: (_late, 12.0),
    1: (_correcting, 3.0),
    2: (_corrected, 4.0),
    3: (_refused, 15.0),
    4: (_withdrawn, 9.0),
    5: (_waiting, 1.0),
    6: (_waiting, 3.1),
}


def _accept(sent: Sent, at: datetime) -> None:
    """Unless nothing was missing, so that it was accepted as it came."""
    case = sent.application.case
    if case is not None and case.state == "submitted":
        _move(sent, "accept", at)


def _move(sent: Sent, verb: str, at: datetime, *, note: str = "") -> None:
    services.move_application(
        case_id=sent.application.case_id or 0, verb=verb, actor=sent.officer, at=at, note=note
    )


def _decide(sent: Sent, verb: str, at: datetime, *, note: str = "") -> None:
    services.decide_application(
        application_id=sent.application.pk,
        verb=verb,
        actor=sent.officer,
        at=at,
        note=note,
        read=services.records_reader(sent.application, actor=sent.officer, at=at),
    )


def _visit(sent: Sent, which: int, at: datetime) -> None:
    case = sent.application.case
    if case is not None and case.organisation is not None:
        services.log_visit(
            application_id=sent.application.pk,
            organisation=case.organisation,
            reason=VISITS[which],
            actor=sent.officer,
            at=at,
        )


def _rate(sent: Sent, at: datetime, chance: random.Random) -> None:
    stars = chance.choices(STARS, WEIGHTS)[0]
    services.rate_application(
        application_id=sent.application.pk,
        stars=stars,
        words=chance.choice(WORDS[stars]),
        actor=sent.parent,
        at=at,
    )


def _parent(demo: Demonstration, child: Newborn) -> User:
    return organisations.create_user(
        username=f"parent{child.mother[-8:]}",
        display_name=child.answers["mother_name"],
        identity_number=child.mother,
        at=demo.at,
    )


def _newborns(demo: Demonstration) -> list[Newborn]:
    """Children of the last weeks whose parents are married and registered, the youngest first.

    The family of the demonstration's story is left to its visitor.
    """
    births = read_table("births")
    since = pa.scalar(civil_date(demo.at) - YOUNG, births.schema.field("birth_date").type)
    rows = births.filter(pc.greater(births["birth_date"], since)).to_pylist()
    mothers = pa.array({row["mother_identity"] for row in rows if row["mother_identity"]})
    people = read_table("population")
    known = people.filter(pc.is_in(people["identity_number"], mothers)).to_pylist()
    homes = {row["identity_number"]: row for row in known if row["division_code"]}
    rows.sort(key=lambda row: (row["birth_date"], row["record_number"]), reverse=True)
    found = {child.mother: child for child in _children(rows, homes, _wives(mothers))}
    return list(found.values())


def _wives(mothers: pa.Array) -> set[str]:
    marriages = read_table("marriages")
    theirs = marriages.filter(pc.is_in(marriages["wife_identity"], mothers)).to_pylist()
    return {row["wife_identity"] for row in theirs if row["status"] == MARRIED}


def _children(
    rows: list[dict[str, object]], homes: dict[str, dict[str, object]], wives: set[str]
) -> Iterator[Newborn]:
    for row in rows:
        mother, father = str(row["mother_identity"]), str(row["father_identity"])
        is_whole = all(row[name] for name in ("child_name", "hospital", "certificate_number"))
        is_known = mother in homes and mother in wives and is_identity_number(father)
        if not (is_whole and is_known) or organisations.user_of_identity(mother):
            continue
        answers = {
            "child_name": row["child_name"],
            "child_sex": row["child_sex"],
            "child_birth_date": row["birth_date"],
            "hospital": row["hospital"],
            "birth_certificate": row["certificate_number"],
            "mother_name": row["mother_name"],
            "mother_identity": mother,
            "father_name": row["father_name"],
            "father_identity": father,
            "address": homes[mother]["address"],
            "division": homes[mother]["division_code"],
        }
        born = row["birth_date"]
        if isinstance(born, date) and all(answers.values()):
            yield Newborn(mother, born, {name: str(text) for name, text in answers.items()})
