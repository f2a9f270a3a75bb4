"""A sentence of ours as it is kept, so that each reader gets it in the own language later."""

from __future__ import annotations

from collections.abc import Mapping

from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message


def kept_sentence(text: DomainError | Message) -> dict[str, object]:
    """Code, template and parameters as JSON can hold them."""
    template = text.message if isinstance(text, DomainError) else text.template
    params = {name: _kept(value) for name, value in text.params.items()}
    return {"code": text.code, "template": template, "params": params}


def sentence_of(kept: Mapping[str, object]) -> Message | None:
    """What ``kept_sentence`` kept; ``None`` of nothing."""
    template, params = kept.get("template"), kept.get("params")
    if not isinstance(template, str) or not isinstance(params, dict):
        return None
    return Message(str(kept.get("code", "")), template, {k: _read(v) for k, v in params.items()})


def _kept(value: object) -> object:
    if isinstance(value, DomainError | Message):
        return kept_sentence(value)
    return value if isinstance(value, int | float | str) else str(value)


def _read(value: object) -> object:
    return sentence_of(value) if isinstance(value, dict) else value
