from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from yitang.data.lake.api import append_batch

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def people(*names: str) -> pa.Table:
    return pa.table({"name": pa.array(names, pa.string())})


def kept(dataset: str, *names: str, batch: str = "B1") -> int:
    return append_batch(dataset=dataset, table=people(*names), batch=batch, source="test", at=AT)
