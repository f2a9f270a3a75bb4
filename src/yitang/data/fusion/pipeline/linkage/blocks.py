"""Which pairs are worth comparing: records that share a key, and how the keys are chosen.

A key is one value, or two of different fields. Coarse keys are tried first (a sound before a
spelling, a year before a day); one is taken while it makes few pairs, and a finer one is not
needed then. Values shared by very many records make no pairs; they are counted and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl
import pyarrow as pa

from yitang.data.fusion.pipeline.expressions import Expression, ibis
from yitang.data.fusion.rules.specification import Field, Specification

from .forms import NUMBER, RECORD, numbers, sound
from .levels import pair_columns

HOT = 100  # records that share a key; more make no pairs of it
MOST_EACH = 4.0  # pairs of a key for each record
MOST_ALL = 16.0
SAMPLE = 200_000  # records that the keys are chosen by
KEYS = pa.schema(
    [("rid", pa.int64()), ("open", pa.bool_()), ("rule", pa.int64()), ("key", pa.int64())]
)
LABELLED = 400_000  # pairs of two verified numbers that the weights are learned from


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a key: a column of a field, or something coarser made of it."""

    field: str
    column: str
    cut: str = ""  # "" as it is; "year" of a date, "first" character, "road", "place" with numbers
    alone: bool = True  # whether it may be a key by itself

    @property
    def name(self) -> str:
        return f"{self.field} ({self.cut or 'sound'})" if self._is_coarse else self.field

    @property
    def _is_coarse(self) -> bool:
        return bool(self.cut) or self.column == sound(self.field)

    @property
    def columns(self) -> list[str]:
        """The columns of the records that it is made of."""
        return [self.column, numbers(self.field)] if self.cut == "place" else [self.column]

    def of(self, table: Any) -> Any:
        """The expression of Ibis."""
        column = table[self.column]
        if self.cut == "year":
            column = column // 10_000
        elif self.cut == "first":
            column = column.substr(0, 1)
        elif self.cut == "place":
            return table[self.column] + "|" + table[numbers(self.field)]
        return column.cast("string")

    def expression(self) -> pl.Expr:
        """The same over a polars frame."""
        column = pl.col(self.column)
        if self.cut == "year":
            column = column // 10_000
        elif self.cut == "first":
            column = column.str.slice(0, 1)
        elif self.cut == "place":
            return pl.concat_str(column, pl.col(numbers(self.field)), separator="|")
        return column.cast(pl.String)


@dataclass(frozen=True, slots=True)
class Rule:
    """A key of one or two parts, and about how many pairs it makes for each record."""

    parts: tuple[Atom, ...]
    cost: float

    @property
    def name(self) -> str:
        return " & ".join(part.name for part in self.parts)


def atoms_of(one: Field) -> list[Atom]:
    """The parts that a field gives, the coarsest first."""
    name = one.name
    match one.kind:
        case "name" | "text" | "company":
            return [
                Atom(name, name, "first", alone=False), Atom(name, sound(name)), Atom(name, name),
            ]  # fmt: skip
        case "date":
            return [Atom(name, name, "year", alone=False), Atom(name, name)]
        case "address":
            return [Atom(name, name, "road", alone=False), Atom(name, name, "place")]
        case "sex" | "category":
            return []
        case _:
            return [Atom(name, name)]


def chosen_rules(sample: pl.DataFrame, specification: Specification, share: float) -> list[Rule]:
    """The keys for these records; ``share`` of all records is in the sample."""
    atoms = [atom for one in specification.fields for atom in atoms_of(one)]
    rank = {atom: place for place, atom in enumerate(atoms)}
    candidates: list[tuple[Atom, ...]] = [(atom,) for atom in atoms if atom.alone]
    candidates += [pair for pair in combinations(atoms, 2) if pair[0].field != pair[1].field]
    candidates.sort(key=lambda parts: (len(parts), sum(rank[part] for part in parts)))
    taken: list[Rule] = []
    for parts in candidates:
        if any(_implies(rule.parts, parts, rank) for rule in taken):
            continue
        cost = _cost(sample, parts, share)
        if 0 < cost <= MOST_EACH:
            taken.append(Rule(parts, cost))
    taken.sort(key=lambda rule: rule.cost)
    total, kept = 0.0, list[Rule]()
    for rule in taken:
        total += rule.cost
        if kept and total > MOST_ALL:
            break
        kept.append(rule)
    return kept


