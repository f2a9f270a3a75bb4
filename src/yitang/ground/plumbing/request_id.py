"""One id per request, through log lines and the jobs it queues."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from yitang.ground.base.ids import uuid7

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request being served, or an empty string outside of one."""
    return _request_id.get()


@contextmanager
def request_id_bound(request_id: str = "") -> Iterator[str]:
    """Bind an id (a new one if none is given) for the length of the block."""
    token = _request_id.set(request_id or str(uuid7()))
    try:
        yield _request_id.get()
    finally:
        _request_id.reset(token)


class RequestIdFilter(logging.Filter):
    """Gives every log line the id of the request, or a dash."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True
