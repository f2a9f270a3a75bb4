"""What casework announces to the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from yitang.ground.base.ids import Reference
from yitang.ground.plumbing.api import Event


@dataclass(frozen=True, slots=True)
class CaseMoved(Event):
    """A case went from one state to another; announced in the transaction of the move."""

    name: ClassVar[str] = "casework.case_moved"

    case_id: int
    subject: Reference
    verb: str
    from_state: str
    to_state: str
    actor_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseSupervised(Event):
    """A case was found nearly late (``soon_late``) or ``late``, for the first time per due date."""

    name: ClassVar[str] = "casework.case_supervised"

    case_id: int
    subject: Reference
    level: str
    due_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CasesFoundLate(Event):
    """Cases that one round of supervision found late together, for rooms that count them."""

    name: ClassVar[str] = "casework.cases_found_late"

    case_ids: tuple[int, ...]
    at: datetime
