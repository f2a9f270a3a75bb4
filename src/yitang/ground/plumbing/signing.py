"""Ed25519 signatures of this installation (RFC 8032), over bytes that the caller canonicalises."""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from .errors import SignatureInvalid
from .settings import settings


@cache
def signing_key(path: Path | None = None) -> Ed25519PrivateKey:
    """The key kept under ``YITANG_HOME/keys``, made on first use, readable by its owner alone."""
    path = path or settings().keys / "signing.pem"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        partial = path.with_suffix(f".{os.getpid()}")
        partial.unlink(missing_ok=True)  # of a process that was killed here
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(partial, path)  # the first process wins; another's key is read below
        finally:
            partial.unlink()
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} does not hold an Ed25519 key")
    return key


def sign(content: bytes) -> bytes:
    """64 bytes."""
    return signing_key().sign(content)


def public_key() -> bytes:
    """The 32 raw bytes by which others check our signatures."""
    return signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def check_signature(content: bytes, signature: bytes, *, key: bytes) -> None:
    """Raises ``SignatureInvalid`` unless ``key`` (32 raw bytes) signed ``content``."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except InvalidSignature:
        raise SignatureInvalid from None
