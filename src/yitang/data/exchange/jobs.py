"""Background work: what time and new batches do to grants and snapshots."""

from yitang.data.collection.api import BatchReceipted
from yitang.ground.plumbing.api import enqueue, now

from .api import expire_grants, refresh_snapshots


def refresh(dataset: str = "") -> None:
    """Idempotent: a snapshot of the latest version is left as it is."""
    refresh_snapshots(at=now(), codes=[dataset] if dataset else [])


def expire() -> None:
    """Idempotent: a terminated grant is not found again."""
    expire_grants(at=now())


def on_batch(event: BatchReceipted) -> None:
    """A new batch reaches those who may read the dataset once the worker has seen to it."""
    enqueue("exchange.refresh", dataset=event.dataset_code)
