"""What may fail and is said on the page it belongs to, instead of on one of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from yitang.ground.base.errors import DomainError

Made = TypeVar("Made")


def attempted(work: Callable[[], Made]) -> Made | DomainError:
    """What ``work`` gives, or what a person can do about it."""
    try:
        return work()
    except DomainError as error:
        return error
