"""What the room announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from yitang.ground.plumbing.api import Event


@dataclass(frozen=True, slots=True)
class BatchReceipted(Event):
    """A batch was checked, kept and answered with a receipt."""

    name: ClassVar[str] = "batch_receipted"

    number: str
    dataset_code: str
    delivered: int
    accepted: int
