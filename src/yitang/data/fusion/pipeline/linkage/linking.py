"""From a specification to entities, on either engine.

files ─▶ records ─▶ keys ─▶ pairs ─▶ patterns ─▶ weights ─▶ sure pairs ─▶ entities
            │ numbers that are somebody else's are set aside          └▶ doubtful pairs
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.fusion.errors import NothingLinked
from yitang.data.fusion.pipeline.expressions import Expression, ibis, named_table
from yitang.data.fusion.rules.report import Evidence, Found, KeyReport
from yitang.data.fusion.rules.specification import Field, Specification
from yitang.data.fusion.rules.weights import (
    Weights,
    probability,
)
from yitang.data.lake.rules import Engine

from .blocks import (
    KEYS,
    LABELLED,
    SAMPLE,
    Rule,
    atoms_of,
    chosen_rules,
    hot_keys,
    keys_table,
    pairs_table,
    usable_keys,
    with_both,
)
from .borrowed import borrowed_numbers
from .forms import KEY, NUMBER, RECORD, SOURCE, forms_step, linked_columns, records_schema
from .judging import Judge, count_of, judged
from .levels import (
    LABEL,
    LEFT,
    MILLI,
    PATTERN,
    RARITY,
    RIGHT,
    SAME,
    Comparison,
    comparisons_of,
    levels_schema,
    levels_step,
    rare_fields,
    rarity,
)
from .merging import Ids, merged, units


@dataclass(frozen=True, slots=True)
class Linkage:
    """What came out: entities by record, the doubts, and what was counted on the way."""

    records: pl.DataFrame  # rid, source, record, number, in the order of rid
    entity: Ids  # of each record, as the first record of it
    stage: np.ndarray
    score: np.ndarray
    doubtful: pl.DataFrame  # l, r, pattern, bits, score, reason
    comparisons: tuple[Comparison, ...]
    weights: Weights
    facts: Found


Rows = Callable[[int], Iterable[pa.RecordBatch]]  # of a source: text columns and ``rid``


def linked(
    specification: Specification, rows: Rows, engine: Engine, *,
    told: Callable[[str], None] = lambda _: None,
) -> Linkage:  # fmt: skip
    """Link the records of all sources; the tables ``raw`` and ``borrowed`` stay in the engine.

    ``rows`` gives the rows of a source by its position, numbered through all sources. Raises
    ``NothingLinked``.
    """
    clock = _Clock(told)
    with clock.running("forms"):
        _load(specification, rows, engine)
        raw = named_table("raw", records_schema(specification))
        records, borrowed = _prepared(specification, raw, engine)
    with clock.running("keys"):
        rules = _rules(specification, records, engine)
        engine.keep("every_key", keys_table(records, rules))
        every = named_table("every_key", KEYS)
        reports = list(_key_reports(every, rules, engine))
        engine.keep("keys", usable_keys(every))
        engine.forget("every_key")
    with clock.running("pairs"):
        one_in = _one_in(records, rules, engine)
        pairs = pairs_table(named_table("keys", KEYS), one_in)
        engine.keep(
            "patterns", with_both(pairs, records, specification), step=levels_step(specification)
        )
        engine.forget("keys")
        patterns = named_table("patterns", levels_schema())
    comparisons = comparisons_of(specification)
    with clock.running("weights"):
        judge, count = judged(specification, records, patterns, comparisons, engine)
    with clock.running("entities"):
        decided = _decided(specification, records, patterns, judge, engine)
        engine.forget("records", "patterns", "chance", "chance_patterns")
    weights = judge.weights
    doubtful = pl.concat([decided.doubtful, _beside_holders(borrowed)])
    facts = Found(
        pairs=count,
        borrowed=len(borrowed),
        keys=tuple(reports),
        evidence=tuple(
            Evidence(one.name, tuple(round(bit, 2) for bit in bits[1:]))
            for one, bits in zip(comparisons, weights.bits, strict=True)
        ),
        prior=round(weights.prior, 2),
        learned=weights.learned,
        learned_pairs=weights.pairs,
        doubtful=dict(doubtful.group_by("reason").len().sort("reason").iter_rows()),
        seconds=clock.seconds,
    )
    return Linkage(
        decided.records, decided.entity, decided.stage, decided.score, doubtful, comparisons,
        weights, facts,
    )  # fmt: skip


def _beside_holders(borrowed: pl.DataFrame) -> pl.DataFrame:
    """Records whose number is another's, each with a record of whose it is."""
    return borrowed.select(
        pl.col("b_rid").alias(LEFT),
        pl.col("holder").alias(RIGHT),
        pl.lit(0, pl.Int64).alias(PATTERN),
        pl.lit(0.0).alias("bits"),
        pl.lit(0.0).alias("score"),
        pl.lit("borrowed_number").alias("reason"),
    )


