"""Taking a case to change it, storing it, and the line of history that goes with it."""

from __future__ import annotations

from datetime import datetime

from yitang.ground.base.clock import civil_date
from yitang.ground.casework.access import check_can_manage
from yitang.ground.casework.errors import (
    CaseClosed,
)
from yitang.ground.casework.models import Case, CaseEvent
from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import new_row


def locked_case(case_id: int) -> Case:
    return Case.objects.select_for_update().get(pk=case_id)


def managed_case(case_id: int, actor: User, at: datetime) -> Case:
    case = locked_case(case_id)
    check_can_manage(actor, case, on=civil_date(at))
    if not case.is_open:
        raise CaseClosed(number=case.number)
    return case


def save_case(case: Case) -> None:
    case.order()
    case.save()


def line_of(
    case: Case, *, kind: str, actor: User, at: datetime, verb: str = "", from_state: str = "",
    note: str = "", due_before: datetime | None = None,
) -> CaseEvent:  # fmt: skip
    return new_row(
        CaseEvent,
        case_id=case.pk,
        kind=kind,
        verb=verb,
        from_state=from_state,
        to_state=case.state,
        actor_id=actor.pk,
        organisation_id=case.organisation_id,
        at=at,
        due_before=due_before,
        due_at=case.due_at,
        note=note,
    )
