"""Python objects lent to Arrow, whose own threads let them go later than its call returns.

Where opening or reading fails, Arrow's pool still holds bytes it was given, and needs Python's
lock to let them go. An interpreter that ends in that moment aborts or waits for ever (apache/arrow
issues 33975 and 50482), so whoever lends waits until everything has come back.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from .text_encoding import Utf8Stream

T = TypeVar("T")
PATIENCE = 60.0  # seconds; a block from a slow disk may still be on its way
_LOOK_EVERY = 0.0005  # seconds


class Loan:
    """What was lent and is not back. Nobody else may hold what it gives out."""

    def __init__(self, stream: Utf8Stream) -> None:
        self._stream = stream
        self._lent: list[weakref.ref[Any]] = []

    def stream(self) -> LentStream:
        """The stream, to be handed on at once."""
        return self._noted(LentStream(self.read))

    def handler(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function, to be handed on at once."""
        return self._noted(partial(function))

    def read(self, size: int) -> memoryview:
        """The next bytes, as something whose end can be seen."""
        self._lent = [one for one in self._lent if one() is not None]
        return self._noted(memoryview(self._stream.read(size)))

    @property
    def is_out(self) -> bool:
        """Whether something is not back yet."""
        return any(one() is not None for one in self._lent)

    def _noted(self, thing: T) -> T:
        self._lent.append(weakref.ref(thing))
        return thing


class LentStream:
    """As much of a file as Arrow asks for; no ``io`` class, whose end runs code of Python's."""

    closed = False

    def __init__(self, read: Callable[[int], memoryview]) -> None:
        self.read = read

    def close(self) -> None:
        """Whoever lent it closes what is behind it."""


@contextmanager
def lent(stream: Utf8Stream) -> Iterator[Loan]:
    """A loan; leaving the block waits until Arrow has let everything go."""
    loan = Loan(stream)
    try:
        yield loan
    finally:
        until = time.monotonic() + PATIENCE
        while loan.is_out and time.monotonic() < until:
            time.sleep(_LOOK_EVERY)
