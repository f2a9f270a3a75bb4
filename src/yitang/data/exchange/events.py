"""What other rooms may hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from yitang.ground.plumbing.api import Event


@dataclass(frozen=True, slots=True)
class DatasetShared(Event):
    """A grant came into force: ``organisation_id`` may read ``dataset`` for ``purpose``."""

    name: ClassVar[str] = "dataset_shared"

    grant_id: str
    dataset: str
    organisation_id: int
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GrantStopped(Event):
    """A grant was suspended or ended; ``state`` says which."""

    name: ClassVar[str] = "grant_stopped"

    grant_id: str
    dataset: str
    organisation_id: int
    purpose: str
    state: str
    at: datetime
