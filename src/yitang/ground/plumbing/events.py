"""A typed register of events: a lower floor announces, an upper floor listens.

Listeners run in the announcer's transaction, in the order they registered; work that may
be slow or fail belongs into a job that the listener queues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. A subclass is named in the past tense and has a ``name``."""

    name: ClassVar[str]


E = TypeVar("E", bound=Event)
_listeners: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def register_listener(event: type[E], listener: Callable[[E], None]) -> None:
    """Call ``listener`` for each ``event``; rooms register in their ``apps.py``."""
    if listener not in _listeners[event]:
        _listeners[event].append(listener)


def announce(event: Event) -> None:
    """Tell every listener; an exception in one undoes the announcer's transaction."""
    for listener in _listeners[type(event)]:
        listener(event)


def registered_events() -> list[type[Event]]:
    """Every event class, ordered by name."""
    return sorted(Event.__subclasses__(), key=lambda event: event.name)
