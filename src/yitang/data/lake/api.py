"""The door of the room."""

from .actions import (
    Compaction,
    append_batch,
    compact_table,
    has_batch,
    keep_tables,
    merge_batch,
    replace_table,
    vacuum_table,
)
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
    table_names,
    table_schema,
    table_version,
    table_versions,
)

__all__ = [
    "ENGINES",
    "Compaction",
    "TableVersion",
    "append_batch",
    "check_spark_installed",
    "compact_table",
    "count_rows",
    "engine",
    "has_batch",
    "keep_tables",
    "merge_batch",
    "opened_engine",
    "query",
    "quoted",
    "read_table",
    "replace_table",
    "spark_session",
    "table_exists",
    "table_files",
    "table_names",
    "table_schema",
    "table_version",
    "table_versions",
    "vacuum_table",
]
