"""Details of an entry, sealed under a key of its subject and its year.

The key is HMAC(secret of the year, subject): whoever holds the year's secret can open an
entry, and deleting that one file erases the details of the whole year for good, copies and
witnesses included. The secret is random and stands in no database.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def seal(details: Mapping[str, str], *, keys: Path, year: int, subject: str, entry_id: str) -> str:
    """``details`` under the subject's key of ``year``; empty when there are none.

    ``keys`` is the folder of the yearly secrets; a missing one is made.
    """
    if not details:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    text = json.dumps(dict(details), ensure_ascii=False).encode()
    hidden = AESGCM(_subject_key(_sealing_secret(keys, year), subject)).encrypt(
        nonce, text, entry_id.encode()
    )
    return f"{year}:{base64.b64encode(nonce + hidden).decode()}"


def unseal(secret: str, *, keys: Path, subject: str, entry_id: str) -> dict[str, str] | None:
    """The details, or ``None`` when the year's secret was erased or the bytes were altered."""
    if not secret:
        return {}
    year, _, text = secret.partition(":")
    if not (keys / year).exists():
        return None
    hidden = base64.b64decode(text)
    key = AESGCM(_subject_key(year_secret(keys, int(year)), subject))
    try:
        opened = key.decrypt(hidden[:NONCE_BYTES], hidden[NONCE_BYTES:], entry_id.encode())
    except InvalidTag:
        return None
    details: dict[str, str] = json.loads(opened)
    return details


def year_secret(keys: Path, year: int) -> bytes:
    """32 random bytes kept in ``keys/<year>``, made on first use, readable by the owner alone."""
    path = keys / str(year)
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = keys / f".{year}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # the first process wins
            os.link(partial, path)
        partial.unlink()
    return _read_secret(path, path.stat().st_mtime_ns)


@cache
def _sealing_secret(keys: Path, year: int) -> bytes:
    """Read once per process: a year that is being written to is not the one being erased."""
    return year_secret(keys, year)


@cache
def _read_secret(path: Path, changed: int) -> bytes:
    return path.read_bytes()


def _subject_key(secret: bytes, subject: str) -> bytes:
    return hmac.digest(secret, subject.encode(), hashlib.sha256)
