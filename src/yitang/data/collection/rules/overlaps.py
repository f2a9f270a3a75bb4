"""Which datasets of different departments hold the same, and who should hold it (数源部门).

Two datasets hold the same when, for subjects that both know, several of their facts agree far
beyond chance: in the same writing, or in codes that stand for each other. What everybody asks for
only to know whom they deal with (a name, a telephone, a division) hardly counts, and a fact that
most departments have of everyone counts little. Decree 809 Arts 11 and 19: one source department
for data that several collect, and no collecting of what can be had by sharing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt

import numpy as np
from scipy.sparse import csr_array

from yitang.data.collection.errors import OverlapDecided
from yitang.ground.base.text import Message

from .columns import folded
from .sketches import EMPTY, ColumnSketch, KeySample, TableSketch

FEWEST = 5  # subjects that both know, below which nothing is said
CONTAINED = 0.08  # of the smaller dataset's subjects, known to the larger
AGREED = 0.6  # beyond chance: 0 is chance, 1 is always
MAPPED = 0.75
MAPPED_FROM = 20  # subjects, before one code may stand for another
MOST_CODES = 40
TRIED = 3  # keys, where the best finds too little: a count may look like a number that names
NAMING = 0.9  # so many different values among those filled: rather a number that names than a fact
SURE = 4.0  # standard deviations from chance
ENOUGH = 1.5  # weights of agreeing facts together
SHARE = 0.15  # of what the dataset with fewer facts holds
COMMON = 0.5  # a fact that so many of the joinable datasets share is one that everybody asks
COMMON_FROM = 6
COMMON_WEIGHT = 0.2
MARGIN = {"subjects": 0.05, "complete": 0.01, "quality": 0.01}  # below which two are equal

OVERLAP_STATES = ("proposed", "confirmed", "stopped", "dismissed")
# What the authority may decide: verb to the states it is decided in, and the state after.
# Stopped is the end of a chimney: the other department takes the data from the source.
OVERLAP_MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "confirm": (frozenset({"proposed"}), "confirmed"),
    "dismiss": (frozenset({"proposed", "confirmed"}), "dismissed"),
    "stop": (frozenset({"confirmed"}), "stopped"),
    "reopen": (frozenset({"dismissed", "stopped"}), "proposed"),
}

# Kinds of facts that say whom a record is about, and what they weigh.
WEIGHTS = {"identifier": 0.0, "name": 0.0, "division": 0.1, "phone": 0.25, "given": 0.25}
_PHONE = re.compile(r"电话|手机|联系方式|phone|mobile|tel$")
_DIVISION = re.compile(r"区划|参保地$|属地|division|regioncode")
_GIVEN = re.compile(r"^(性别|出生日期|出生年月日?|sex|gender|birth(day|date)|dateofbirth)$")
_PERSON = re.compile(
    r"^(姓名|name|fullname|(权利|产权|持证|申请|参保|当事|所有)人(姓名)?|(车|业|户)主(姓名)?"
    r"|(居民|本人|学生|职工)姓名)$"
)
_NAMES = ("姓名", "name")
_IDENTITY = re.compile(
    r"(公民)?(居民)?(身份|有效)?(证件?)?(号码?)?$|(identity|id)?(card)?(number|no)?$"
)
_ENTITY = re.compile(r"名称$|^(name|.*(company|firm|entity|organi[sz]ation)name)$")


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One data item as the catalogue describes it."""

    name: str
    label: str
    rule: str = ""
    role: str = ""
    is_key: bool = False
    authority: int = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A dataset with what is known of its rows."""

    code: str
    organisation: str
    items: tuple[HeldItem, ...]
    table: TableSketch
    cycle_days: int = 0  # 0: not updated by a cycle
    quality: float = 1.0

    @property
    def of_people(self) -> bool:
        """Whether its subjects have identity numbers."""
        return any(item.rule == "identity_number" for item in self.items) and not any(
            item.rule == "credit_code" for item in self.items
        )

    def kind_of(self, name: str) -> str:
        item = next(item for item in self.items if item.name == name)
        label = folded(item.label)
        if label.endswith(_NAMES) and label.startswith(self._parties):
            return "name"
        return kind_of(item, of_people=self.of_people)

    @property
    def _parties(self) -> tuple[str, ...]:
        """Whose identity numbers stand here beside their names: father, wife, guardian."""
        labels = [folded(i.label) for i in self.items if i.rule == "identity_number"]
        return tuple(filter(None, (_IDENTITY.sub("", label) for label in labels)))

    def weight_of(self, name: str) -> float:
        """How much it says that two departments hold this item."""
        return WEIGHTS.get(self.kind_of(name), 1.0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two items that say the same of the same subjects.

    ``rate`` of ``subjects`` agree; ``beyond`` is that less what chance would give (0 to 1).
    ``mapped``: the codes differ, but one stands for the other.
    """

    left: str
    right: str
    rate: float
    beyond: float
    subjects: int
    mapped: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two datasets that hold the same, with the evidence and the proposed source.

    ``contained`` is the share of the smaller dataset's subjects that the other knows; ``share``
    the agreeing facts' part in all facts of the dataset that holds fewer. ``through`` names a
    third dataset when only by it the two can be compared. ``reasons`` are codes of ``REASONS``.
    """

    left: str
    right: str
    key: tuple[str, str]
    subjects: int
    contained: float
    agreements: tuple[Agreement, ...]
    share: float = 0.0
    through: str = ""
    source: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        """How much agrees: the facts' weights, each less what chance would give."""
        return sum(one.weight * one.beyond for one in self.agreements)


