"""Messages about the same matter, found by what they say.

Average link over the cosine of character 2-3-gram TF-IDF vectors of title and beginning, without
the names of the county, city and province that a message lies in, which all its neighbours share:
two groups are one matter while their messages are on average alike enough. Messages are taken in
time order, a batch at a time; inside a batch the hierarchy is exact, then the batch's groups are
merged with those found before, by the same measure. The average likeness of two groups is the
product of the sums of their vectors by the number of pairs, so a group is kept as one vector.

Two messages that name different estates, schools or firms count as less alike than their words,
far less when already their titles do so: otherwise every complaint of kitchen fumes in a city is
one matter, and a letter copied with another school's name speaks for both schools. So do messages
from two counties, where the counties are known, and messages that surely are of two classes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are used
from numpy.typing import NDArray

from yitang.ground.language.rules import count_grams
from yitang.ground.organisations.rules import NATION, division_prefix

from .messages import Message

FloatArray = NDArray[np.float32]
ALIKE = 0.068  # average likeness at which groups are one matter
TITLE_WEIGHT = 6  # times a title counts against the beginning of the text
BEGINNING = 300  # characters of the text that are compared
OTHER_NAME = 0.7  # factor for messages that name different things
OTHER_COUNTY = 0.25  # the same, when the messages come from two counties
OTHER_CLASS = 0.5  # the same, when they are of two classes
SURE = 0.8  # certainty from which a class tells matters apart
OTHER_TITLE = 0.05  # the same, when already the titles do: copies with another school's name
BATCH = 5_000  # messages clustered at once: about 300 MB
COUNTY = 6  # digits of a county's code
ASLEEP = 120  # days after which a group of few messages no longer grows
SIZES, BITS = (2, 3), 20

_NAMED = re.compile(
    r"([\u4e00-\u9fff]{3,4})"
    r"(?:小区|社区|花园|家园|公寓|大厦|广场|学院|大学|中学|小学|学校|幼儿园|医院|公司)"
)


@dataclass(frozen=True, slots=True)
class Names:
    """What tells matters apart: pairs of characters of names, in the title and in all that is
    compared; the county's code and the class, as far as they are known."""

    title: frozenset[str]
    all: frozenset[str]
    county: frozenset[str]
    category: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Places of messages in the sequence given, the sum of their vectors, the names in them."""

    members: list[int]
    total: scipy.sparse.csr_matrix
    names: Names
    last: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Places of messages in the sequence given, the most typical first.

    ``cohesion`` is the mean likeness of the messages of two people, 1 for a single person: one
    person's many copies make nothing more alike.
    """

    members: tuple[int, ...]
    cohesion: float


def cluster_messages(messages: Sequence[Message], *, alike: float = ALIKE) -> list[Cluster]:
    """Every message in exactly one cluster, the largest first."""
    if not messages:
        return []
    order = sorted(range(len(messages)), key=lambda place: messages[place].at)
    vectors = _vectors([messages[place] for place in order])
    named = [_names(messages[place]) for place in order]
    days = [messages[place].day for place in order]
    groups: list[Group] = []
    for start in range(0, len(order), BATCH):
        places = range(start, min(start + BATCH, len(order)))
        found = list(_groups_of_batch(vectors, named, days, places, alike))
        groups = _merged(groups, found, alike, since=days[start] - ASLEEP)
    clusters = [_cluster(vectors, group, order, messages) for group in groups]
    return sorted(clusters, key=lambda cluster: (-len(cluster.members), cluster.members))


def _cluster(
    vectors: scipy.sparse.csr_matrix,
    group: Group,
    order: Sequence[int],
    messages: Sequence[Message],
) -> Cluster:
    typical = np.asarray((vectors[group.members] @ group.total.T).todense()).ravel()
    ranked = [group.members[place] for place in np.argsort(-typical, kind="stable")]
    places = tuple(order[member] for member in ranked)
    firsts: dict[str, int] = {}  # one message a person, the most typical
    for member, place in zip(ranked, places, strict=True):
        firsts.setdefault(messages[place].user_key or f"message {member}", member)
    return Cluster(places, _cohesion(vectors[list(firsts.values())]))


def _cohesion(vectors: scipy.sparse.csr_matrix) -> float:
    size = int(vectors.shape[0])
    if size == 1:
        return 1.0
    total = np.asarray(vectors.sum(axis=0)).ravel()
    squares = float(vectors.multiply(vectors).sum())
    pairs = float(total @ total) - squares
    return max(0.0, pairs / float(size * (size - 1)))


def _vectors(messages: Sequence[Message]) -> scipy.sparse.csr_matrix:
    """One row of length one a message; grams of one message only or of every tenth are out."""
    matters = [message.matter for message in messages]
    texts = [f"{title}\n" * TITLE_WEIGHT + text[:BEGINNING] for title, text in matters]
    grams = count_grams(texts, sizes=SIZES, bits=BITS)
    frequency = np.bincount(grams.indices, minlength=1 << BITS)
    kept = (frequency >= 2) & (frequency <= max(200, 0.1 * len(messages)))
    columns = np.cumsum(kept) - 1
    rarity = np.log(1 + len(messages) / np.maximum(frequency, 1))
    is_kept = kept[grams.indices]
    buckets = grams.indices[is_kept]
    values = (1 + np.log(grams.counts[is_kept])) * rarity[buckets]
    indptr = np.concatenate(([0], np.cumsum(is_kept)))[grams.indptr]
    matrix = scipy.sparse.csr_matrix(
        (values.astype(np.float32), columns[buckets], indptr),
        shape=(len(messages), max(1, int(kept.sum()))),
    )
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (scipy.sparse.diags(1 / np.maximum(lengths, 1e-6).astype(np.float32)) @ matrix).tocsr()


