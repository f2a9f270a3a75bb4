"""What is taken in: one JSON object of known fields, a query and a form of known names.

A mistyped ``is_confidental`` would otherwise be left out in silence, and the appeal be open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Schema
from ninja.errors import ValidationError
from ninja.operation import Operation
from ninja.parser import Parser

View = Callable[..., HttpResponseBase]


class Given(Schema, extra="forbid"):
    """Every body begins here: a field that it does not have is refused by its name."""


class OneObject(Parser):
    """Only an object is a body: Ninja itself reads a list as an object without fields."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        read: object = super().parse_body(request)
        if not isinstance(read, dict):
            raise TypeError("The body is no object.")  # Ninja's answer to it is 400
        return read


def known_names_only(run: View) -> View:
    """Refuse what stands in the query, the form or its files and no parameter is named after."""
    operation = getattr(run, "__self__", None)
    if not isinstance(operation, Operation):
        raise TypeError("Only an operation of Ninja knows its parameters.")
    models = operation.models

    @wraps(run)
    def checked(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        places = _unknown("query", request.GET, models)
        if any(_source(one) in {"form", "file"} for one in models):
            places += _unknown("form", request.POST, models)
            places += _unknown("file", request.FILES, models)
        if places:
            return operation.api.on_exception(request, ValidationError(places))
        return run(request, **kwargs)

    return checked


def _unknown(
    source: str, given: Mapping[str, object], models: Sequence[Any]
) -> list[dict[str, Any]]:
    known = {name for one in models if _source(one) == source for name in _names(one)}
    return [
        {"type": "extra_forbidden", "loc": (source, name)} for name in given if name not in known
    ]


def _source(model: Any) -> str:
    return str(model.__ninja_param_source__)


def _names(model: Any) -> set[str]:
    flat: Mapping[str, object] = getattr(model, "__ninja_flatten_map__", {})
    return set(flat) or set(model.model_fields)