def _implies(coarse: Sequence[Atom], fine: Sequence[Atom], rank: dict[Atom, int]) -> bool:
    """Whether records with the same ``fine`` key have the same ``coarse`` one."""
    return all(
        any(part.field == other.field and rank[part] <= rank[other] for other in fine)
        for part in coarse
    )


def _cost(sample: pl.DataFrame, parts: Sequence[Atom], share: float) -> float:
    """Pairs for each record of the whole, hot keys apart."""
    keys = sample.select(
        *(part.expression().alias(str(at)) for at, part in enumerate(parts))
    ).drop_nulls()
    sizes = keys.group_by(keys.columns).len()["len"].cast(pl.Float64)
    sizes = sizes.filter(sizes <= max(2.0, HOT * share))
    pairs = float((sizes * (sizes - 1) / 2).sum()) / share**2
    return pairs / (sample.height / share)


def keys_table(records: Expression, rules: Sequence[Rule]) -> Expression:
    """One row a record and rule of which it has the key."""
    parts = []
    for place, rule in enumerate(rules):
        key = rule.parts[0].of(records)
        for part in rule.parts[1:]:
            key = key + "\t" + part.of(records)
        named = records.select(
            rid=records[RECORD], open=records[NUMBER].isnull(), rule=ibis.literal(place), key=key
        )
        there = named.filter(named.key.notnull())
        parts.append(there.mutate(key=there.key.hash()))
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.union(part)
    return whole


def hot_keys(keys: Expression) -> Expression:
    """For each rule how many keys were too common, and the records that have them."""
    sizes = keys.group_by(["rule", "key"]).agg(records=keys.rid.count())
    hot = sizes.filter(sizes.records > HOT)
    return hot.group_by("rule").agg(
        keys=hot.key.count(), records=hot.records.sum(), most=hot.records.max()
    )


def usable_keys(keys: Expression) -> Expression:
    """The keys that some records share, but not too many."""
    sizes = keys.group_by(["rule", "key"]).agg(records=keys.rid.count())
    usable = sizes.filter((sizes.records > 1) & (sizes.records <= HOT))
    return keys.semi_join(usable, ["rule", "key"])


def pairs_table(keys: Expression, one_in: int) -> Expression:
    """Pairs of records that share a key, each once: those to decide, and ``one_in`` of the others.

    The others hold two verified numbers each; from them is learned what agreement means.
    """
    right = keys.select(r=keys.rid, r_open=keys.open, r_rule=keys.rule, r_key=keys.key)
    joined = keys.join(
        right, [keys.rule == right.r_rule, keys.key == right.r_key, keys.rid < right.r]
    )
    wanted = joined.filter(
        joined.open | joined.r_open | ((joined.rid * 31 + joined.r) % one_in == 0)
    )
    return wanted.select(l=wanted.rid, r=wanted.r).distinct()


def with_both(pairs: Expression, records: Expression, specification: Specification) -> Expression:
    """Pairs with the columns of both records."""
    columns = pair_columns(specification)
    left = records.select(RECORD, *columns).rename({f"l_{name}": name for name in columns})
    right = records.select(RECORD, *columns).rename({f"r_{name}": name for name in columns})
    first = pairs.join(left, pairs.l == left[RECORD]).drop(RECORD)
    return first.join(right, first.r == right[RECORD]).drop(RECORD)
