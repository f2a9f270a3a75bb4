"""Encryption of single fields, and blind indexes to find them by.

AES-256-GCM with a fresh nonce per value and the field's name as associated data, so that a
value cannot be moved to another column. A blind index is an HMAC-SHA256 under its own key:
equal values have equal indexes, and nothing else is learnt. Keys are derived from the
installation's secret (HKDF-SHA256, RFC 5869).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from .errors import SecretUnreadable
from .rules import derive_key, keyed_hash
from .settings import settings

NONCE_BYTES = 12


@cache
def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose; the same purpose gives the same key on this installation."""
    return derive_key(settings().secret_key, purpose)


def encrypt(text: str, *, field: str) -> bytes:
    """Nonce and ciphertext of ``text``, bound to ``field``."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(derived_key("field")).encrypt(nonce, text.encode(), field.encode())


def decrypt(secret: bytes, *, field: str) -> str:
    """The text that ``encrypt`` hid; raises ``SecretUnreadable`` when altered or moved."""
    nonce, hidden = secret[:NONCE_BYTES], secret[NONCE_BYTES:]
    try:
        return AESGCM(derived_key("field")).decrypt(nonce, hidden, field.encode()).decode()
    except InvalidTag:
        raise SecretUnreadable(field=field) from None


def blind_index(value: str, *, purpose: str = "identity") -> str:
    """64 hexadecimal characters that stand for ``value`` in an index, a log or a ledger."""
    return keyed_hash(derived_key(f"blind:{purpose}"), value)


class EncryptedTextField(models.BinaryField[str | None, str | None]):
    """A text kept encrypted. It cannot be searched: keep a ``blind_index`` beside it."""

    def get_prep_value(self, value: str | None) -> bytes | None:
        return None if value is None else encrypt(value, field=self._bound_to())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(bytes(value), field=self._bound_to())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        hidden = value if prepared else self.get_prep_value(value)
        return None if hidden is None else connection.Database.Binary(hidden)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")

    def _bound_to(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"
