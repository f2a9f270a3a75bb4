"""A register of systems from a file: every row is taken, or rejected with field and reason."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yitang.data.catalogue.access import KEEP_SYSTEMS
from yitang.data.catalogue.connectors import ReadSystems, read_systems
from yitang.data.catalogue.errors import DumpTooLarge, SystemInvalid, SystemUnknown
from yitang.data.catalogue.models import HeldDump, InformationSystem
from yitang.data.catalogue.queries import system_keepers
from yitang.data.catalogue.rules.system_rows import SystemRow
from yitang.data.catalogue.rules.systems import (
    MOVE_TO,
    SYSTEM_STATES,
    SystemFault,
    SystemState,
)
from yitang.ground.base.clock import civil_date
from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import Organisation, User, check_can, organisations_in
from yitang.ground.organisations.rules import NATION

from .holding import LIMIT_MB, forget_dumps
from .systems import amend_system, decide_system, register_system


@dataclass(frozen=True, slots=True)
class SystemOutcome:
    """What became of one row: created, changed, unchanged, or rejected with its faults."""

    row: SystemRow
    outcome: str
    faults: tuple[SystemFault, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedSystems:
    """A file taken in, or looked at; ``delivered`` = accepted + rejected."""

    read: ReadSystems
    outcomes: tuple[SystemOutcome, ...]

    @property
    def delivered(self) -> int:
        return len(self.outcomes)

    @property
    def rejected(self) -> list[SystemOutcome]:
        return [one for one in self.outcomes if one.outcome == "rejected"]

    @property
    def accepted(self) -> int:
        return self.delivered - len(self.rejected)

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.outcomes)

    @property
    def document(self) -> dict[str, object]:
        """The same in plain values, as an interface gives it out."""
        return {
            "file": self.read.file,
            "delivered": self.delivered,
            "accepted": self.accepted,
            "rejected": len(self.rejected),
            "created": self.count("created"),
            "changed": self.count("changed"),
            "unchanged": self.count("unchanged"),
            "ignored_columns": list(self.read.headings.ignored),
            "rejected_rows": [
                {
                    "row": one.row.number,
                    "code": one.row.spec.code,
                    "faults": [
                        {"field": fault.field, "problem": str(fault.problem)}
                        for fault in one.faults
                    ],
                }
                for one in self.rejected
            ],
        }


def load_systems(
    *, content: bytes, file: str, actor: User, at: datetime, look: bool = False
) -> LoadedSystems:
    """Enter and change systems as the rows of a CSV or a workbook say.

    A row's state is decided as the authority decides it, so a department's own file leaves it
    as it is or is refused there. ``look``: say what would happen and write nothing. Raises
    ``SystemsFileInvalid`` and ``NotAllowed``.
    """
    check_can(actor, KEEP_SYSTEMS)
    read = read_systems(content, file=file, on=civil_date(at))
    owners = _Owners(actor)
    with transaction.atomic():
        outcomes = _outcomes(read.rows, owners, actor, at)
        if look:
            transaction.set_rollback(True)
    return LoadedSystems(read, outcomes)


@transaction.atomic
def hold_systems(*, name: str, content: bytes, actor: User, at: datetime) -> HeldDump:
    """Keep an uploaded register for its owner, for a day; raises ``SystemsFileInvalid``."""
    check_can(actor, KEEP_SYSTEMS)
    if len(content) > LIMIT_MB * 2**20:
        raise DumpTooLarge(file=name, size=-(-len(content) // 2**20), limit=LIMIT_MB)
    read_systems(content, file=name, on=civil_date(at))
    forget_dumps(at=at)
    packed = base64.b64encode(gzip.compress(content)).decode()
    return HeldDump.objects.create(
        owner=actor, file_name=name[:255], content=packed, uploaded_at=at
    )


def _outcomes(
    rows: Sequence[SystemRow], owners: _Owners, actor: User, at: datetime
) -> tuple[SystemOutcome, ...]:
    """Each row on its own; what was merged into a system of the same file comes after that one."""
    by_code = {row.spec.code: row for row in reversed(rows)}
    seen: dict[str, int] = {}
    found: dict[int, SystemOutcome] = {}
    for row in sorted(rows, key=lambda one: _depth(one, by_code)):
        faults = [*row.faults]
        if row.spec.code in seen and row.spec.code:
            faults.append(SystemFault("code", _twice(seen[row.spec.code])))
        seen.setdefault(row.spec.code, row.number)
        found[row.number] = (
            SystemOutcome(row, "rejected", tuple(faults))
            if faults
            else _taken(row, owners, actor, at)
        )
    return tuple(found[row.number] for row in rows)


def _depth(row: SystemRow, by_code: Mapping[str, SystemRow]) -> int:
    """How many systems of the same file it was merged into, one after the other."""
    codes = {row.spec.code}
    while row.state == SystemState.MERGED and row.successor in by_code:
        row = by_code[row.successor]
        if row.spec.code in codes:
            break
        codes.add(row.spec.code)
    return len(codes)


def _taken(row: SystemRow, owners: _Owners, actor: User, at: datetime) -> SystemOutcome:
    owner = owners.of(row.organisation)
    if isinstance(owner, SystemFault):
        return SystemOutcome(row, "rejected", (owner,))
    field = "organisation"
    try:
        with transaction.atomic():
            known = (
                InformationSystem.objects.select_related("organisation__division", "successor")
                .filter(code=row.spec.code)
                .first()
            )
            if known is None:
                system = register_system(
                    spec=row.spec, organisation=owner, actor=actor, at=at, since=row.since
                )
            elif known.organisation_id != owner.pk:
                return SystemOutcome(row, "rejected", (SystemFault("code", OTHERS),))
            else:
                field = "code"
                system = amend_system(system=known, spec=row.spec, actor=actor, at=at)
            field = "state"
            moved = _moved(row, system, actor, at)
    except SystemInvalid as error:
        return SystemOutcome(row, "rejected", (_fault(error, field),))
    except SystemUnknown as error:
        return SystemOutcome(row, "rejected", (SystemFault("successor", _message(error)),))
    except DomainError as error:
        return SystemOutcome(row, "rejected", (SystemFault(field, _message(error)),))
    outcome = (
        "created"
        if known is None
        else "changed"
        if moved or known.spec != row.spec
        else "unchanged"
    )
    return SystemOutcome(row, outcome)


def _moved(row: SystemRow, system: InformationSystem, actor: User, at: datetime) -> bool:
    """Decide the state a row says; whether anything was to be decided."""
    if not row.state or row.state == system.state:
        _check_same(row, system)
        return False
    decide_system(
        system=system, verb=MOVE_TO[SystemState(row.state)], actor=actor, at=at, on=row.since,
        note=row.note or str(SYSTEM_STATES[row.state]), successor=row.successor,
    )  # fmt: skip
    return True


def _check_same(row: SystemRow, system: InformationSystem) -> None:
    """A file does not rewrite in silence since when a decision stands, or into what."""
    if system.state == SystemState.IN_USE or not row.state:
        return
    if row.since and row.since != system.since:
        raise SystemInvalid(code=system.code, field="since", problem=_decided_for(system.since))
    if row.successor and system.successor and row.successor != system.successor.code:
        problem = Message(
            "catalogue.system.other_successor",
            "it was merged into {code}; put it back in use to decide anew",
            {"code": system.successor.code},
        )
        raise SystemInvalid(code=system.code, field="successor", problem=problem)


def _decided_for(since: date) -> Message:
    return Message(
        "catalogue.system.other_day",
        "this state was decided for {since}; put it back in use to decide anew",
        {"since": since},
    )


class _Owners:
    """Whose a row is: by credit code or exact name, or the one department one writes for."""

    def __init__(self, actor: User) -> None:
        self._own = system_keepers(actor)
        self._by_word: dict[str, list[Organisation]] = {}
        for row in organisations_in(NATION):
            for word in {row.credit_code, row.name}:
                self._by_word.setdefault(word, []).append(row)

    def of(self, word: str) -> Organisation | SystemFault:
        if not word and len(self._own) == 1:
            return self._own[0]
        found = self._by_word.get(word, []) if word else []
        if len(found) == 1:
            return found[0]
        return SystemFault("organisation", _unknown(word) if word else WHOSE)


def _unknown(word: str) -> Message:
    return Message(
        "catalogue.system.unknown_owner",
        "no department is called {name}; give its full name or its credit code",
        {"name": word},
    )


def _twice(number: int) -> Message:
    return Message("catalogue.system.twice", "row {row} has this code already", {"row": number})


def _fault(error: SystemInvalid, field: str) -> SystemFault:
    problem = error.params.get("problem")
    said = problem if isinstance(problem, Message) else _message(error)
    return SystemFault(str(error.params.get("field", field)), said)


def _message(error: DomainError) -> Message:
    """An error as the reason of a row."""
    return Message(error.code, error.message, dict(error.params))


WHOSE = Message("catalogue.system.whose", "say whose it is: the full name or the credit code")
OTHERS = Message("catalogue.system.others", "this code stands for a system of another department")
