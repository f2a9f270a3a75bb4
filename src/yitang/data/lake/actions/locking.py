"""One writer of a table at a time, on this machine.

Writers on other machines that share the storage are told apart by the log of the table: a
commit is compared with all that were made since the state it began from.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from yitang.data.lake.errors import TableBusy
from yitang.data.lake.queries import table_path
from yitang.ground.plumbing.api import settings

PATIENCE = 3600.0  # seconds; a load of the whole population takes less
_PAUSE = 0.05
_mine: ContextVar[frozenset[str]] = ContextVar("turns that this thread has", default=frozenset())


@contextmanager
def only_writer(dataset: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the table; raises ``TableBusy`` after ``patience``. A killed holder lets go."""
    with _held(dataset, table_path(dataset).name, patience):
        yield


@contextmanager
def in_turn(dataset: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """Take turns with whatever else looks at a table, writes it and notes down what it wrote.

    It may write meanwhile; who only writes or reads does not wait for it. Whoever has the turn
    may ask for it again. Raises ``TableBusy``.
    """
    name = f"{table_path(dataset).name}.turn"
    if name in _mine.get():
        yield
        return
    with _held(dataset, name, patience):
        before = _mine.set(_mine.get() | {name})
        try:
            yield
        finally:
            _mine.reset(before)


@contextmanager
def _held(dataset: str, name: str, patience: float) -> Iterator[None]:
    folder = settings().lake / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("wb") as lock:
        until = time.monotonic() + patience
        while not _taken(lock.fileno()):
            if time.monotonic() >= until:
                raise TableBusy(dataset=dataset)
            time.sleep(_PAUSE)
        yield


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
