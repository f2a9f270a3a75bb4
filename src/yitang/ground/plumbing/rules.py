"""Keys and keyed hashes, free of Django: processes that serve no pages need them too."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose out of the installation's secret (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
        secret.encode()
    )


def keyed_hash(key: bytes, value: str) -> str:
    """64 hexadecimal characters (HMAC-SHA256); equal values have equal hashes."""
    return hmac.digest(key, value.encode(), hashlib.sha256).hex()
