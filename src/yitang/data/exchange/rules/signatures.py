"""Signed calls: Ed25519 over method, path, body digest, client, time and nonce.

Yitang-Client: <credit code>            Content-Digest: sha-256=:<base64>:   (RFC 9530)
Yitang-Timestamp: <seconds since 1970>  Yitang-Nonce: <random, used once>
Yitang-Signature: <base64 of the signature over these, one a line, in this order:
                   method, path, Content-Digest, client, timestamp, nonce>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yitang.data.exchange.errors import CallRefused, KeyInvalid

from .usage import UsageBook

# A call older or newer than this is refused; its nonce is remembered for as long.
WINDOW_SECONDS = 300
KEY_BYTES = 32


def public_key_of(text: str) -> str:
    """An Ed25519 public key as it is kept, lower-case hexadecimal; raises ``KeyInvalid``."""
    key = "".join(text.split()).lower()
    try:
        is_key = len(bytes.fromhex(key)) == KEY_BYTES and len(key) == 2 * KEY_BYTES
    except ValueError:
        is_key = False
    if not is_key:
        raise KeyInvalid
    return key


def fingerprint_of(key: str) -> str:
    """Four groups of four digits of the SHA-256 of a key."""
    digits = hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def content_digest(body: bytes) -> str:
    """The value of ``Content-Digest`` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signed_headers(
    key: Ed25519PrivateKey,
    *,
    client: str,
    method: str,
    path: str,
    body: bytes,
    timestamp: int,
    nonce: str,
) -> dict[str, str]:
    """The headers that a caller sends with ``body``."""
    digest = content_digest(body)
    content = _signed(method, path, digest, client, str(timestamp), nonce)
    return {
        "Yitang-Client": client,
        "Yitang-Timestamp": str(timestamp),
        "Yitang-Nonce": nonce,
        "Content-Digest": digest,
        "Yitang-Signature": base64.b64encode(key.sign(content)).decode(),
    }


def check_call(
    headers: Mapping[str, str],
    *,
    method: str,
    path: str,
    body: bytes,
    clients: Mapping[str, Sequence[str]],
    second: int,
    book: UsageBook,
) -> str:
    """The client (credit code) whose key signed the call; raises ``CallRefused``.

    ``headers`` have lower-case names; ``clients`` maps credit codes to public keys in
    hexadecimal, any of which will do; ``second`` is now, in seconds since 1970.
    """
    names = ("yitang-client", "yitang-timestamp", "yitang-nonce", "content-digest")
    if missing := [name for name in (*names, "yitang-signature") if not headers.get(name)]:
        raise CallRefused(problem=f"the header {missing[0]} is missing")
    client, timestamp, nonce, digest = (headers[name] for name in names)
    if not clients.get(client):
        raise CallRefused(problem="this client has no key here")
    if digest != content_digest(body):
        raise CallRefused(problem="the body does not fit its Content-Digest")
    if not timestamp.isdigit() or abs(second - int(timestamp)) > WINDOW_SECONDS:
        raise CallRefused(problem="its time is more than five minutes from ours")
    content = _signed(method, path, digest, client, timestamp, nonce)
    if not any(_is_signed(headers["yitang-signature"], content, key) for key in clients[client]):
        raise CallRefused(problem="the signature does not fit")
    if len(nonce) > 100 or not book.is_new(client, nonce, int(timestamp), window=WINDOW_SECONDS):
        raise CallRefused(problem="the same call came before")
    return client


def _is_signed(signature: str, content: bytes, key: str) -> bool:
    try:
        _key(key).verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


@lru_cache(maxsize=1024)
def _key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def _signed(*parts: str) -> bytes:
    return "\n".join(parts).encode()
