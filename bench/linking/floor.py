"""The floor: DuckDB reads the Parquet files and joins them once on the number as delivered.

Nothing else is imported, so that nothing else is measured.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import duckdb


def main() -> None:
    folder = Path(sys.argv[1])
    specification = tomllib.loads((folder / "spec.toml").read_text(encoding="utf-8"))
    records = " UNION ALL ".join(
        f"""SELECT '{source["name"]}' AS source, "{source["key"]}" AS source_id,"""
        f""" "{source["columns"]["identity_number"]}" AS number FROM '{folder / source["path"]}'"""
        for source in specification["sources"]
    )
    links = folder / "found" / "floor" / "links.parquet"
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE r AS {records}")
    connection.execute(
        "COPY (SELECT source, source_id, coalesce(first, source || source_id) AS entity_id FROM r"
        " LEFT JOIN (SELECT number, min(source || source_id) AS first FROM r"
        f" WHERE length(number) > 14 GROUP BY number) USING (number)) TO '{links}'"
    )


if __name__ == "__main__":
    main()