# Why a dataset is proposed as the source, the strongest reason first, and how its vote counts.
REASONS: Mapping[str, Message] = {
    "authority": Message(
        "collection.reason.authority", "the catalogue marks its items as more authoritative"
    ),
    "subjects": Message("collection.reason.subjects", "it knows more of them"),
    "complete": Message("collection.reason.complete", "fewer of its values are missing"),
    "cycle": Message("collection.reason.cycle", "it is updated more often"),
    "quality": Message(
        "collection.reason.quality", "fewer of its rows are sent back at the border"
    ),
}
VOTES = {"authority": 4, "subjects": 3, "complete": 1, "cycle": 1, "quality": 1}


def next_state(state: str, verb: str) -> str:
    """The state after ``verb``; raises ``OverlapDecided`` where it is not open to decide so."""
    before, after = OVERLAP_MOVES[verb]
    if state not in before:
        raise OverlapDecided(verb=verb, state=state)
    return after


def kind_of(item: HeldItem, *, of_people: bool = True) -> str:
    """What an item is for, when it only says whom a record is about; ``""`` for a fact.

    Of a firm the name says whom, of a person the name of a firm is a fact.
    """
    label = folded(item.label)
    if item.rule in {"identity_number", "credit_code"} or item.is_key:
        return "identifier"
    if item.rule == "division" or _DIVISION.search(label):
        return "division"
    if item.rule == "mobile" or _PHONE.search(label):
        return "phone"
    if _GIVEN.match(label) or item.role in {"sex", "birth_date"}:
        return "given"
    if item.role.split(".")[-1] == "name" or (_PERSON if of_people else _ENTITY).search(label):
        return "name"
    return ""


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
    direct = [_with_source(one, by_code) for one in weighed if _is_enough(one)]
    direct = [_with_first_source(one, direct) for one in direct]
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
    table = csr_array((ones, (rows, columns)), shape=(len(keys), known.size))
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


def containment(one: ColumnSketch, other: ColumnSketch) -> tuple[int, float]:
    """How many values two columns share in their sketches, and of the smaller, which part."""
    limit = min(one.limit, other.limit)
    left, right = one.smallest[one.smallest <= limit], other.smallest[other.smallest <= limit]
    smaller = min(left.size, right.size)
    if not smaller:
        return 0, 0.0
    common = np.intersect1d(left, right, assume_unique=True).size
    return common, common / smaller


def compare(
    left: Held, right: Held, joins: Sequence[tuple[KeySample, KeySample]]
) -> Overlap | None:
    """What agrees between two datasets, joined on the best of the keys they share.

    Where by that too little agrees, the next keys are tried; then a column that could name
    every row is no fact, since by the better key it did not lead to one.
    """
    joined = [
        (quality, a, b, contained)
        for a, b in joins
        if (found := _join_quality(left, right, a, b)) is not None
        for quality, contained in [found]
    ]
    if not joined:
        return None
    joined.sort(key=lambda join: (join[0], join[1].columns, join[2].columns), reverse=True)
    best, *others = joined
    first = _joined_on(left, right, *best[1:])
    if first.weight >= ENOUGH:
        return first
    for join in others[: TRIED - 1]:
        one = _joined_on(left, right, *join[1:])
        facts = [
            f
            for f in one.agreements
            if not (_names_rows(left, f.left) and _names_rows(right, f.right))
        ]
        one = replace(one, agreements=tuple(facts))
        if one.weight >= ENOUGH:
            return one
    return first


