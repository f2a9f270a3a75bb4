"""Which datasets of different departments hold the same, and who should hold it (数源部门).

Two datasets hold the same when, for subjects that both know, several of their facts agree far
beyond chance: in the same writing, or in codes that stand for each other. What everybody asks for
only to know whom they deal with (a name, a telephone, a division) hardly counts, and a fact that
most departments have of everyone counts little. Decree 809 Arts 11 and 19: one source department
for data that several collect, and no collecting of what can be had by sharing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import scipy  # its parts are loaded when they are used

from yitang.data.collection.rules.sketches import KeySample

from .agreement import FEWEST
from .comparing import ENOUGH, compare
from .found import Agreement, Overlap
from .held import WEIGHTS, Held
from .sourcing import with_first_source, with_source

SHARE = 0.15  # of what the dataset with fewer facts holds
# Of the larger dataset's subjects and of the smaller's, from where both know the same population.
COVERED, CONTAINED = 0.2, 0.75
HALF = 0.5  # of the smaller dataset's subjects: with fewer in common neither list could stop
BESIDES = 1.0  # weight of what agrees besides a description, where they do not
MOSTLY = 0.5  # or so much of what the smaller of the two holds
COMMON = 0.5  # a fact that so many of the joinable datasets share is one that everybody asks
COMMON_FROM = 6
COMMON_WEIGHT = 0.2


def find_overlaps(datasets: Sequence[Held]) -> list[Overlap]:
    """Every pair of different organisations that holds the same, the heaviest first."""
    compared = [
        one
        for left, right, joins in _candidates(datasets)
        if (one := compare(left, right, joins)) is not None
    ]
    by_code = {dataset.code: dataset for dataset in datasets}
    compared = _without_given(compared, by_code)
    weighed = [replace(one, share=_share(one, by_code)) for one in _without_common(compared)]
    direct = [with_source(one, by_code) for one in weighed if _is_enough(one, by_code)]
    direct = [with_first_source(one, direct) for one in direct]
    joined = {frozenset((one.left, one.right)): one for one in weighed}
    found = [*direct, *_through_a_third(direct, joined, by_code)]
    return sorted(found, key=lambda one: (-one.weight, one.left, one.right))


def _candidates(
    datasets: Sequence[Held],
) -> Iterator[tuple[Held, Held, list[tuple[KeySample, KeySample]]]]:
    """Pairs of different organisations whose keys share values, by one sparse product."""
    keys = [(held, sample) for held in datasets for sample in held.table.samples]
    if not keys:
        return
    values = np.concatenate([sample.hashes for _, sample in keys])
    rows = np.repeat(np.arange(len(keys)), [sample.hashes.size for _, sample in keys])
    known, columns = np.unique(values, return_inverse=True)
    ones = np.ones(values.size, dtype=np.int32)
    table = scipy.sparse.csr_array((ones, (rows, columns)), shape=(len(keys), known.size))
    shared = (table @ table.T).tocoo()
    joins: dict[tuple[int, int], list[tuple[KeySample, KeySample]]] = defaultdict(list)
    place = {id(held): number for number, held in enumerate(datasets)}
    for a, b, common in zip(*shared.coords, shared.data, strict=True):
        one, other = keys[a][0], keys[b][0]
        if common >= FEWEST and place[id(one)] < place[id(other)]:
            joins[place[id(one)], place[id(other)]].append((keys[a][1], keys[b][1]))
    for (a, b), found in sorted(joins.items()):
        if datasets[a].organisation != datasets[b].organisation:
            yield datasets[a], datasets[b], found


def _without_given(compared: Sequence[Overlap], by_code: Mapping[str, Held]) -> list[Overlap]:
    """Sex and birth date weigh little under any name: they agree with one that says what it is."""
    given: set[tuple[str, str]] = set()
    for one in compared:
        for found in one.agreements:
            sides = ((one.left, found.left), (one.right, found.right))
            if any(by_code[code].kind_of(item) == "given" for code, item in sides):
                given.update(sides)

    def weighed(one: Overlap, found: Agreement) -> Agreement:
        both = (one.left, found.left) in given and (one.right, found.right) in given
        return replace(found, weight=min(found.weight, WEIGHTS["given"])) if both else found

    return [
        replace(one, agreements=tuple(weighed(one, found) for found in one.agreements))
        for one in compared
    ]


def _without_common(compared: Sequence[Overlap]) -> list[Overlap]:
    """Less weight for a fact that most datasets joinable with these hold of everyone."""
    joinable: Counter[str] = Counter()
    holding: Counter[tuple[str, str]] = Counter()
    for one in compared:
        joinable.update((one.left, one.right))
        for found in one.agreements:
            holding.update(((one.left, found.left), (one.right, found.right)))

    def is_common(code: str, item: str) -> bool:
        others = joinable[code]
        return others >= COMMON_FROM and holding[code, item] >= COMMON * others

    def weighed(one: Overlap, found: Agreement) -> Agreement:
        common = is_common(one.left, found.left) and is_common(one.right, found.right)
        return replace(found, weight=found.weight * COMMON_WEIGHT) if common else found

    return [
        replace(one, agreements=tuple(weighed(one, found) for found in one.agreements))
        for one in compared
    ]


def _is_enough(one: Overlap, by_code: Mapping[str, Held]) -> bool:
    """Whether two departments hold the same, and not only the description of some subjects.

    A list of some of a register's people or firms repeats who they are; it is the same data only
    if it also repeats what the register is about.
    """
    if one.weight < ENOUGH or one.share < SHARE or one.contained < HALF:
        return False
    smaller = min((one.left, one.right), key=lambda code: by_code[code].table.rows)
    return (
        (one.covered >= COVERED and one.contained >= CONTAINED)
        or one.weight >= MOSTLY * _facts_of(smaller, one, by_code)
        or _beyond_description(one, by_code) >= BESIDES
    )


def _beyond_description(one: Overlap, by_code: Mapping[str, Held]) -> float:
    """The weight of what agrees besides who, where and of what kind a subject is."""
    left, right = by_code[one.left], by_code[one.right]
    return sum(
        found.weight * found.beyond
        for found in one.agreements
        if not left.kind_of(found.left) and not right.kind_of(found.right)
    )


def _share(one: Overlap, by_code: Mapping[str, Held]) -> float:
    """The agreeing facts' part in all facts of the dataset that holds fewer."""
    facts = min(_facts_of(code, one, by_code) for code in (one.left, one.right))
    return min(1.0, one.weight / max(facts, 1.0))


