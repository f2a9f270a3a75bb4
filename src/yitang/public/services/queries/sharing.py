"""Which datasets stand in for papers now: those the exchange supplies to services."""

from __future__ import annotations


def shared_datasets() -> frozenset[str]:
    return frozenset()
