"""Engines that compute tables from tables of the lake: DuckDB on one machine, Spark beyond it.

A pipeline says *what* once: expressions of Ibis over named tables, and steps, plain functions
over Arrow batches, where an expression will not do. An engine holds the named tables and turns
each expression into its own SQL. Nothing here imports Ibis or Spark before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from yitang.data.lake.errors import EngineUnknown
from yitang.data.lake.rules import Engine

from .duck import duckdb_engine
from .spark import check_installed as check_spark_installed
from .spark import spark_engine, spark_session

__all__ = ["ENGINES", "check_spark_installed", "opened_engine", "spark_session"]

ENGINES = ("duckdb", "spark")


@contextmanager
def opened_engine(name: str) -> Iterator[Engine]:
    """The engine of that name, empty; raises ``EngineUnknown``, ``EngineMissing``."""
    if name == "duckdb":
        with duckdb_engine() as engine:
            yield engine
    elif name == "spark":
        with spark_engine() as engine:
            yield engine
    else:
        raise EngineUnknown(engine=name, engines=", ".join(ENGINES))