def _facts_of(code: str, one: Overlap, by_code: Mapping[str, Held]) -> float:
    """What all facts of one of the two datasets weigh, without the key."""
    held, key = by_code[code], one.key[0] if code == one.left else one.key[1]
    filled = {column.name for column in held.table.columns if column.filled}
    return sum(map(held.weight_of, filled - set(key.split(" "))))


def _through_a_third(
    direct: Sequence[Overlap],
    joined: Mapping[frozenset[str], Overlap],
    by_code: Mapping[str, Held],
) -> list[Overlap]:
    """Pairs with common subjects, of which too little agrees, that both hold the same as a third.

    Two lists of different people that both copy the register are not each other's copy.
    """
    known = {frozenset((one.left, one.right)) for one in direct}
    partners: dict[str, dict[str, tuple[str, dict[str, tuple[str, Agreement]]]]] = defaultdict(dict)
    for one in direct:
        is_left = one.source == one.left
        other, key = (one.right, one.key[1]) if is_left else (one.left, one.key[0])
        sides = [(a.left, a.right, a) if is_left else (a.right, a.left, a) for a in one.agreements]
        partners[one.source][other] = key, {mine: (theirs, a) for mine, theirs, a in sides}
    found = []
    for third, others in partners.items():
        for left, right in combinations(sorted(others), 2):
            pair = frozenset((left, right))
            (key, mine), (other_key, theirs) = others[left], others[right]
            if pair in known or (own := joined.get(pair)) is None:
                continue
            if (own.key if own.left == left else own.key[::-1]) != (key, other_key):
                continue
            agreements = tuple(
                _joined(mine[item], theirs[item]) for item in sorted(mine.keys() & theirs.keys())
            )
            one = replace(
                own, left=left, right=right, key=(key, other_key), agreements=agreements,
                through=third, source=third,
            )  # fmt: skip
            one = replace(one, share=_share(one, by_code))
            if one.weight >= ENOUGH and one.share >= SHARE:
                known.add(pair)
                found.append(one)
    return found


def _joined(mine: tuple[str, Agreement], theirs: tuple[str, Agreement]) -> Agreement:
    """What two items say of each other when both agree with the same third."""
    (left, one), (right, other) = mine, theirs
    return Agreement(
        left,
        right,
        min(one.rate, other.rate),
        one.beyond * other.beyond,
        min(one.subjects, other.subjects),
        one.mapped or other.mapped,
        min(one.weight, other.weight),
    )
