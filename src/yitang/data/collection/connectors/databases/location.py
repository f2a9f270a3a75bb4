"""The address of a database: what may be in it, and what of it may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yitang.data.collection.connectors.reach import Networks, checked_addresses
from yitang.data.collection.errors import AddressInvalid, AddressRefused, DriverMissing

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

# What a name alone stands for; others come by the dialects that are installed beside us.
_DRIVERS = {"postgres": "postgresql", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
# Others could name a file of this machine, or another host than the one that was checked.
_ALLOWED = frozenset({"sslmode", "charset"})


def database_url(location: str, *, secret: str = "") -> URL:
    """The parsed address with the password put in; raises ``AddressInvalid``."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise AddressInvalid(location=_without_secret(location)) from None
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    return url.set(password=secret) if secret else url


def checked_location(location: str, networks: Networks) -> None:
    """Raises ``AddressInvalid``, ``AddressRefused``, ``DriverMissing``.

    ``networks`` is ``None`` for the operator, who may also name a file or a socket.
    """
    from sqlalchemy.exc import NoSuchModuleError

    url = database_url(location)
    try:
        url.get_dialect()
    except NoSuchModuleError:
        raise DriverMissing(kind=url.drivername) from None
    if networks is None:
        return
    if not url.host or set(url.query) - _ALLOWED:
        raise AddressRefused(host=shown_location(location), address="-")
    checked_addresses(url.host, networks)


def shown_location(location: str) -> str:
    """The address without its password."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(location).set(password=None).render_as_string()
    except (ArgumentError, ValueError):
        return _without_secret(location)


def _without_secret(location: str) -> str:
    scheme, mark, rest = location.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else scheme[:40]