class _Clock:
    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self.seconds: dict[str, float] = {}

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        self._told(stage)
        started = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - started, 3)


def _load(specification: Specification, rows: Rows, engine: Engine) -> None:
    for position, _ in enumerate(specification.sources):
        step = forms_step(specification, position)
        engine.accept("raw", map(step, rows(position)), schema=step.schema)


def _prepared(
    specification: Specification, raw: Expression, engine: Engine
) -> tuple[Expression, pl.DataFrame]:
    """The records without numbers that are somebody else's, and how rare their values are."""
    borrowed = borrowed_numbers(specification, raw, engine)
    engine.accept("borrowed", [borrowed], schema=borrowed.schema)
    wrong = named_table("borrowed", borrowed.schema)
    table = raw.left_join(wrong, raw[RECORD] == wrong.b_rid)
    verified = specification.verified
    hidden = [NUMBER, *([verified.name] if verified else [])]
    kept = [(RECORD, pa.int64()), (SOURCE, pa.int64()), (KEY, pa.string()), (NUMBER, pa.string())]
    schema = pa.schema([*kept, *linked_columns(specification)])
    table = table.select(
        **{
            name: ibis.ifelse(table.b_rid.isnull(), table[name], ibis.null())
            if name in hidden
            else table[name]
            for name in schema.names
        }
    )
    for one in rare_fields(specification):
        table = _with_rarity(table, one, raw, engine)
        schema = schema.append(pa.field(rarity(one.name), pa.int64()))
    engine.keep("records", table)
    records = named_table("records", schema)
    if not count_of(records, engine):
        raise NothingLinked(specification=specification.name)
    return records, pl.DataFrame(borrowed)


def _with_rarity(table: Expression, one: Field, raw: Expression, engine: Engine) -> Expression:
    """Beside each value how many bits it is rarer than equal values are on average."""
    values = raw.filter(raw[one.name].notnull())
    counts = values.group_by(one.name).agg(met=values.count())
    sums = engine.answer(
        counts.aggregate(all=counts.met.sum(), squares=(counts.met.cast("float64") ** 2).sum())
    ).to_pylist()[0]
    usual = np.log2(float(sums["squares"] or 1.0) / float(sums["all"] or 1.0))
    own = (counts.met.cast("float64").log2() * MILLI).round(0).cast("int64")
    bits = ibis.literal(round(float(usual) * MILLI)).cast("int64") - own
    named = counts.select(**{f"of_{one.name}": counts[one.name], rarity(one.name): bits})
    joined = table.left_join(named, table[one.name] == named[f"of_{one.name}"])
    return joined.drop(f"of_{one.name}")


