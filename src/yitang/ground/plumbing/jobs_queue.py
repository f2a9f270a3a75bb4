"""Background work: named functions, queued in the transaction that needs them.

The queue is a table of the same database, so a job exists exactly when its cause was
committed. A worker runs it at least once: after a crash it is run again, so jobs are
idempotent. Arguments are ids, never personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .errors import JobUnknown
from .request_id import current_request_id, request_id_bound

type_of_job = Callable[..., None]
_jobs: dict[str, type_of_job] = {}
_periods: dict[str, timedelta] = {}


def register_job(name: str, function: type_of_job, *, every: timedelta | None = None) -> None:
    """Make ``function`` known under ``name``; rooms do so in their ``apps.py``.

    With ``every`` the start command queues it again each time that has passed.
    """
    _jobs[name] = function
    if every is not None:
        _periods[name] = every


def periodic_jobs() -> dict[str, timedelta]:
    """Job name to how often it is due."""
    return dict(_periods)


def registered_jobs() -> tuple[str, ...]:
    """Every job name, ordered."""
    return tuple(sorted(_jobs))


def enqueue(name: str, **arguments: str | int | None) -> str:
    """Queue the job ``name`` in the present transaction; returns the id of its row."""
    if name not in _jobs:
        raise JobUnknown(name=name)
    return str(run_job.enqueue(name, arguments, current_request_id()).id)


@task()
def run_job(name: str, arguments: dict[str, str | int | None], request_id: str) -> None:
    """What the worker calls: look the job up and run it under the request id that caused it."""
    if name not in _jobs:
        raise JobUnknown(name=name)
    with request_id_bound(request_id):
        _jobs[name](**arguments)


def requeue_abandoned_jobs(*, at: datetime, after: timedelta = timedelta(minutes=15)) -> int:
    """Give back jobs whose worker died in the middle; returns how many."""
    abandoned = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=at - after
    )
    return abandoned.update(status=TaskResultStatus.READY, started_at=None)
