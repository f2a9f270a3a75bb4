"""Which kept issue a newly found one is, so that an issue keeps its address while it grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet


def match_issues(
    found: Sequence[AbstractSet[str]], kept: Mapping[str, AbstractSet[str]]
) -> dict[int, str]:
    """The kept key of each found issue that continues one; both hold ids of messages.

    A found issue continues the kept one with which it shares the most messages, if these are at
    least half of either. One kept issue is continued once, by the largest share; whatever else
    held its messages is new, or another one.
    """
    holder = {message: key for key, messages in kept.items() for message in messages}
    pairs = []
    for place, messages in enumerate(found):
        for key, shared in Counter(holder[m] for m in messages if m in holder).items():
            if 2 * shared >= min(len(messages), len(kept[key])):
                pairs.append((-shared, key, place))
    matched: dict[int, str] = {}
    for _, key, place in sorted(pairs):
        if place not in matched and key not in matched.values():
            matched[place] = key
    return matched
