"""How often somebody did a thing lately: counted in the cache that all processes share."""

from __future__ import annotations

import time

from django.core.cache import cache

from .encryption import blind_index


def times_done(what: str, *, who: str, seconds: int) -> int:
    """How often ``who`` did it in the present stretch of ``seconds``, by the real clock: a pinned
    one would never begin a new stretch."""
    return int(cache.get(_key(what, who, seconds), 0))


def count_done(what: str, *, who: str, seconds: int) -> int:
    """Count one more; returns how many there are now. ``who`` is kept as a keyed hash only."""
    key = _key(what, who, seconds)
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # the stretch ended in between
        return 1


def _key(what: str, who: str, seconds: int) -> str:
    stretch = int(time.time()) // seconds
    return f"{what}:{seconds}:{stretch}:{blind_index(who, purpose='limit')}"
