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
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yitang.data.exchange.errors import CallRefused

from .usage import UsageBook

# A call older or newer than this is refused; its nonce is remembered for as long.
WINDOW_SECONDS = 300


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
    clients: Mapping[str, str],
    second: int,
    book: UsageBook,
) -> str:
    """The client (credit code) whose key signed the call; raises ``CallRefused``.

    ``headers`` have lower-case names; ``clients`` maps credit codes to public keys in
    hexadecimal; ``second`` is now, in seconds since 1970.
    """
    names = ("yitang-client", "yitang-timestamp", "yitang-nonce", "content-digest")
    if missing := [name for name in (*names, "yitang-signature") if not headers.get(name)]:
        raise CallRefused(problem=f"the header {missing[0]} is missing")
    client, timestamp, nonce, digest = (headers[name] for name in names)
    if client not in clients:
        raise CallRefused(problem="this client has no key here")
    if digest != content_digest(body):
        raise CallRefused(problem="the body does not fit its Content-Digest")
    if not timestamp.isdigit() or abs(second - int(timestamp)) > WINDOW_SECONDS:
        raise CallRefused(problem="its time is more than five minutes from ours")
    content = _signed(method, path, digest, client, timestamp, nonce)
    try:
        signature = base64.b64decode(headers["yitang-signature"], validate=True)
        _key(clients[client]).verify(signature, content)
    except (InvalidSignature, ValueError, binascii.Error):
        raise CallRefused(problem="the signature does not fit") from None
    if len(nonce) > 100 or not book.is_new(client, nonce, int(timestamp), window=WINDOW_SECONDS):
        raise CallRefused(problem="the same call came before")
    return client


@lru_cache(maxsize=1024)
def _key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def _signed(*parts: str) -> bytes:
    return "\n".join(parts).encode()