def _names(message: Message) -> Names:
    title = _names_in(message.title)
    code = message.division_code[:6]
    county = frozenset([code] if len(division_prefix(code or NATION)) == COUNTY else ())
    category = frozenset(
        [message.category] if message.category and message.certainty >= SURE else ()
    )
    return Names(title, title | _names_in(message.text[:BEGINNING]), county, category)


def _names_in(text: str) -> frozenset[str]:
    """Pairs of characters right before 小区, 学院, 公司 …: enough to tell two names apart."""
    tails = [match[1][-3:] for match in _NAMED.finditer(text)]
    return frozenset(pair for tail in tails for pair in (tail[:2], tail[1:]))


def _groups_of_batch(
    vectors: scipy.sparse.csr_matrix,
    named: Sequence[Names],
    days: Sequence[int],
    places: range,
    alike: float,
) -> Iterator[Group]:
    rows = vectors[places.start : places.stop]
    if len(places) == 1:
        labels = np.array([1])
    else:
        likeness = (rows @ rows.T).toarray()
        names = [named[place] for place in places]
        likeness *= _agreement(names, names)
        labels = _labels(np.clip(1 - likeness, 0, 1), 1 - alike)
    for label in np.unique(labels):
        members = [places.start + int(row) for row in np.flatnonzero(labels == label)]
        yield _group(vectors, named, days, members)


def _labels(distances: FloatArray, furthest: float) -> NDArray[np.int32]:
    from scipy.cluster.hierarchy import fcluster, linkage  # 27 MB, for those who cluster
    from scipy.spatial.distance import squareform

    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    labels: NDArray[np.int32] = fcluster(tree, furthest, "distance")
    return labels


def _group(
    vectors: scipy.sparse.csr_matrix,
    named: Sequence[Names],
    days: Sequence[int],
    members: list[int],
) -> Group:
    names = Names(
        _shared([named[member].title for member in members]),
        _shared([named[member].all for member in members]),
        _shared([named[member].county for member in members]),
        _shared([named[member].category for member in members]),
    )
    total = scipy.sparse.csr_matrix(vectors[members].sum(axis=0))
    return Group(members, total, names, max(days[member] for member in members))


def _shared(found: Sequence[frozenset[str]]) -> frozenset[str]:
    """What at least half of the messages name."""
    counts = Counter(name for names in found for name in names)
    return frozenset(name for name, count in counts.items() if 2 * count >= len(found))


def _agreement(left: Sequence[Names], right: Sequence[Names]) -> FloatArray:
    """Factors for the likeness of each pair: less than 1 where the names of both differ."""
    titles = _differ([names.title for names in left], [names.title for names in right])
    texts = _differ([names.all for names in left], [names.all for names in right])
    factors = np.where(texts, np.float32(OTHER_NAME), np.float32(1))
    classes = _differ([names.category for names in left], [names.category for names in right])
    factors = np.where(classes, factors * np.float32(OTHER_CLASS), factors)
    counties = _differ([names.county for names in left], [names.county for names in right])
    factors = np.where(counties, np.float32(OTHER_COUNTY), factors)
    return np.where(titles, np.float32(OTHER_TITLE), factors)


def _differ(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Whether both sides name something and have no pair of characters in common."""
    known = {name: place for place, name in enumerate(sorted(set().union(*left, *right)))}
    shared = (_incidence(left, known) @ _incidence(right, known).T).toarray() > 0
    has_left = np.array([bool(names) for names in left])
    has_right = np.array([bool(names) for names in right])
    differ: NDArray[np.bool_] = has_left[:, None] & has_right[None, :] & ~shared
    return differ


def _incidence(named: Sequence[frozenset[str]], known: dict[str, int]) -> scipy.sparse.csr_matrix:
    columns = [known[name] for names in named for name in sorted(names)]
    indptr = np.concatenate(([0], np.cumsum([len(names) for names in named])))
    ones = np.ones(len(columns), dtype=np.float32)
    return scipy.sparse.csr_matrix((ones, columns, indptr), shape=(len(named), max(1, len(known))))


def _merged(old: list[Group], new: list[Group], alike: float, *, since: int) -> list[Group]:
    """Old and new groups, each new one put to the awake old one it is most alike to."""
    awake = [place for place, group in enumerate(old) if group.last >= since]
    if not awake:
        return old + new
    sums = scipy.sparse.vstack([old[place].total for place in awake]).tocsr()
    likeness = (scipy.sparse.vstack([group.total for group in new]).tocsr() @ sums.T).toarray()
    likeness /= np.array([len(group.members) for group in new], dtype=np.float32)[:, None]
    likeness /= np.array([len(old[place].members) for place in awake], dtype=np.float32)[None, :]
    likeness *= _agreement([group.names for group in new], [old[place].names for place in awake])
    merged = list(old)
    for group, row in zip(new, likeness, strict=True):
        best = int(row.argmax())
        if row[best] < alike:
            merged.append(group)
            continue
        kept = merged[awake[best]]
        merged[awake[best]] = Group(
            kept.members + group.members,
            kept.total + group.total,
            kept.names,
            max(kept.last, group.last),
        )
    return merged
