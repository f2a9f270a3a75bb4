"""What a table looks like, and what an engine does with it."""

from .engines import Engine, Step
from .tables import (
    BATCH_COLUMN,
    GATHERED_COLUMN,
    OWN_COLUMNS,
    SOURCE_COLUMN,
    check_table_name,
)

__all__ = [
    "BATCH_COLUMN",
    "GATHERED_COLUMN",
    "OWN_COLUMNS",
    "SOURCE_COLUMN",
    "Engine",
    "Step",
    "check_table_name",
]
