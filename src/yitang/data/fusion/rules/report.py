"""What a linkage tells of itself: counts, keys, weights, doubts; no value of any record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from .specification import Specification

# An entity of more records than this for each source is looked at by people.
MOST_EACH = 5
_SIZES = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 50), (51, None))


@dataclass(frozen=True, slots=True)
class SourceCount:
    """One file: records read, and rows that were none."""

    name: str
    records: int
    broken: int


@dataclass(frozen=True, slots=True)
class KeyReport:
    """A key by which pairs were found, and what was too common to be one."""

    name: str
    pairs_each: float  # about how many pairs for each record
    hot_keys: int
    hot_records: int
    hottest: int  # records of the most common value


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison: bits for and against, by level, the missing value left out."""

    name: str
    bits: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the linkage itself counted."""

    pairs: int
    borrowed: int
    keys: tuple[KeyReport, ...]
    evidence: tuple[Evidence, ...]
    prior: float
    learned: str
    learned_pairs: int
    doubtful: Mapping[str, int]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LinkageReport:
    """The whole report, as ``report.json`` has it."""

    name: str
    sources: tuple[SourceCount, ...]
    records: int
    entities: int
    stages: Mapping[str, int]  # records joined by number, by weights, and alone
    sizes: Mapping[str, int]  # entities by how many records they have
    largest: int
    alarms: int  # entities larger than they should be
    alarm_above: int
    sure: float
    least: float
    found: Found
    seconds: float

    def plain(self) -> dict[str, object]:
        """As values that JSON has."""
        return asdict(self)


def report_of(
    specification: Specification,
    *,
    sources: Sequence[SourceCount],
    records: int,
    sizes: Sequence[int],
    stages: Mapping[str, int],
    found: Found,
    seconds: float,
) -> LinkageReport:
    """Everything counted, put together. ``sizes``: records of each entity."""
    above = MOST_EACH * len(specification.sources)
    met = Counter(sizes)
    return LinkageReport(
        name=specification.name,
        sources=tuple(sources),
        records=records,
        entities=len(sizes),
        stages={name: int(stages.get(name, 0)) for name in ("number", "weights", "alone")},
        sizes={
            _band(low, high): sum(
                count for size, count in met.items() if low <= size <= (high or size)
            )
            for low, high in _SIZES
        },
        largest=max(met, default=0),
        alarms=sum(count for size, count in met.items() if size > above),
        alarm_above=above,
        sure=specification.sure,
        least=specification.doubtful,
        found=found,
        seconds=round(seconds, 2),
    )


def _band(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"
