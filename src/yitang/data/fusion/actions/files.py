"""Files fused by a specification: what belongs together, what it comes to, what is in doubt.

Nothing of it touches the lake or the database, so whoever can read the files may do it. Every file
is written beside its name and moved there when all of them are whole, so whoever is interrupted
finds the results of before, or none.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from yitang.data.collection.api import Delivery, file_delivery
from yitang.data.fusion.errors import SourceColumnMissing
from yitang.data.fusion.pipeline.linkage.forms import KEY, RECORD, SOURCE, text_schema
from yitang.data.fusion.pipeline.linkage.golden import ENTITY, golden_rows
from yitang.data.fusion.pipeline.linkage.levels import PATTERN, sizes_of, taken_apart
from yitang.data.fusion.pipeline.linkage.linking import Linkage, linked
from yitang.data.fusion.rules import (
    LinkageReport,
    Source,
    SourceCount,
    Specification,
    read_specification,
    report_of,
)
from yitang.data.lake.api import opened_engine
from yitang.ground.plumbing.api import settings

LINKS, GOLDEN, REVIEW = "links.parquet", "golden.parquet", "review.parquet"
REPORT = "report.json"


def fuse_files(
    *,
    specification: Path,
    out: Path,
    engine: str | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> LinkageReport:
    """Link the records of the files that a specification names, and write what was found.

    Into ``out`` go ``links.parquet`` (a row a record: source, source_id, entity_id, score,
    stage), ``golden.parquet`` (a row an entity), ``review.parquet`` (pairs for people to look
    at, with the bits of each piece of evidence), and ``report.json``. ``told`` is
    called with the name of each stage as it begins.

    Raises ``SpecificationInvalid``, ``SourceColumnMissing``, ``NothingLinked``,
    ``EngineUnknown``, ``EngineMissing`` and what reading a file raises.
    """
    started = time.perf_counter()
    given = read_specification(specification)
    reading = _Reading(given)
    with opened_engine(engine or settings().engine) as tables:
        found = linked(given, reading.rows, tables, told=told)
        told("golden")
        rows = golden_rows(tables, given, found.entity)
    ids = entity_ids(found, given)
    golden = ids.join(rows, on=ENTITY).drop(ENTITY).sort("entity_id")
    report = report_of(
        given,
        sources=reading.counts,
        records=len(found.records),
        sizes=golden["records"].to_list(),
        stages=_counted(found.stage),
        found=found.facts,
        seconds=time.perf_counter() - started,
    )
    told("files")
    _write(out, found, given, ids, golden, report)
    return report


def _counted(values: np.ndarray) -> dict[str, int]:
    return dict(
        zip(*(side.tolist() for side in np.unique(values, return_counts=True)), strict=True)
    )


class _Reading:
    """The rows of each source as text, numbered through; counted on the way."""

    def __init__(self, specification: Specification) -> None:
        self._sources = [(source, _opened(source)) for source in specification.sources]
        self._next = 0
        self.counts: list[SourceCount] = []

    def rows(self, position: int) -> Iterator[pa.RecordBatch]:
        source, delivery = self._sources[position]
        records = broken = 0
        for chunk in delivery.chunks():
            batch = chunk.arrow.select(text_schema(source))
            numbers = np.arange(self._next, self._next + batch.num_rows)
            self._next += batch.num_rows
            records, broken = records + batch.num_rows, broken + len(chunk.broken)
            yield pa.RecordBatch.from_arrays(
                [*batch.columns, pa.array(numbers)], names=[*batch.schema.names, RECORD]
            )
        self.counts.append(SourceCount(source.name, records, broken))


def _opened(source: Source) -> Delivery:
    """The file of a source, with all the columns that are named of it."""
    wanted = text_schema(source)
    delivery = file_delivery(source.path, expected=frozenset(wanted), table=source.table)
    for column in wanted:
        if column not in delivery.columns:
            raise SourceColumnMissing(
                file=source.path.name, column=column, columns=", ".join(delivery.columns)
            )
    return delivery


def entity_ids(found: Linkage, specification: Specification) -> pl.DataFrame:
    """An id for each entity: a hash of its first record by source and number.

    The order of the rows in the files does not matter to it.
    """
    members = found.records.with_columns(pl.Series(ENTITY, found.entity))
    named = members.sort(SOURCE, KEY, RECORD).group_by(ENTITY, maintain_order=True).first()
    again = named.with_columns(pl.int_range(pl.len()).over(SOURCE, KEY).alias("again"))
    ids = [
        _id_of("\t".join((specification.name, specification.sources[source].name, record, str(n))))
        for source, record, n in again.select(SOURCE, KEY, "again").iter_rows()
    ]
    return again.select(ENTITY, pl.Series("entity_id", ids, pl.String))


def _id_of(text: str) -> str:
    """A hash in the form of a UUID of version 8 (RFC 9562 §5.8): made by the application."""
    found = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    variant = "89ab"[int(found[16], 16) & 3]
    return f"{found[:8]}-{found[8:12]}-8{found[13:16]}-{variant}{found[17:20]}-{found[20:]}"


def _write(
    out: Path, found: Linkage, specification: Specification, ids: pl.DataFrame,
    golden: pl.DataFrame, report: LinkageReport,
) -> None:  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    names = {position: source.name for position, source in enumerate(specification.sources)}
    named = found.records.select(
        pl.col(SOURCE).replace_strict(names, return_dtype=pl.String).alias("source"),
        pl.col(KEY).alias("source_id"),
        pl.Series(ENTITY, found.entity),
        pl.Series("score", found.score),
        pl.Series("stage", found.stage, pl.String),
    )
    links = named.join(ids, on=ENTITY, maintain_order="left").select(
        "source", "source_id", "entity_id", "score", "stage"
    )
    tables = {LINKS: links, GOLDEN: golden, REVIEW: review_frame(found, named)}
    for name, table in tables.items():
        table.write_parquet(out / f".{name}.part")
    said = json.dumps(report.plain(), ensure_ascii=False, indent=2)
    (out / f".{REPORT}.part").write_text(f"{said}\n", encoding="utf-8")
    for name in (*tables, REPORT):
        (out / f".{name}.part").replace(out / name)


def review_frame(found: Linkage, named: pl.DataFrame) -> pl.DataFrame:
    """The pairs for people to look at: who, how likely, why, and what each comparison says."""
    doubtful = found.doubtful
    levels = taken_apart(doubtful[PATTERN].to_numpy(), sizes_of(found.comparisons))
    evidence = [
        json.dumps(
            {
                comparison.name: round(bits[level], 1)
                for comparison, bits, level in zip(
                    found.comparisons, found.weights.bits, row, strict=True
                )
                if level
            },
            ensure_ascii=False,
        )
        for row in levels.tolist()
    ]
    sides = (
        [named[doubtful[side].to_list()] for side in ("l", "r")]
        if len(doubtful)
        else [named[:0]] * 2
    )
    return pl.DataFrame(
        {
            "left_source": sides[0]["source"], "left_id": sides[0]["source_id"],
            "right_source": sides[1]["source"], "right_id": sides[1]["source_id"],
            "score": doubtful["score"], "reason": doubtful["reason"],
            "evidence": pl.Series(evidence, dtype=pl.String),
        }
    )  # fmt: skip
