"""Texts of the domain in the reader's language: template first, parameters after."""

from __future__ import annotations

from django.utils.translation import gettext

from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message


def translated(text: DomainError | Message) -> str:
    """The sentence of an error or a message in the active language."""
    if isinstance(text, DomainError):
        return gettext(text.message).format_map(text.params)
    return gettext(text.template).format_map(dict(text.params))
