"""Sources that somebody wrote for dlt: their records as a delivery, without dlt's pipelines.

Only the extraction is used, so nothing is normalised, staged or reported; telemetry is off.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

import polars as pl
import pyarrow as pa

from yitang.data.collection.errors import DriverMissing, NothingDelivered

from .delivery import Delivery
from .failures import unreachable
from .spool import Part, Spool
from .texts import arrow_frame, flat_table, flattened, records_frame

ROWS_AT_ONCE = 10_000


def dlt_delivery(resource: Iterable[object], *, name: str) -> Delivery:
    """The records or Arrow tables that a dlt resource gives; raises ``DriverMissing`` without
    dlt and ``SourceUnreachable`` when the resource fails."""
    dlt_module()
    try:
        steps = [_step(item) for item in resource]
    except (TypeError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  (a resource is other people's code and may raise anything)
        raise unreachable(name, error) from None
    columns = tuple(dict.fromkeys(column for step in steps for column in step.columns))
    if not columns:
        raise NothingDelivered(file=name)
    spool = Spool(columns, _parts(steps, columns))
    return Delivery(name, "dlt", spool.digest, columns, spool.chunks, {})


def dlt_module() -> ModuleType:
    """The module, its telemetry switched off before it is loaded."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    try:
        return importlib.import_module("dlt")
    except ModuleNotFoundError:
        raise DriverMissing(kind="dlt") from None


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step of a resource gave: records, or Arrow."""

    records: list[dict[str, object]]
    table: pa.Table | None = None

    @property
    def columns(self) -> Iterable[str]:
        if self.table is not None:
            return [str(name) for name in self.table.column_names]
        return dict.fromkeys(column for record in self.records for column in record)


def _step(item: object) -> _Step:
    if isinstance(item, pa.RecordBatch):
        return _Step([], flat_table(pa.Table.from_batches([item])))
    if isinstance(item, pa.Table):
        return _Step([], flat_table(item))
    records = list[dict[str, object]]()
    for record in item if isinstance(item, list) else [item]:
        if not isinstance(record, dict):
            raise TypeError("a dlt resource gives records or Arrow tables")
        records.append(flattened(record))
    return _Step(records)


def _parts(steps: list[_Step], columns: tuple[str, ...]) -> Iterator[Part]:
    waiting = list[dict[str, object]]()
    for step in steps:
        if step.table is not None:
            frame, marks = arrow_frame(step.table)
            missing = [column for column in columns if column not in frame.columns]
            empty = [pl.lit(None, pl.String).alias(column) for column in missing]
            yield frame.with_columns(empty).select(columns), marks
            continue
        waiting += step.records
        if len(waiting) >= ROWS_AT_ONCE:
            yield records_frame(waiting, columns)
            waiting = []
    if waiting:
        yield records_frame(waiting, columns)
