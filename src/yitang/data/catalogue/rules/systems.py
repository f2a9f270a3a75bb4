"""The register of information systems (政务信息系统清册): what an entry says, and its states.

Sources: 政务信息系统整合共享实施方案 (国办发〔2017〕39号); 国家政务信息化项目建设管理办法
(国办发〔2019〕57号); 政务信息系统定义和范围 (国标委工二联〔2017〕98号). Grades of
security: GB/T 22240.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yitang.data.catalogue.errors import SystemInvalid, SystemMoveRefused
from yitang.ground.base.text import Message
from yitang.ground.organisations.errors import Either


class SystemState(StrEnum):
    """How far a system has come from an island to the platform, or to its end."""

    IN_USE = "in_use"
    CONNECTED = "connected"
    MIGRATED = "migrated"
    MERGED = "merged"
    RETIRED = "retired"


RUNNING = frozenset({SystemState.IN_USE, SystemState.CONNECTED, SystemState.MIGRATED})
JOINED = frozenset({SystemState.CONNECTED, SystemState.MIGRATED})
ENDED = frozenset({SystemState.MERGED, SystemState.RETIRED})


def _texts(group: str, **templates: str) -> Mapping[str, Message]:
    return {code: Message(f"catalogue.{group}.{code}", text) for code, text in templates.items()}


SYSTEM_STATES = _texts(
    "system_state",
    in_use="in use by itself",
    connected="connected to the platform",
    migrated="migrated to the platform",
    merged="merged into another",
    retired="retired",
)
NETWORKS = _texts(
    "network",
    extranet="government extranet",
    internet="internet",
    private="private network",
    intranet="government intranet",
    standalone="one machine or office network",
)
HOSTINGS = _texts(
    "hosting",
    government_cloud="government cloud",
    other_cloud="another cloud",
    own_room="own machine room",
    rented_room="rented machine room",
)
NOT_GRADED = 0
SECURITY_GRADES = range(6)  # 0: not graded yet; GB/T 22240 has 1 to 5
FIRST_YEAR = 1980
MOST_YUAN = Decimal("999999999999.99")
SYSTEM_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}")
LENGTHS = {"name": 128, "purpose": 500, "supplier": 128}


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """One information system as its department describes it; empty and ``None``: not said."""

    code: str
    name: str
    purpose: str = ""
    network: str = ""
    hosting: str = ""
    security_grade: int = NOT_GRADED
    supplier: str = ""
    start_year: int | None = None
    build_cost: Decimal | None = None
    yearly_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SystemFault:
    """One wrong field, and what is wrong with it."""

    field: str
    problem: Message


@dataclass(frozen=True, slots=True)
class SystemMove:
    """A decision of the authority: from which states, to which, and what it must say."""

    before: frozenset[SystemState]
    after: SystemState
    needs_note: bool = False
    needs_successor: bool = False


SYSTEM_MOVES: Mapping[str, SystemMove] = {
    "connect": SystemMove(frozenset({SystemState.IN_USE}), SystemState.CONNECTED),
    "migrate": SystemMove(
        frozenset({SystemState.IN_USE, SystemState.CONNECTED}), SystemState.MIGRATED
    ),
    "merge": SystemMove(RUNNING, SystemState.MERGED, needs_successor=True),
    "retire": SystemMove(RUNNING, SystemState.RETIRED, needs_note=True),
    # A decision that was mistaken, or that could not be carried out.
    "resume": SystemMove(JOINED | ENDED, SystemState.IN_USE, needs_note=True),
}
MOVE_TO = {move.after: verb for verb, move in SYSTEM_MOVES.items()}


def system_moves_from(state: str) -> list[str]:
    """The verbs that can be decided of a system in ``state``."""
    return [verb for verb, move in SYSTEM_MOVES.items() if state in move.before]


def check_system_move(*, code: str, state: str, verb: str) -> SystemMove:
    """The move ``verb`` makes from ``state``; raises ``SystemMoveRefused``."""
    move = SYSTEM_MOVES.get(verb)
    if move is None or state not in move.before:
        said = SYSTEM_STATES[state]
        raise SystemMoveRefused(code=code, state=said, verb=SYSTEM_VERBS.get(verb, verb))
    return move


def decision_faults(
    verb: str, *, since: date, day: date, today: date, note: str, successor: str
) -> list[SystemFault]:
    """What a decision for ``day`` lacks, of a system that is as it is ``since`` a day."""
    move, found = SYSTEM_MOVES[verb], []
    if day > today:
        found.append(
            (
                "since",
                Message("catalogue.system.day_to_come", "{day} has not come yet", {"day": day}),
            )
        )
    elif day < since:
        found.append(
            (
                "since",
                Message(
                    "catalogue.system.day_before",
                    "{day} is before {since}, when it came to be as it is",
                    {"day": day, "since": since},
                ),
            )
        )
    if move.needs_successor and not successor.strip():
        found.append(("successor", NO_SUCCESSOR))
    if move.needs_note and not note.strip():
        found.append(("note", NO_REASON))
    return [SystemFault(field, problem) for field, problem in found]


SYSTEM_VERBS = _texts(
    "system_verb",
    register="entered",
    amend="changed",
    connect="connected to the platform",
    migrate="migrated to the platform",
    merge="merged into another system",
    retire="retired",
    resume="put back in use",
)


def check_system(spec: SystemSpec, *, on: date) -> None:
    """Raises ``SystemInvalid`` with the first field that is wrong."""
    for fault in system_faults(spec, on=on):
        raise SystemInvalid(code=spec.code or "?", field=fault.field, problem=fault.problem)


def system_faults(spec: SystemSpec, *, on: date) -> list[SystemFault]:
    """Every field that is wrong, in the order of the form; ``on`` is today."""
    return [SystemFault(field, problem) for field, problem in _problems(spec, on)]


def _problems(spec: SystemSpec, on: date) -> Iterator[tuple[str, Message]]:
    if not SYSTEM_CODE.fullmatch(spec.code):
        yield "code", BAD_CODE
    for name, most in LENGTHS.items():
        text = str(getattr(spec, name))
        if name == "name" and not text.strip():
            yield name, MISSING
        elif len(text) > most:
            yield (
                name,
                Message(
                    "catalogue.system.too_long",
                    "it has {length} characters, at most {most} are kept",
                    {"length": len(text), "most": most},
                ),
            )
    if spec.network and spec.network not in NETWORKS:
        yield "network", not_listed(spec.network, NETWORKS)
    if spec.hosting and spec.hosting not in HOSTINGS:
        yield "hosting", not_listed(spec.hosting, HOSTINGS)
    if spec.security_grade not in SECURITY_GRADES:
        yield "security_grade", BAD_GRADE
    if spec.start_year is not None and not FIRST_YEAR <= spec.start_year <= on.year:
        yield (
            "start_year",
            Message(
                "catalogue.system.bad_year",
                "{year} is no year from {first} to {last}",
                {"year": spec.start_year, "first": FIRST_YEAR, "last": on.year},
            ),
        )
    for name in ("build_cost", "yearly_cost"):
        cost: Decimal | None = getattr(spec, name)
        if cost is not None and not _is_amount(cost):
            yield name, BAD_AMOUNT


def _is_amount(cost: Decimal) -> bool:
    is_within = cost.is_finite() and 0 <= cost <= MOST_YUAN
    return is_within and cost == cost.quantize(Decimal("0.01"))


def not_listed(text: str, words: Mapping[str, Message]) -> Message:
    """``text`` is none of the words of its list."""
    return Message(
        "catalogue.system.not_listed",
        "“{text}” is not known; write {choices}",
        {"text": text, "choices": Either(words.values())},
    )


MISSING = Message("catalogue.system.missing", "it is missing")
BAD_CODE = Message(
    "catalogue.system.bad_code",
    "use 2 to 60 letters, digits, dots and hyphens, a letter or digit first",
)
NO_REASON = Message("catalogue.system.no_reason", "say why, or in which document it was decided")
NO_SUCCESSOR = Message(
    "catalogue.system.no_successor", "give the code of the system it was merged into"
)
BAD_GRADE = Message(
    "catalogue.system.bad_grade", "a grade is 1 to 5; leave it empty if there is none yet"
)
BAD_AMOUNT = Message(
    "catalogue.system.bad_amount", "give yuan with at most two decimals, such as 1200000 or 120万"
)


@dataclass(frozen=True, slots=True)
class SystemCounts:
    """What a change of state adds to the figures."""

    running: int
    joined: int
    ended: int


def counted_change(before: str, after: str) -> SystemCounts:
    """From ``before`` (empty: it was not in the register) to ``after``."""

    def change(states: frozenset[SystemState]) -> int:
        return (after in states) - (before in states)

    return SystemCounts(change(RUNNING), change(JOINED), change(ENDED))
