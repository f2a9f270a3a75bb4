"""Apache Spark: for more than one machine holds. The same expressions, the same steps.

Its workers import the steps by name, so Yitang is installed on every machine; a step needs
neither Django nor a database. Spark reads the files that a table's version lists, never the
folder. Java and the extra ``spark`` are needed, and looked for only here.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from yitang.data.lake.errors import EngineMissing
from yitang.data.lake.queries import opened
from yitang.data.lake.rules import Step
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SHUFFLE_PARTITIONS = 2  # on one machine; a cluster's own setting holds beyond it
NO_JAVA = Message("lake.no_java", "Java is not installed")
NO_EXTRA = Message("lake.no_spark", "the extra spark is not installed")
ANY_MACHINE = "local"  # a master of this word is this machine


class SparkEngine:
    """Named tables of one session, kept until the engine is closed."""

    name = "spark"

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._kept: list[DataFrame] = []
        self._tables: dict[str, DataFrame] = {}

    def load(
        self, name: str, dataset: str, *, version: int, columns: Sequence[str], step: Step
    ) -> None:
        table = opened(dataset, version)
        if files := sorted(table.file_uris()):
            rows = self._session.read.parquet(*files)
        else:
            nothing = pa.schema(table.schema().to_arrow()).empty_table()
            rows = self._session.createDataFrame(nothing)
        self._register(name, _stepped(rows.select(*map(_quoted, columns)), step))

    def accept(self, name: str, rows: Iterable[pa.RecordBatch], *, schema: pa.Schema) -> None:
        from pyarrow import parquet

        file = self._folder / f"{uuid4().hex}.parquet"
        with parquet.ParquetWriter(file, schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
        self._register(name, self._session.read.parquet(str(file)))

    def keep(self, name: str, expression: Any, *, step: Step | None = None) -> None:
        rows = self._session.sql(_sql(expression))
        self._register(name, rows if step is None else _stepped(rows, step))

    def forget(self, *names: str) -> None:
        for name in names:
            self._tables.pop(name).unpersist()
            self._session.catalog.dropTempView(name)

    def answer(self, expression: Any) -> pa.Table:
        return self._session.sql(_sql(expression)).toArrow()

    def stream(self, expression: Any) -> pa.RecordBatchReader:
        """The rows by way of files, since they need not fit into the memory of one process."""
        from pyarrow import dataset as parquet

        folder = self._folder / uuid4().hex
        self._session.sql(_sql(expression)).write.parquet(str(folder))
        files = sorted(str(path) for path in folder.glob("*.parquet"))  # in the order of the rows
        return parquet.dataset(files, format="parquet").scanner().to_reader()

    def close(self) -> None:
        """Forget the tables; the session itself may go on."""
        for rows in self._kept:
            rows.unpersist()
        for name in self._tables:
            self._session.catalog.dropTempView(name)

    def _register(self, name: str, rows: DataFrame) -> None:
        from pyspark import StorageLevel

        kept = rows.persist(StorageLevel.MEMORY_AND_DISK)
        self._kept.append(kept)
        before = self._tables.get(name)
        whole = kept if before is None else before.union(kept)
        whole.createOrReplaceTempView(name)
        self._tables[name] = whole


@contextmanager
def spark_engine() -> Iterator[SparkEngine]:
    """Spark with no tables; its session is begun, and stopped, unless one runs already."""
    folder = settings().lake / ".spill"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        session = stack.enter_context(spark_session())
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="spark-", dir=folder))
        engine = SparkEngine(session, Path(place))
        stack.callback(engine.close)
        yield engine


@contextmanager
def spark_session(options: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """The running session, or one that ends with this context; raises ``EngineMissing``.

    ``options`` of Spark go before our own.
    """
    check_installed()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = settings().lake / ".spill"
    folder.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(settings().spark_master).appName("yitang")
    for key, value in (_options(folder) | dict(options or {})).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def _options(folder: Path) -> dict[str, str]:
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
    }
    if settings().spark_master.startswith(ANY_MACHINE):
        options |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.default.parallelism": str(SHUFFLE_PARTITIONS),
            "spark.sql.shuffle.partitions": str(SHUFFLE_PARTITIONS),
            "spark.sql.files.minPartitionNum": "1",
        }
    return options


def check_installed() -> None:
    """Raises ``EngineMissing`` unless Java and the extra are there."""
    home = os.environ.get("JAVA_HOME", "")
    if not (shutil.which("java") or (home and Path(home, "bin", "java").exists())):
        raise EngineMissing(problem=NO_JAVA)
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise EngineMissing(problem=NO_EXTRA) from None


def _stepped(rows: DataFrame, step: Step) -> DataFrame:
    from pyspark.sql.pandas.types import from_arrow_schema

    return rows.mapInArrow(step.over, from_arrow_schema(step.schema))


def _sql(expression: Any) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="pyspark", pretty=False))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
