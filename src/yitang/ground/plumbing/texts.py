"""Texts of the domain in the reader's language: template first, parameters after."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, pgettext

from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message, Word


def translated(text: DomainError | Message) -> str:
    """The sentence of an error or a message in the active language."""
    template = text.message if isinstance(text, DomainError) else text.template
    return gettext(template).format_map(_translated_params(text.params))


def _translated_params(params: Mapping[str, object]) -> dict[str, object]:
    """A parameter that is itself a text of ours (a state, a verb, a reason) is translated too."""
    return {name: _translated_param(value) for name, value in params.items()}


def _translated_param(value: object) -> object:
    if isinstance(value, DomainError | Message):
        return translated(value)
    if isinstance(value, tuple):
        return gettext(" or ").join(str(_translated_param(part)) for part in value)
    if isinstance(value, Word) and value:
        return pgettext(value.context, value.replace("_", " "))
    return gettext(value) if isinstance(value, str) and value else value