def _rules(specification: Specification, records: Expression, engine: Engine) -> list[Rule]:
    count = count_of(records, engine)
    one_in = max(1, count // SAMPLE)
    columns = [
        name for one in specification.fields for atom in atoms_of(one) for name in atom.columns
    ]
    wanted = records.filter(records[RECORD] % one_in == 0).select(*dict.fromkeys(columns))
    sample = pl.DataFrame(engine.answer(wanted))
    return chosen_rules(sample, specification, sample.height / count)


def _key_reports(keys: Expression, rules: Sequence[Rule], engine: Engine) -> Iterator[KeyReport]:
    found = {row["rule"]: row for row in engine.answer(hot_keys(keys)).to_pylist()}
    for place, rule in enumerate(rules):
        hot = found.get(place, dict.fromkeys(("keys", "records", "most"), 0))
        yield KeyReport(
            rule.name, round(rule.cost, 2), int(hot["keys"]), int(hot["records"]), int(hot["most"])
        )


def _one_in(records: Expression, rules: Sequence[Rule], engine: Engine) -> int:
    """So that about ``LABELLED`` pairs of two verified numbers are compared."""
    closed = int(engine.answer(records.aggregate(n=records[NUMBER].count()))["n"][0].as_py())
    return max(1, int(closed * sum(rule.cost for rule in rules) / LABELLED))


@dataclass(frozen=True, slots=True)
class _Decided:
    records: pl.DataFrame
    entity: Ids
    stage: np.ndarray
    score: np.ndarray
    doubtful: pl.DataFrame


def _decided(
    specification: Specification, records: Expression, patterns: Expression, judge: Judge,
    engine: Engine,
) -> _Decided:  # fmt: skip
    """Entities, how each record came to its own, and the pairs that people should look at."""
    table = pl.DataFrame(
        engine.answer(records.select(RECORD, SOURCE, KEY, NUMBER).order_by(RECORD))
    )
    number = _codes(table[NUMBER])
    pairs = _likely(patterns, judge, specification.doubtful, engine)
    left, right = pairs[LEFT].to_numpy(), pairs[RIGHT].to_numpy()
    bits, score = pairs["bits"].to_numpy(), pairs["score"].to_numpy()
    two = (number[left] >= 0) & (number[right] >= 0) & (number[left] != number[right])
    sure = (score >= specification.sure) & ~two
    made = merged(len(table), number, left[sure], right[sure], bits[sure])
    refused = np.zeros(len(pairs), dtype=bool)
    refused[np.flatnonzero(sure)[made.refused]] = True
    apart = made.entity[left] != made.entity[right]
    reasons = np.select(
        [two & (score >= specification.sure), refused, apart & ~two & ~sure],
        ["two_numbers", "another_number", "doubtful"], default="",
    )  # fmt: skip
    doubtful = pairs.with_columns(pl.Series("reason", reasons)).filter(pl.col("reason") != "")
    best = np.zeros(len(table))
    used = sure & ~apart
    for side in (left, right):
        np.maximum.at(best, side[used], score[used])
    first = units(number)
    by_number = (number >= 0) & (np.bincount(first, minlength=len(table))[first] > 1)
    stage = np.where(by_number, "number", np.where(best > 0, "weights", "alone"))
    score_of = np.where(by_number | (best == 0), 1.0, best)
    order = ["bits", LEFT, RIGHT]
    doubts = doubtful.sort(order, descending=[True, False, False])
    return _Decided(table, made.entity, stage, score_of, doubts)


def _codes(numbers: pl.Series) -> Ids:
    """A code for each different number; -1 for none."""
    codes = numbers.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    return np.ascontiguousarray(codes, dtype=np.int64)


def _likely(patterns: Expression, judge: Judge, least: float, engine: Engine) -> pl.DataFrame:
    """The pairs that are likelier than ``least`` to be one, with their bits and probability."""
    kept = list[pl.DataFrame]()
    # Pairs of one number need no weighing; of two, only the ones that agree are of interest.
    for batch in engine.stream(patterns.filter(patterns[LABEL] != SAME)):
        codes = batch.column(PATTERN).to_numpy()
        bits = np.round(judge.of(codes) + batch.column(RARITY).to_numpy() / MILLI, 6)
        keep = np.flatnonzero(probability(bits) >= least)
        kept.append(
            pl.DataFrame(
                {
                    LEFT: batch.column(LEFT).to_numpy()[keep],
                    RIGHT: batch.column(RIGHT).to_numpy()[keep],
                    PATTERN: codes[keep],
                    "bits": bits[keep],
                    "score": probability(bits[keep]),
                }
            )
        )
    empty = pl.DataFrame(
        schema={LEFT: pl.Int64, RIGHT: pl.Int64, PATTERN: pl.Int64, "bits": pl.Float64,
                "score": pl.Float64}
    )  # fmt: skip
    return pl.concat([empty, *kept]).sort(LEFT, RIGHT)