def _joined_on(left: Held, right: Held, a: KeySample, b: KeySample, contained: float) -> Overlap:
    _, mine, theirs = np.intersect1d(a.hashes, b.hashes, assume_unique=True, return_indices=True)
    agreements = tuple(_agreements(left, right, a, b, a.rows[mine], b.rows[theirs]))
    key = (" ".join(a.columns), " ".join(b.columns))
    return Overlap(left.code, right.code, key, mine.size, contained, agreements)


def _names_rows(held: Held, name: str) -> bool:
    column = next(column for column in held.table.columns if column.name == name)
    return column.distinct >= NAMING * column.filled


def _join_quality(
    left: Held, right: Held, a: KeySample, b: KeySample
) -> tuple[float, float] | None:
    """How well two keys join (an identifier better than a name), and the containment."""
    if len(a.columns) != len(b.columns):
        return None
    common, contained = containment(a.keys, b.keys)
    if common < FEWEST or contained < CONTAINED:
        return None
    once = [key.keys.distinct / max(key.keys.filled, 1) for key in (a, b)]
    kinds = {left.kind_of(a.columns[0]), right.kind_of(b.columns[0])}
    trust = 1.0 if kinds == {"identifier"} else 0.8 if "name" not in kinds else 0.5
    return min(1.0, contained + 0.1) * min(once) ** 0.5 * trust * min(1.0, common / 30), contained


def _agreements(
    left: Held, right: Held, a: KeySample, b: KeySample, mine: np.ndarray, theirs: np.ndarray
) -> list[Agreement]:
    """The items that agree, each with the one it agrees with best."""
    found = []
    for x, y in _worth_looking(left.table, right.table, mine, theirs):
        item, other = left.table.columns[x].name, right.table.columns[y].name
        if item in a.columns or other in b.columns:
            continue
        if (agreed := agreement(mine[:, x], theirs[:, y])) is not None:
            weight = min(left.weight_of(item), right.weight_of(other))
            found.append(Agreement(item, other, *agreed, weight))
    found.sort(key=lambda one: (one.mapped, -one.beyond, -one.weight, one.left, one.right))
    taken: set[tuple[str, str]] = set()
    best = []
    for one in found:
        if not {("left", one.left), ("right", one.right)} & taken:
            taken |= {("left", one.left), ("right", one.right)}
            best.append(one)
    return best


def _worth_looking(
    left: TableSketch, right: TableSketch, mine: np.ndarray, theirs: np.ndarray
) -> list[tuple[int, int]]:
    """Pairs of columns that agree now and then, or that both hold few enough codes to map."""
    filled = (mine != EMPTY)[:, :, None] & (theirs != EMPTY)[:, None, :]
    equal = (mine[:, :, None] == theirs[:, None, :]) & filled
    often = equal.sum(0) >= AGREED / 2 * np.maximum(filled.sum(0), 1)
    few, other_few = (
        np.array([2 <= column.distinct <= MOST_CODES for column in table.columns])
        for table in (left, right)
    )
    return [(int(x), int(y)) for x, y in np.argwhere(often | (few[:, None] & other_few[None, :]))]


def agreement(mine: np.ndarray, theirs: np.ndarray) -> tuple[float, float, int, bool] | None:
    """Rate, agreement beyond chance, subjects and whether by mapping; ``None`` when it is chance.

    Both are hashes of the same subjects in the same order, ``EMPTY`` where a value is missing.
    """
    filled = (mine != EMPTY) & (theirs != EMPTY)
    subjects = int(filled.sum())
    if subjects < FEWEST:
        return None
    mine, theirs = mine[filled], theirs[filled]
    values, mine_at, mine_count = np.unique(mine, return_inverse=True, return_counts=True)
    codes, theirs_at, theirs_count = np.unique(theirs, return_inverse=True, return_counts=True)
    _, x, y = np.intersect1d(values, codes, assume_unique=True, return_indices=True)
    chance = float((mine_count[x] / subjects * (theirs_count[y] / subjects)).sum())
    rate = float((mine == theirs).mean())
    if rate > chance:
        beyond = (rate - chance) / (1 - chance)
        spread = sqrt(max(chance * (1 - chance), 0.01 / subjects) / subjects)
        if beyond >= AGREED and (rate - chance) / spread >= SURE:
            return rate, beyond, subjects, False
    few = 2 <= values.size <= MOST_CODES and 2 <= codes.size <= MOST_CODES
    if not few or subjects < MAPPED_FROM:
        return None
    pairs = np.zeros((values.size, codes.size))
    np.add.at(pairs, (mine_at, theirs_at), 1)
    rate, beyond = _mapping(pairs)
    return (rate, beyond, subjects, True) if beyond >= MAPPED else None


