"""What a table's values look like, kept in a few kilobytes: no value, only keyed hashes.

Each column keeps its smallest hashes (a bottom-k sketch), so that two columns of different tables
can be asked how many values they share. Each column that could name a row keeps, for the smallest
of its hashes, the hashes of the whole row: two tables then hold the *same* rows in their samples,
and their other columns can be compared subject by subject without reading a table again.

Sources: Broder 1997 (resemblance and containment), Santos et al. 2021 (correlation sketches).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import polars as pl

from .border import ItemRule
from .columns import folded

SIZE = 2048  # hashes a column, rows a sample
MOST_KEYS = 6  # columns (or pairs of columns) of a table that keep a sample
FEWEST_KEYS = 5  # a column with fewer different values names nothing
EMPTY = 0  # the hash of no value
MOSTLY = 0.8
# A column may repeat a subject (a child's six vaccinations) and still be what rows are joined on.
REPEATS = 0.05
FILLED = 0.3
MEASURES = frozenset("NYBF")
# What a column's values look like, whatever it is called.
_LOOKS: Mapping[str, str] = {
    "identity_number": r"^[1-9]\d{5}(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$",
    "credit_code": r"^[1-9A-HJ-NPQRTUWXY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{9}[0-9A-HJ-NPQRTUWXY]$",
    "mobile": r"^1[3-9]\d{9}$",
    "quantity": r"^[+-]?\d{1,7}(\.\d+)?$",
}
_MONTH = r"^(\d{4})[-/.年](\d{1,2})月?$"
_DATE = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$"
_QUANTITY = r"^\s*([+-]?(?:0|[1-9]\d{0,11}))(?:\.(\d*))?\s*(?:[一-鿿]{1,3}|㎡|M2|KM|KG|M|T)?\s*$"
# Headings of sums of money, which one office counts in yuan and another in ten thousands of them.
_MONEY = re.compile(r"元|资本|金额|资金|投资额|产值|营业额|收入|税额|capital|amount|revenue")
_DIVISIONS = r"^.*(?:省|市|区|县|旗|镇|乡|街道)"
_ROAD = r"^([一-鿿]*(?:路|街|巷|道|弄|里|村|组|队|区|园|坊)[一-鿿]*)\d"
_TRIED = 20  # values, before all are put into a form
_MARKS = r"[\s\-_/.,，。·()（）\[\]:：、;；'\"“”]"

Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class ColumnSketch:
    """One column: how many values it has, and the smallest hashes of the different ones.

    ``looks`` names the rule that most values would keep, such as ``identity_number``.
    """

    name: str
    filled: int
    distinct: int
    smallest: Hashes
    looks: str = ""

    @property
    def limit(self) -> int:
        """Every different value with a hash up to here is in ``smallest``."""
        whole = self.distinct <= self.smallest.size
        return 2**64 - 1 if whole else int(self.smallest[-1])


@dataclass(frozen=True, slots=True)
class KeySample:
    """The rows with the smallest hashes of a key: shape (rows,), and (rows, columns) of values."""

    columns: tuple[str, ...]  # one, or two that name a row together
    keys: ColumnSketch
    hashes: Hashes
    rows: np.ndarray


@dataclass(frozen=True, slots=True)
class TableSketch:
    """A table at one version."""

    rows: int
    columns: tuple[ColumnSketch, ...]
    samples: tuple[KeySample, ...] = field(default_factory=tuple)


def sketch_table(
    frames: Callable[[], Iterable[pl.DataFrame]], rules: Sequence[ItemRule], *, seed: int
) -> TableSketch:
    """The sketch of a table read part by part; its columns are the items of ``rules``.

    ``frames`` may be called twice. ``seed`` keys the hashes: sketches of different seeds share
    nothing. Memory does not grow with the table.
    """
    kinds = {rule.name: rule.type for rule in rules}
    nameable = [name for name, kind in kinds.items() if kind not in MEASURES | {"D", "T"}]
    money = {rule.name for rule in rules if _MONEY.search(folded(rule.label))}
    making = _Making(tuple(kinds), [(name,) for name in nameable], money)
    for frame in frames():
        making.add(frame, seed)
    columns = making.columns()
    samples = _worth_keeping(making, columns)
    if not any(sample.keys.distinct >= MOSTLY * making.rows for sample in samples):
        dimensions = [name for name, kind in kinds.items() if kind not in MEASURES][:MOST_KEYS]
        pairs = _Making(tuple(kinds), list(combinations(dimensions, 2)), money)
        for frame in frames():
            pairs.add(frame, seed)
        named = [s for s in pairs.samples() if s.keys.distinct >= MOSTLY * making.rows]
        samples = [*samples, *named][:MOST_KEYS]
    return TableSketch(making.rows, columns, tuple(samples))


class _Making:
    """A sketch in the making: what is small enough to keep of the parts seen so far."""

    def __init__(
        self, names: tuple[str, ...], keys: Sequence[tuple[str, ...]], money: Set[str]
    ) -> None:
        self.names, self.rows, self._money = names, 0, money
        nothing = np.empty(0, dtype=np.uint64)
        self._filled = dict.fromkeys(names, 0)
        self._smallest = dict.fromkeys(names, nothing)
        self._distinct: dict[str, int] = dict.fromkeys(names, 0)
        self._looks: dict[str, Counter[str]] = {name: Counter() for name in names}
        row = np.empty((0, len(names)), dtype=np.uint32)
        self._samples = dict.fromkeys(keys, (nothing, row))
        self._key_filled = dict.fromkeys(keys, 0)
        self._key_distinct = dict.fromkeys(keys, 0)

    def add(self, frame: pl.DataFrame, seed: int) -> None:
        self.rows += frame.height
        hashed = {name: np.zeros(frame.height, dtype=np.uint64) for name in self.names}
        for name in filter(hashed.__contains__, frame.columns):
            plain = plain_values(frame[name])
            hashed[name] = _hashes(_in_any_unit(plain) if name in self._money else plain, seed)
            self._looks[name].update(_looking(plain))
        for name, hashes in hashed.items():
            filled = hashes[hashes != EMPTY]
            self._filled[name] += filled.size
            known = np.unique(np.concatenate([self._smallest[name], np.unique(filled)]))
            self._distinct[name] = _distinct(known, self._distinct[name])
            self._smallest[name] = known[:SIZE]
        rows = np.column_stack([_short(hashes) for hashes in hashed.values()])
        for key in self._samples:
            self._add_sample(key, _together([hashed[name] for name in key]), rows)

    def _add_sample(self, key: tuple[str, ...], hashes: Hashes, rows: np.ndarray) -> None:
        known, kept = self._samples[key]
        filled = np.flatnonzero(hashes != EMPTY)
        self._key_filled[key] += filled.size
        if known.size == SIZE:
            filled = filled[hashes[filled] <= known[-1]]
        merged = np.concatenate([known, hashes[filled]])
        keys, first = np.unique(merged, return_index=True)
        self._key_distinct[key] = _distinct(keys, self._key_distinct[key])
        chosen = first[:SIZE]
        both = np.concatenate([kept, rows[filled]])
        self._samples[key] = (keys[:SIZE], both[chosen])

    def columns(self) -> tuple[ColumnSketch, ...]:
        return tuple(
            ColumnSketch(
                name,
                self._filled[name],
                self._distinct[name],
                self._smallest[name],
                next(
                    (
                        look
                        for look, n in self._looks[name].items()
                        if n >= MOSTLY * self._filled[name]
                    ),
                    "",
                ),
            )
            for name in self.names
        )

    def samples(self) -> list[KeySample]:
        return [
            KeySample(
                key,
                ColumnSketch(" ".join(key), self._key_filled[key], self._key_distinct[key], hashes),
                hashes,
                rows,
            )
            for key, (hashes, rows) in self._samples.items()
        ]


def _looking(values: pl.Series) -> dict[str, int]:
    """How many values look like each of ``_LOOKS``, where one does."""
    if values.dtype != pl.String:
        return {}
    first = values.drop_nulls().head(_TRIED).to_list()
    return {
        looks: int(values.str.contains(form).sum())
        for looks, form in _LOOKS.items()
        if any(re.match(form, value) for value in first)
    }


def _distinct(known: Hashes, before: int) -> int:
    """How many different values there are, exactly up to ``SIZE`` of them.

    Beyond, from how close the ``SIZE``-th smallest hash lies to zero (Bar-Yossef 2002); two
    per cent off on average.
    """
    if known.size < SIZE or (known.size == SIZE and before <= SIZE):
        return known.size
    return round((SIZE - 1) / (float(known[SIZE - 1]) / 2**64))


def _worth_keeping(making: _Making, columns: Sequence[ColumnSketch]) -> list[KeySample]:
    """Samples by the columns that tell rows apart best."""
    told = {column.name: column for column in columns}
    fit = [
        KeySample(sample.columns, told[sample.columns[0]], sample.hashes, sample.rows)
        for sample in making.samples()
        if told[sample.columns[0]].distinct >= max(FEWEST_KEYS, REPEATS * making.rows)
        and told[sample.columns[0]].filled >= FILLED * making.rows
    ]
    fit.sort(key=lambda s: (-s.keys.distinct / max(s.keys.filled, 1), s.columns))
    return fit[:MOST_KEYS]


def _short(hashes: Hashes) -> np.ndarray:
    """32 bits of each hash are enough to see whether two values agree; ``EMPTY`` stays so."""
    short = (hashes >> np.uint64(32)).astype(np.uint32)
    short[(short == EMPTY) & (hashes != EMPTY)] = 1
    return short


def _together(parts: Sequence[Hashes]) -> Hashes:
    """One hash of all values, in whatever order they stand; ``EMPTY`` if one is missing."""
    whole: Hashes = parts[0].copy()
    for part in parts[1:]:
        whole += part
    for part in parts:
        whole[part == EMPTY] = EMPTY
    return whole


def plain_values(values: pl.Series) -> pl.Series:
    """Values as they are compared: one writing of dates, numbers and addresses, no marks, no case.

    A quantity loses the unit written after it; an address keeps the road or village and the
    numbers, since one office writes the city and ``幢`` before them and another neither.
    """
    if values.dtype == pl.Date:
        return values.dt.strftime("%Y%m%d")
    if values.dtype == pl.Datetime:
        return values.dt.strftime("%Y%m%d%H%M%S").str.strip_suffix("000000")
    if values.dtype.is_numeric():
        return values.cast(pl.String).str.strip_suffix(".0")
    text = values.cast(pl.String).str.normalize("NFKC").str.to_uppercase()
    plain = text.str.replace_all(_MARKS, "").replace("", None)
    filled = plain.len() - plain.null_count()
    first = text.drop_nulls().head(_TRIED).to_list()
    for fits, form in _FORMS:
        if sum(map(fits, first)) * 2 > len(first):
            written = form(text)
            if written.len() - written.null_count() >= MOSTLY * filled:
                return written.fill_null(plain)
    return plain


def _dates(text: pl.Series) -> pl.Series:
    """``2001/2/3``, ``2001.2.3`` and ``2001年2月3日`` as ``20010203``; what is none is null."""
    parts = text.str.extract_groups(_DATE)
    year, month, day = (parts.struct.field(str(n)) for n in (1, 2, 3))
    return year + month.str.zfill(2) + day.str.zfill(2)


def _months(text: pl.Series) -> pl.Series:
    """``2001/2``, ``2001.02`` and ``2001年2月`` as ``200102``; what is none is null."""
    parts = text.str.extract_groups(_MONTH)
    year, month = (parts.struct.field(str(n)) for n in (1, 2))
    return year + month.str.zfill(2)


def _quantities(text: pl.Series) -> pl.Series:
    """``305吨``, ``305.00`` and ``305`` as ``305``; what is none is null."""
    parts = text.str.replace_all(",", "").str.extract_groups(_QUANTITY)
    whole, part = (parts.struct.field(str(n)) for n in (1, 2))
    part = part.fill_null("").str.strip_chars_end("0")
    return whole + pl.select(pl.when(part != "").then("." + part).otherwise(pl.lit(""))).to_series()


def _in_any_unit(values: pl.Series) -> pl.Series:
    """The digits of a sum of money: 35 (ten thousand yuan) and 350000 (yuan) are one."""
    digits = values.str.extract(r"^(\d*\.?\d*[1-9]\d*\.?\d*)$").str.replace(".", "", literal=True)
    return digits.str.strip_chars("0").fill_null(values)


def _addresses(text: pl.Series) -> pl.Series:
    """The road or village before the first number, and the numbers; what is none is null."""
    inner = text.str.replace(_DIVISIONS, "")
    place = inner.str.extract(_ROAD)
    numbers = inner.str.extract_all(r"[1-9]\d*").list.join("|")
    return place + numbers


_FORMS: tuple[tuple[Callable[[str], bool], Callable[[pl.Series], pl.Series]], ...] = (
    (lambda text: bool(re.match(_DATE, text)), _dates),
    (lambda text: bool(re.match(_MONTH, text)), _months),
    (lambda text: bool(re.match(_QUANTITY, text.replace(",", ""))), _quantities),
    (lambda text: bool(re.match(_ROAD, re.sub(_DIVISIONS, "", text))), _addresses),
)


def _hashes(values: pl.Series, seed: int) -> Hashes:
    """A 64-bit hash of each value; ``EMPTY`` where there is none."""
    found = values.hash(seed=seed).to_numpy().copy()
    found[found == EMPTY] = 1
    found[values.is_null().to_numpy()] = EMPTY
    return found


def packed(sketch: TableSketch) -> bytes:
    """A sketch as bytes; ``unpacked`` reads them."""
    arrays: dict[str, np.ndarray] = {
        "rows": np.array([sketch.rows]),
        "names": np.array([column.name for column in sketch.columns], dtype=np.str_),
        "looks": np.array([column.looks for column in sketch.columns], dtype=np.str_),
    }
    for number, column in enumerate(sketch.columns):
        arrays[f"c{number}"] = np.array([column.filled, column.distinct])
        arrays[f"h{number}"] = column.smallest
    for number, sample in enumerate(sketch.samples):
        arrays[f"k{number}"] = np.array(sample.columns, dtype=np.str_)
        arrays[f"s{number}"] = np.array([sample.keys.filled, sample.keys.distinct])
        arrays[f"x{number}"] = sample.hashes
        arrays[f"r{number}"] = sample.rows
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def unpacked(content: bytes) -> TableSketch:
    """The sketch that ``packed`` made bytes of."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        columns = tuple(
            _read(arrays, str(name), f"c{number}", f"h{number}", str(looks))
            for number, (name, looks) in enumerate(
                zip(arrays["names"], arrays["looks"], strict=True)
            )
        )
        samples: list[KeySample] = []
        while f"k{len(samples)}" in arrays:
            number = len(samples)
            names = tuple(map(str, arrays[f"k{number}"]))
            keys = _read(arrays, " ".join(names), f"s{number}", f"x{number}")
            samples.append(KeySample(names, keys, keys.smallest, arrays[f"r{number}"]))
        return TableSketch(int(arrays["rows"][0]), columns, tuple(samples))


def _read(
    arrays: Mapping[str, np.ndarray], name: str, counts: str, smallest: str, looks: str = ""
) -> ColumnSketch:
    filled, distinct = arrays[counts].tolist()
    return ColumnSketch(name, filled, distinct, arrays[smallest], looks)
