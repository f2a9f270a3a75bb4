"""What most of the evidence says, or that it is split: the class and the owner of an issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

MOST = 0.6  # share of the weight that settles it, as for the place of an issue
FEWEST = 2  # people who must say it: one appeal does not speak for all


@dataclass(frozen=True, slots=True)
class Vote:
    """What one message says: of which person, which value, how sure (0 to 1)."""

    person: str
    value: str
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``choice`` is "" while undecided; ``candidates`` with their people, the heaviest first."""

    choice: str = ""
    candidates: tuple[tuple[str, int], ...] = ()


def verdict_of(votes: Iterable[Vote]) -> Verdict:
    """The value with most of the weight, if it has enough of it.

    Each person weighs as much as another, however often they write; who said several things
    divides their weight. Votes for "" say nothing.
    """
    said = [vote for vote in votes if vote.value]
    times: dict[str, int] = defaultdict(int)
    for vote in said:
        times[vote.person] += 1
    weights: dict[str, float] = defaultdict(float)
    people: dict[str, set[str]] = defaultdict(set)
    for vote in said:
        weights[vote.value] += vote.certainty / times[vote.person]
        people[vote.value].add(vote.person)
    ranked = sorted(weights, key=lambda value: (-round(weights[value], 6), value))
    candidates = tuple((value, len(people[value])) for value in ranked)
    if not ranked:
        return Verdict()
    first = ranked[0]
    is_settled = weights[first] >= MOST * sum(weights.values()) and len(people[first]) >= FEWEST
    return Verdict(first if is_settled else "", candidates)
