"""What the authority decides of an overlap."""

from __future__ import annotations

from collections.abc import Mapping

from yitang.data.collection.errors import OverlapDecided

OVERLAP_STATES = ("proposed", "confirmed", "stopped", "dismissed")
# What the authority may decide: verb to the states it is decided in, and the state after.
# Stopped is the end of a chimney: the other department takes the data from the source.
OVERLAP_MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "confirm": (frozenset({"proposed"}), "confirmed"),
    "dismiss": (frozenset({"proposed", "confirmed"}), "dismissed"),
    "stop": (frozenset({"confirmed"}), "stopped"),
    "reopen": (frozenset({"dismissed", "stopped"}), "proposed"),
}


def next_state(state: str, verb: str) -> str:
    """The state after ``verb``; raises ``OverlapDecided`` where it is not open to decide so."""
    before, after = OVERLAP_MOVES[verb]
    if state not in before:
        raise OverlapDecided(verb=verb, state=state)
    return after
