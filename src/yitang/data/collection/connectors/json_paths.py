"""Which lists within records are the rows: those by whose unfolding most known columns appear.

Nothing is unfolded for that. Of all the rows that a path would make only is counted which names
they have, so a file takes no longer for having many lists.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from yitang.data.collection.rules.columns import folded

from .texts import flattened, is_nested

Way = tuple[str, ...]  # from a record to a list of records within it
_DEEPEST = 4
_SPELLINGS = 16  # of one word as names of columns; nobody writes it in more ways
_Record = Mapping[str, object]
_Names = dict[str, bool]  # whether the value is one that a column can hold
_Ways = dict[str, "_Ways"]


def records_in(value: object) -> list[dict[str, object]]:
    """The records of a list that holds nothing else."""
    if not isinstance(value, list):
        return []
    found = [one for one in value if isinstance(one, dict)]
    return found if len(found) == len(value) else []


def best_path(records: Sequence[_Record], expected: frozenset[str]) -> Way:
    """The lists to unfold, so that most of the columns appear that the catalogue knows; none if
    the records themselves have as many."""
    paths = dict.fromkeys(path for record in records for path in lists_within(record))
    ways: _Ways = {}
    for path in paths:
        at = ways
        for key in path:
            at = at.setdefault(key, {})
    names = _Known(expected)
    found = _unfolded(records, ways, names)
    best: Way = ()
    most = names.fit(found[best])
    for path in paths:
        if (fit := names.fit(found[path])) > most:
            best, most = path, fit
    return best


def lists_within(record: _Record) -> Iterator[Way]:
    """Each path to records within a record, the outer before the inner."""
    waiting: deque[tuple[Way, _Record]] = deque([((), record)])
    while waiting:
        path, part = waiting.popleft()
        for key, value in part.items():
            if len(path) < _DEEPEST and (inner := records_in(value)):
                yield (*path, key)
                waiting.append(((*path, key), inner[0]))


class _Known:
    """Names that are a word of the catalogue, or may become one with a list's key behind them."""

    def __init__(self, expected: frozenset[str]) -> None:
        self._expected = expected
        self._beginnings = {word[:length] for word in expected for length in range(len(word) + 1)}
        self._words: dict[str, str | None] = {}
        self._spellings: Counter[str] = Counter()

    def word(self, name: str) -> str | None:
        """The folded name; ``None`` of one that never becomes a word of the catalogue."""
        if name not in self._words:
            word = folded(name)
            self._spellings[word] += word in self._beginnings
            is_known = 0 < self._spellings[word] <= _SPELLINGS
            self._words[name] = word if is_known else None
        return self._words[name]

    def of(self, key: str, value: object) -> _Names:
        """The columns that one field of a record makes."""
        parts = flattened({key: value})
        return {name: not is_nested(parts[name]) for name in parts if self.word(name) is not None}

    def fit(self, rows: _Rows) -> int:
        """How many words of the catalogue rows have as columns."""
        words = {self.word(name) for name, times in rows.held.items() if times > 0}
        return len(words & self._expected)


@dataclass(slots=True)
class _Rows:
    """How many rows there are, how many have each name, and how many a value under it."""

    total: int = 0
    named: Counter[str] = field(default_factory=Counter[str])
    held: Counter[str] = field(default_factory=Counter[str])

    def add(self, other: _Rows, *, times: int = 1) -> None:
        self.total += times * other.total
        for mine, theirs in ((self.named, other.named), (self.held, other.held)):
            for name, rows in theirs.items():
                mine[name] += times * rows

    @classmethod
    def one(cls, names: _Names) -> _Rows:
        held = Counter(name for name, is_value in names.items() if is_value)
        return cls(1, Counter(names.keys()), held)


def _unfolded(records: Sequence[_Record], ways: _Ways, names: _Known) -> dict[Way, _Rows]:
    """What ``unfolded`` would make of the records by each of the ways that changes anything.

    By a way that a record does not have it comes to the same as by the way before.
    """
    plain, changed = _Rows(), defaultdict[Way, _Rows](_Rows)
    for record in records:
        each = ((key, names.of(key, value)) for key, value in record.items())
        fields = {key: found for key, found in each if found}
        alone = _Rows.one(_together(fields))
        plain.add(alone)
        for key in record.keys() & ways.keys():
            outer = _together(fields, but=key)
            within = records_in(record[key])
            inner = _unfolded(within, ways[key], names) if within else {}
            made: dict[Way, _Rows] = {}
            for rest, rows in inner.items():
                made[rest] = _joined(outer, key, rows, names)
                changed[key, *rest].add(made[rest])
                changed[key, *rest].add(made[rest[:-1]] if rest else alone, times=-1)
            if not within:
                changed[key,].add(_Rows.one(outer))
                changed[key,].add(alone, times=-1)
    found: dict[Way, _Rows] = {(): plain}
    for way in sorted(changed, key=len):
        found[way] = _Rows()
        found[way].add(found[way[:-1]])
        found[way].add(changed[way])
    return found


def _together(fields: Mapping[str, _Names], *, but: str | None = None) -> _Names:
    return {name: held for key, names in fields.items() if key != but
            for name, held in names.items()}  # fmt: skip


def _joined(outer: _Names, key: str, inner: _Rows, names: _Known) -> _Rows:
    """Rows with the fields of the record they stand within, as ``unfolded`` names those."""
    rows = _Rows()
    rows.add(inner)
    for name, is_value in outer.items():
        shared, other = inner.named[name], f"{name} ({key})"
        rows.named[name] = inner.total
        rows.held[name] += (inner.total - shared) * is_value
        # A row that has the other name already has this one too: it got it the same way.
        if (more := shared - inner.named[other]) > 0 and names.word(other) is not None:
            rows.named[other] += more
            rows.held[other] += more * is_value
    return rows
