"""Work ahead: one step prepares its next items while the step after it uses those before.

Reading, checking and writing spend their time outside of Python's lock, so that two or three
processors are busy where one was.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")


class _End(Exception):
    """Stands in the queue behind the last item."""


@contextmanager
def ahead(items: Iterator[T], *, depth: int = 1) -> Iterator[Iterator[T]]:
    """``items``, made by a thread of its own, up to ``depth`` of them in store.

    What goes wrong there is raised where the item would have come. Leaving the block stops
    the thread after the item it is at.
    """
    store: Queue[T | BaseException] = Queue(depth)
    stopped = Event()

    def make() -> None:
        end: BaseException = _End()
        try:
            for item in items:
                store.put(item)
                if stopped.is_set():
                    break
            if isinstance(items, Generator):
                items.close()
        except BaseException as failure:  # noqa: BLE001  (raised again by the thread that asks)
            end = failure
        store.put(end)

    thread = Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        yield _from_store(store)
    finally:
        stopped.set()
        while thread.is_alive():
            try:
                store.get(timeout=0.01)
            except Empty:
                continue
        thread.join()


def _from_store(store: Queue[T | BaseException]) -> Iterator[T]:
    while True:
        item = store.get()
        if isinstance(item, _End):
            return
        if isinstance(item, BaseException):
            raise item
        yield item
