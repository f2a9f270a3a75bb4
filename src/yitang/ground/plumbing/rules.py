"""Keys, keyed hashes, faults of the machine: free of Django, so that any process can use them."""

from __future__ import annotations

import errno
import hashlib
import hmac
import sqlite3

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yitang.ground.base.errors import DomainError

from .errors import DatabaseSilent, DiskFull, TablesMissing

_FULL = "53100"  # PostgreSQL: disk_full
_SILENT = ("08", "57P")  # PostgreSQL: connection_exception, operator_intervention
_MISSING = {"42P01", "42703"}  # undefined_table, undefined_column
_MISSING_WORDS = ("no such table", "no such column", "has no column named")


def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose out of the installation's secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        secret.encode()
    )


def keyed_hash(key: bytes, value: str) -> str:
    """64 hexadecimal characters (HMAC-SHA256); equal values have equal hashes."""
    return hmac.digest(key, value.encode(), hashlib.sha256).hex()


def fault_of_machine(error: BaseException) -> DomainError | None:
    """What the machine or its database could not do, if it is that and no mistake of ours."""
    return disk_full(error) or tables_missing(error) or database_silent(error)


def disk_full(error: BaseException) -> DiskFull | None:
    """That the disk is full, whoever noticed it: the file system, SQLite or PostgreSQL."""
    cause = error.__cause__ or error
    if isinstance(cause, OSError):
        is_full = cause.errno in {errno.ENOSPC, errno.EDQUOT}
    elif isinstance(cause, sqlite3.Error):
        # Without a byte left SQLite cannot even make the file that a connection shares.
        name = getattr(cause, "sqlite_errorname", "")
        is_full = "disk is full" in str(cause) or name == "SQLITE_IOERR_SHMSIZE"
    else:
        is_full = getattr(cause, "sqlstate", None) == _FULL
    return DiskFull() if is_full else None


def database_silent(error: BaseException) -> DatabaseSilent | None:
    """That PostgreSQL is not there, or went away, or that SQLite cannot open its file."""
    cause = error.__cause__ or error
    if isinstance(cause, sqlite3.Error) and "unable to open database file" in str(cause):
        return DatabaseSilent(problem="its file cannot be opened")
    kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(cause).__mro__}
    if ("psycopg", "OperationalError") not in kinds:
        return None
    state = getattr(cause, "sqlstate", None)
    if state is not None and not state.startswith(_SILENT):
        return None
    return DatabaseSilent(problem=str(cause).splitlines()[0].rpartition(": ")[2].rstrip("."))


def tables_missing(error: BaseException) -> TablesMissing | None:
    """That the database is not of this release, so that an operator knows what to run."""
    cause = error.__cause__ or error
    said = str(cause).splitlines()[0] if str(cause) else ""
    if isinstance(cause, sqlite3.Error):
        is_missing = any(words in said for words in _MISSING_WORDS)
    else:
        is_missing = getattr(cause, "sqlstate", None) in _MISSING
    return TablesMissing(problem=said) if is_missing else None
