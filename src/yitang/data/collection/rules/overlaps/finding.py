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
    direct = [with_source(one, by_code) for one in weighed if _is_enough(one)]
    direct = [with_first_source(one, direct) for one in direct]
    found = [*direct, *_through_a_third(direct, by_code)]
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


def _is_enough(one: Overlap) -> bool:
    return one.weight >= ENOUGH and one.share >= SHARE


def _share(one: Overlap, by_code: Mapping[str, Held]) -> float:
    """The agreeing facts' part in all facts of the dataset that holds fewer."""
    facts = []
    for code, key in zip((one.left, one.right), one.key, strict=True):
        held = by_code[code]
        filled = {column.name for column in held.table.columns if column.filled}
        facts.append(sum(map(held.weight_of, filled - set(key.split(" ")))))
    return min(1.0, one.weight / max(min(facts), 1.0))


def _through_a_third(direct: Sequence[Overlap], by_code: Mapping[str, Held]) -> list[Overlap]:
    """Pairs that know too few common subjects, but both hold the same as a third dataset."""
    known = {frozenset((one.left, one.right)) for one in direct}
    partners: dict[str, dict[str, dict[str, tuple[str, Agreement]]]] = defaultdict(dict)
    for one in direct:
        other = one.right if one.source == one.left else one.left
        partners[one.source][other] = {
            (a.left if one.source == one.left else a.right): (
                a.right if one.source == one.left else a.left,
                a,
            )
            for a in one.agreements
        }
    found = []
    for third, others in partners.items():
        for left, right in combinations(sorted(others), 2):
            pair = frozenset((left, right))
            if pair in known or by_code[left].organisation == by_code[right].organisation:
                continue
            agreements = tuple(
                _joined(others[left][item], others[right][item])
                for item in sorted(others[left].keys() & others[right].keys())
            )
            one = Overlap(left, right, ("", ""), 0, 0.0, agreements, through=third, source=third)
            one = replace(one, share=_share(one, by_code))
            if _is_enough(one):
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
