"""The door of the room."""

from .actions import append_batch, has_batch, replace_table
from .engines import ENGINES, check_spark_installed, opened_engine, spark_session
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
    "ENGINES",
    "TableVersion",
    "append_batch",
    "check_spark_installed",
    "count_rows",
    "engine",
    "has_batch",
    "opened_engine",
    "query",
    "quoted",
    "read_table",
    "replace_table",
    "spark_session",
    "table_exists",
    "table_files",
    "table_schema",
    "table_version",
    "table_versions",
]
