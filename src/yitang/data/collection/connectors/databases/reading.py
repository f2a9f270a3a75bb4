"""One table as a delivery: PostgreSQL through ADBC, any other through SQLAlchemy.

The rows go to a spool as they come, so memory stays flat, and a connection that is cut leaves
nothing behind. Sessions are read-only and end by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from yitang.data.collection.connectors.delivery import Delivery
from yitang.data.collection.connectors.failures import unreachable
from yitang.data.collection.connectors.reach import Networks
from yitang.data.collection.connectors.spool import Spool

from . import generic, postgresql
from .location import checked_location, database_url, shown_location
from .window import Window


def database_delivery(
    location: str,
    *,
    table: str,
    secret: str = "",
    window: Window | None = None,
    networks: Networks = None,
    most: int | None = None,
) -> Delivery:
    """A table (``schema.table``), the rows of it in ``window``, or its first ``most`` rows.

    Raises ``SourceUnreachable``, ``TableUnknown``, ``AddressInvalid``, ``AddressRefused`` and
    ``DriverMissing``.
    """
    checked_location(location, networks)
    url = database_url(location, secret=secret)
    name = f"{shown_location(location)}#{table}"
    with _one_sentence(location, url.password or ""):
        reader = postgresql if url.drivername == "postgresql" else generic
        columns, parts = reader.read(url, table, window, name=name, most=most)
        spool = Spool(columns, parts)
    understood = {"table": table}
    if window is not None:
        understood |= {
            "column": window.column,
            "from_value": window.after,
            "to_value": window.until,
        }
    return Delivery(name, "database", spool.digest, columns, spool.chunks, understood)


def latest_value(
    location: str, *, table: str, column: str, secret: str = "", networks: Networks = None
) -> str:
    """The highest value of a column, as a text from which it can be made again."""
    checked_location(location, networks)
    url = database_url(location, secret=secret)
    with _one_sentence(location, url.password or ""):
        reader = postgresql if url.drivername == "postgresql" else generic
        return str(reader.latest(url, table, column, name=shown_location(location)))


@contextmanager
def _one_sentence(location: str, secret: str) -> Iterator[None]:
    """A sentence for what a driver says."""
    try:
        yield
    except (OSError, generic.failure(), postgresql.failure()) as error:
        raise unreachable(shown_location(location), error, secret=secret) from None
