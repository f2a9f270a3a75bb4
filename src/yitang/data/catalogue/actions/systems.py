"""Writes to the register of systems: a department enters and changes, the authority decides."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from yitang.data.catalogue.access import check_can_decide_system, check_can_keep_system
from yitang.data.catalogue.errors import SystemCodeTaken, SystemEnded, SystemInvalid
from yitang.data.catalogue.measures import observe_systems
from yitang.data.catalogue.models import SPEC_OF_SYSTEM, InformationSystem, SystemEvent
from yitang.data.catalogue.queries import system_by_code
from yitang.data.catalogue.rules.systems import (
    ENDED,
    SystemMove,
    SystemSpec,
    check_system,
    check_system_move,
    decision_faults,
)
from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import Organisation, User

NOTHING = Decimal(0)


@transaction.atomic
def register_system(
    *,
    spec: SystemSpec,
    organisation: Organisation,
    actor: User,
    at: datetime,
    since: date | None = None,
    note: str = "",
) -> InformationSystem:
    """Enter a system as in use since the first day of its year, else since that day or today.

    Raises ``SystemInvalid``, ``SystemCodeTaken``, ``NotAllowed``.
    """
    check_can_keep_system(actor, organisation)
    today = civil_date(at)
    check_system(spec, on=today)
    if InformationSystem.objects.filter(code=spec.code).exists():
        raise SystemCodeTaken(code=spec.code)
    began = date(spec.start_year, 1, 1) if spec.start_year else min(since or today, today)
    system = InformationSystem(
        organisation=organisation, since=began, changed_at=at, **_values(spec)
    )
    system.full_clean()
    system.save()
    _note(system, "register", before="", on=began, actor=actor, at=at, note=note)
    return system


@transaction.atomic
def amend_system(
    *, system: InformationSystem, spec: SystemSpec, actor: User, at: datetime, note: str = ""
) -> InformationSystem:
    """Bring a system to what ``spec`` says; the same again changes nothing and notes nothing.

    The code and the state stay. Raises ``SystemInvalid``, ``SystemEnded``, ``NotAllowed``.
    """
    locked = _locked(system)
    check_can_keep_system(actor, locked.organisation)
    check_system(spec, on=civil_date(at))
    if spec.code != locked.code:
        raise SystemInvalid(code=locked.code, field="code", problem=CODE_STAYS)
    wanted = _values(spec)
    changes = {
        name: [_said(getattr(locked, name)), _said(value)]
        for name, value in wanted.items()
        if getattr(locked, name) != value
    }
    if not changes:
        return locked
    if locked.has_ended:
        raise SystemEnded(code=locked.code)
    for name, value in wanted.items():
        setattr(locked, name, value)
    locked.changed_at = at
    locked.full_clean()
    locked.save()
    _note(
        locked, "amend", before=locked.state, on=civil_date(at), actor=actor, at=at, note=note,
        changes=changes,
    )  # fmt: skip
    return locked


@transaction.atomic
def decide_system(
    *,
    system: InformationSystem,
    verb: str,
    actor: User,
    at: datetime,
    on: date | None = None,
    note: str = "",
    successor: str = "",
) -> InformationSystem:
    """Connect, migrate, merge, retire a system, or put it back in use, from the day ``on``.

    Raises ``SystemMoveRefused``, ``SystemInvalid`` (the day, the reason, the successor's code),
    ``SystemUnknown`` and ``NotAllowed``: the competent authority decides.
    """
    locked = _locked(system)
    check_can_decide_system(actor, locked.organisation)
    move = check_system_move(code=locked.code, state=locked.state, verb=verb)
    day = on or civil_date(at)
    wrong = decision_faults(
        verb, since=locked.since, day=day, today=civil_date(at), note=note, successor=successor
    )
    for fault in wrong:
        raise SystemInvalid(code=locked.code, field=fault.field, problem=fault.problem)
    before, ended = locked.state, _cost_ended(locked, move)
    locked.successor = _successor(locked, successor, actor, day) if move.needs_successor else None
    locked.state, locked.since, locked.changed_at = move.after, day, at
    locked.full_clean()
    locked.save()
    said = f"→ {locked.successor.code}" if locked.successor else ""
    whole = "; ".join(filter(None, (said, note.strip())))
    _note(locked, verb, before=before, on=day, actor=actor, at=at, note=whole, cost_ended=ended)
    return locked


def _successor(system: InformationSystem, code: str, actor: User, day: date) -> InformationSystem:
    """What goes on with its work from ``day`` on; it may have ended later."""
    found = system_by_code(actor, code.strip())
    if found.pk == system.pk or (found.has_ended and found.since <= day):
        problem = ITSELF if found.pk == system.pk else SUCCESSOR_ENDED
        raise SystemInvalid(code=system.code, field="successor", problem=problem)
    return found


def _cost_ended(system: InformationSystem, move: SystemMove) -> Decimal:
    """What ends a year with this move; less what is taken back by it."""
    cost = system.yearly_cost or NOTHING
    return cost * ((move.after in ENDED) - (system.state in ENDED))


def _note(
    system: InformationSystem,
    verb: str,
    *,
    before: str,
    on: date,
    actor: User,
    at: datetime,
    note: str,
    changes: dict[str, list[str]] | None = None,
    cost_ended: Decimal = NOTHING,
) -> None:
    event = SystemEvent.objects.create(
        system=system, verb=verb, before=before, after=system.state, on=on, actor=actor, at=at,
        note=note.strip()[:500], changes=changes or {}, cost_ended=cost_ended,
    )  # fmt: skip
    observe_systems([event], at)


def _locked(system: InformationSystem) -> InformationSystem:
    return (
        InformationSystem.objects.select_for_update(of=("self",))
        .select_related("organisation__division")
        .get(pk=system.pk)
    )


def _values(spec: SystemSpec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in SPEC_OF_SYSTEM}


def _said(value: object) -> str:
    """A value as the history keeps it."""
    return "" if value is None else f"{value:.2f}" if isinstance(value, Decimal) else str(value)


CODE_STAYS = Message("catalogue.system.code_stays", "the code of a system does not change")
ITSELF = Message("catalogue.system.itself", "a system is not merged into itself")
SUCCESSOR_ENDED = Message(
    "catalogue.system.successor_ended", "that system had ended by that day itself"
)