def _mapping(pairs: np.ndarray) -> tuple[float, float]:
    """How surely one code tells the other: the rate, and the weaker of two measures of it.

    Guttman's lambda in both directions, and Cramér's V without bias (Bergsma 2013), which a
    handful of subjects in many classes does not deceive.
    """
    subjects = pairs.sum()
    rows, columns = pairs.sum(1), pairs.sum(0)
    rate = (pairs.max(1).sum() + pairs.max(0).sum()) / (2 * subjects)
    base = (rows.max() + columns.max()) / (2 * subjects)
    expected = np.outer(rows, columns) / subjects
    chi = ((pairs - expected) ** 2 / expected).sum()
    r, c = pairs.shape
    phi = max(0.0, chi / subjects - (r - 1) * (c - 1) / (subjects - 1))
    corrected = min(r - (r - 1) ** 2 / (subjects - 1), c - (c - 1) ** 2 / (subjects - 1))
    cramer = sqrt(phi / (corrected - 1)) if corrected > 1 else 0.0
    guttman = (rate - base) / (1 - base) if base < 1 else 0.0
    return float(rate), float(min(1.0, cramer, guttman))


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


def _with_source(one: Overlap, by_code: Mapping[str, Held]) -> Overlap:
    """Propose the department that should hold it, by votes that are told."""
    left, right = by_code[one.left], by_code[one.right]
    key = dict(zip((left.code, right.code), one.key, strict=True))
    measures = {
        "authority": (_authority(right, one), _authority(left, one)),
        "subjects": (_subjects(left, key[left.code]), _subjects(right, key[right.code])),
        "complete": (_completeness(left, one), _completeness(right, one)),
        "cycle": (-(left.cycle_days or 999), -(right.cycle_days or 999)),
        "quality": (left.quality, right.quality),
    }
    votes: dict[str, list[str]] = {left.code: [], right.code: []}
    for reason, (mine, theirs) in measures.items():
        if abs(mine - theirs) > MARGIN.get(reason, 0) * max(abs(mine), abs(theirs)):
            votes[left.code if mine > theirs else right.code].append(reason)
    for_left, for_right = (
        sum(VOTES[reason] for reason in votes[code]) for code in (left.code, right.code)
    )
    source = left.code if for_left >= for_right else right.code
    return replace(one, source=source, reasons=tuple(votes[source]))


def _with_first_source(one: Overlap, direct: Sequence[Overlap]) -> Overlap:
    """Where the proposed source itself has most of these facts from a third, that one."""
    source, names = one.source, set(_names(one, one.source))
    for other in direct:
        if source in (other.left, other.right) and other.source not in (
            source,
            one.left,
            one.right,
        ):
            shared = names & set(_names(other, source))
            if 2 * len(shared) > len(names):
                return replace(one, source=other.source, reasons=other.reasons)
    return one


def _names(one: Overlap, code: str) -> list[str]:
    """The agreeing facts as one of the two datasets calls them."""
    return [
        found.left if code == one.left else found.right
        for found in one.agreements
        if found.weight > WEIGHTS["given"]
    ]


def _authority(held: Held, one: Overlap) -> float:
    """The lowest number the catalogue gives the agreeing items: 1 is believed most."""
    names = {found.left if held.code == one.left else found.right for found in one.agreements}
    return min((item.authority for item in held.items if item.name in names), default=50)


def _subjects(held: Held, key: str) -> int:
    return next(s.keys.distinct for s in held.table.samples if " ".join(s.columns) == key)


def _completeness(held: Held, one: Overlap) -> float:
    names = {found.left if held.code == one.left else found.right for found in one.agreements}
    filled = [column.filled for column in held.table.columns if column.name in names]
    return sum(filled) / max(1, len(filled) * held.table.rows)


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
