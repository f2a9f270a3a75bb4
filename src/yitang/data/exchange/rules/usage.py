"""How often each grant was used today, and which calls were seen: shared by all processes.

A small SQLite file without waiting for the disk: after a power failure a count may lack the
last moments. The evidence of every use is the ledger, not this.
"""

from __future__ import annotations

import sqlite3
import threading
from datetime import date
from pathlib import Path


class UsageBook:
    """Counters of one installation; safe between threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._cleared = 0
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=5
        )
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            "CREATE TABLE IF NOT EXISTS used"
            " (permit TEXT, day TEXT, reads INTEGER, PRIMARY KEY (permit, day)) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS nonce"
            " (client TEXT, nonce TEXT, second INTEGER, PRIMARY KEY (client, nonce)) WITHOUT ROWID;"
        )

    def count(self, grant: str, day: date, *, quota: int) -> bool:
        """Count one read, unless the day's ``quota`` (0: none) is used up; whether it was."""
        with self._lock:
            row = self._connection.execute(
                "INSERT INTO used VALUES (?, ?, 1) ON CONFLICT (permit, day)"
                " DO UPDATE SET reads = reads + 1 WHERE ? = 0 OR reads < ? RETURNING reads",
                (grant, day.isoformat(), quota, quota),
            ).fetchone()
        return row is not None

    def used(self, grant: str, day: date) -> int:
        """Reads counted on a day."""
        with self._lock:
            row = self._connection.execute(
                "SELECT reads FROM used WHERE permit = ? AND day = ?", (grant, day.isoformat())
            ).fetchone()
        return int(row[0]) if row else 0

    def used_on(self, day: date) -> dict[str, int]:
        """Reads counted on a day, by grant."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT permit, reads FROM used WHERE day = ?", (day.isoformat(),)
            ).fetchall()
        return dict(rows)

    def is_new(self, client: str, nonce: str, second: int, *, window: int) -> bool:
        """Whether this call is new; those older than two windows may be forgotten."""
        with self._lock:
            if second > self._cleared + window:
                old = (second - 2 * window,)
                self._connection.execute("DELETE FROM nonce WHERE second < ?", old)
                self._cleared = second
            row = self._connection.execute(
                "INSERT INTO nonce VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                (client, nonce, second),
            ).fetchone()
        return row is not None

    def close(self) -> None:
        self._connection.close()


_books: dict[Path, UsageBook] = {}
_books_lock = threading.Lock()


def usage_book(folder: Path) -> UsageBook:
    """The counters of the installation whose exchange folder this is."""
    path = folder / "usage.sqlite3"
    with _books_lock:
        if path not in _books:
            _books[path] = UsageBook(path)
        return _books[path]


def close_books() -> None:
    with _books_lock:
        for book in _books.values():
            book.close()
        _books.clear()
