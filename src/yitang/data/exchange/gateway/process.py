"""What a server loads: the gateway of this installation, from its environment alone."""

from __future__ import annotations

from datetime import UTC, datetime

from yitang.data.exchange.rules import Hashes
from yitang.ground.ledger.rules import SegmentWriter, continues_anchors
from yitang.ground.plumbing.rules import derive_key, keyed_hash
from yitang.ground.plumbing.settings import settings

from .app import Gateway, GroupedLedger


def application() -> Gateway:
    """One per process: its own segment, the shared snapshots, grants and counters."""
    chosen = settings()
    keys = derive_key(chosen.secret_key, "blind:exchange")
    people = derive_key(chosen.secret_key, "blind:identity")
    writer = SegmentWriter(chosen.ledger, may_continue=continues_anchors(chosen.ledger))
    return Gateway(
        folder=chosen.home / "exchange",
        ledger=GroupedLedger(writer),
        keys=chosen.keys / "ledger",
        hashes=Hashes(
            lambda value: keyed_hash(keys, value), lambda value: keyed_hash(people, value)
        ),
        # The site's moment, pinned or not: grants, quotas and ledger are of one day.
        clock=lambda: chosen.now.astimezone(UTC) if chosen.now else datetime.now(UTC),
    )
