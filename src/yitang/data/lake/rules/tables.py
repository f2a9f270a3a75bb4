"""What a table of the lake looks like."""

from __future__ import annotations

import re

from yitang.data.lake.errors import TableNameInvalid

# Columns that the lake adds to every row. No dataset may have an item of such a name.
BATCH_COLUMN = "_batch"
SOURCE_COLUMN = "_source"
GATHERED_COLUMN = "_gathered_at"
OWN_COLUMNS = (BATCH_COLUMN, SOURCE_COLUMN, GATHERED_COLUMN)

_TABLE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def check_table_name(dataset: str) -> None:
    """Raises ``TableNameInvalid`` unless ``dataset`` is safe as the name of a folder."""
    if not _TABLE_NAME.fullmatch(dataset):
        raise TableNameInvalid(dataset=dataset)
