"""The door of the room."""

from .actions import append_batch, has_batch, replace_table
from .queries import (
    TableVersion,
    count_rows,
    engine,
    query,
    quoted,
    read_table,
    table_exists,
    table_files,
    table_schema,
    table_version,
    table_versions,
)

__all__ = [
    "TableVersion",
    "append_batch",
    "count_rows",
    "engine",
    "has_batch",
    "query",
    "quoted",
    "read_table",
    "replace_table",
    "table_exists",
    "table_files",
    "table_schema",
    "table_version",
    "table_versions",
]
