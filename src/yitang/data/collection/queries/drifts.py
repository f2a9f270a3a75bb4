"""Reads: columns that are not as they were."""

from __future__ import annotations

from uuid import UUID

from yitang.data.collection.access import (
    visible_drifts,
)
from yitang.data.collection.errors import DriftUnknown
from yitang.data.collection.models import (
    Drift,
    DriftEvent,
)
from yitang.ground.organisations.api import User


def drifts(user: User, *, state: str = "pending", dataset: str = "") -> list[Drift]:
    """Columns that are not as they were and that ``user`` may see, the latest first."""
    rows = visible_drifts(user)
    if state:
        rows = rows.filter(state=state)
    if dataset:
        rows = rows.filter(dataset__code=dataset)
    return list(rows)


def drift_for(user: User, public_id: UUID | str) -> Drift:
    """One column that ``user`` may see; raises ``DriftUnknown``."""
    found = visible_drifts(user).filter(public_id=public_id).first()
    if found is None:
        raise DriftUnknown(id=public_id)
    return found


def drifts_of_case(user: User, case_id: int) -> list[Drift]:
    """The columns for which a batch was stopped."""
    return list(visible_drifts(user).filter(case_id=case_id).order_by("pk"))


def drift_events(drift: Drift) -> list[DriftEvent]:
    """What was decided of it, the first first."""
    return list(drift.events.select_related("actor"))
