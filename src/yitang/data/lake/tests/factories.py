from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from yitang.data.lake.api import append_batch
from yitang.data.lake.queries import table_path

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def people(*names: str) -> pa.Table:
    return pa.table({"name": pa.array(names, pa.string())})


def kept(dataset: str, *names: str, batch: str = "B1") -> int:
    return append_batch(dataset=dataset, table=people(*names), batch=batch, source="test", at=AT)


def aged(dataset: str, *, days: int) -> None:
    """Make all that was written so far ``days`` old, in the log and on the disk."""
    path, shift = table_path(dataset), timedelta(days=days)
    then = time.time() - shift.total_seconds()
    for file in [*path.glob("*.parquet"), *path.glob("_delta_log/*.json")]:
        os.utime(file, (then, then))
    for log in path.glob("_delta_log/*.json"):
        text = log.read_text()
        for line in text.splitlines():
            for name in ("timestamp", "deletionTimestamp", "modificationTime"):
                if f'"{name}":' in line:
                    stamp = line.split(f'"{name}":')[1].split(",")[0].strip("}")
                    old = f'"{name}":{int(stamp) - int(shift.total_seconds() * 1000)}'
                    text = text.replace(f'"{name}":{stamp}', old)
        log.write_text(text)
        os.utime(log, (then, then))
