"""Errors as RFC 9457 problems: whatever refuses a request, the answer is one.

The sentence is English, or in the language that the request asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings as django_settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.errors import ValidationError

from yitang.ground.base.errors import DomainError, InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import (
    check_readable,
    current_request_id,
    translated,
    unreadable,
)
from yitang.ground.plumbing.errors import AddressUnknown, MethodNotTaken, RequestUnreadable

MEDIA_TYPE = "application/problem+json"
PLACES = 20  # of wrong values named in one answer


class BodyUnreadable(DomainError):
    code = "site.body_unreadable"
    message = "The body is no JSON that can be read. Send one JSON object."
    http_status = 400


class TokenMissing(DomainError):
    code = "site.token_missing"
    message = (
        "The request lacks its session's token. GET /api/v1/session gives it; send it in the "
        "header X-CSRFToken."
    )
    http_status = 403


class OurMistake(DomainError):
    code = "site.our_mistake"
    message = "This is our mistake and was noted. Try again, and name {number} when you report it."
    http_status = 500


def problem_response(
    request: HttpRequest, error: DomainError, *, places: Sequence[Mapping[str, Any]] = ()
) -> HttpResponse:
    """``application/problem+json``; ``code`` is stable, ``detail`` is for people."""
    body: dict[str, object] = {
        "type": f"urn:yitang:error:{error.code}",
        "title": error.title,
        "status": error.http_status,
        "detail": translated(error) if asks_for_a_language(request) else str(error),
        "code": error.code,
    }
    if places:
        body["errors"] = [_pointer(place) for place in places[:PLACES]]
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=error.http_status, content_type=MEDIA_TYPE
    )


def asks_for_a_language(request: HttpRequest) -> bool:
    """A program that names none gets the sentences of the reference."""
    return "Accept-Language" in request.headers or (
        django_settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    )


# What Pydantic calls a fault, from the beginning of its type, and what we say.
SAID = (
    ("extra", Message("site.no_such_field", "there is no such field")),
    ("missing", Message("site.missing", "it is missing")),
    ("uuid", Message("site.no_uuid", "it is not an identifier")),
    ("int", Message("site.no_int", "it is not a whole number")),
    ("float", Message("site.no_float", "it is not a number")),
    ("finite", Message("site.no_float", "it is not a number")),
    ("date", Message("site.no_date", "there is no such date or time")),
    ("bool", Message("site.no_bool", "it is neither true nor false")),
    ("string_type", Message("site.no_text", "it is not a text")),
    ("list", Message("site.no_list", "it is not a list")),
    ("too_long", Message("site.too_many", "it holds too many")),
    ("dict", Message("site.no_object", "it is not an object")),
    ("model", Message("site.no_object", "it is not an object")),
)


def field_problem(error: ValidationError) -> InvalidInput:
    """The first wrong value: where it stands and what is wrong with it."""
    first = error.errors[0] if error.errors else {"type": "", "loc": ()}
    return InvalidInput(field=_pointer(first), problem=_said(first))


def _said(fault: Mapping[str, Any]) -> Message:
    kind, facts = str(fault["type"]), dict(fault.get("ctx", {}))
    if kind in {"enum", "literal_error"}:
        expected = str(facts.get("expected", "")).replace(" or ", ", ")
        return Message("site.not_one_of", "it must be {expected}", {"expected": expected})
    if kind == "string_too_long":
        return Message("site.too_long", "it is longer than {max_length} characters", facts)
    if kind == "string_too_short":
        return Message("site.too_short", "it is shorter than {min_length} characters", facts)
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        bound = next(iter(facts.values()), "")
        return Message("site.out_of_range", "it is out of range; the limit is {n}", {"n": bound})
    for beginning, text in SAID:
        if kind.startswith(beginning):
            return text
    return Message("site.value_wrong", "it cannot be read")


def _pointer(fault: Mapping[str, Any]) -> str:
    """``query.box``, ``body.demands.0.type``: what our code calls the body is left out."""
    parts = [str(part) for part in fault["loc"]]
    return ".".join(parts[:1] + parts[2:] if parts[:1] == ["body"] else parts)


def problems_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """No refusal leaves ``/api/v1/`` as a page or empty: each is a problem with a sentence."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/v1/"):
            return get_response(request)
        try:
            check_readable(request, has_forms=False)
        except DomainError as error:
            return problem_response(request, error)
        except SuspiciousOperation as error:
            return problem_response(request, unreadable(error))
        response = get_response(request)
        if response.status_code < 400 or response.get("Content-Type") == MEDIA_TYPE:
            return response
        if response.status_code == 403 and not _is_signed_in(request):
            return problem_response(request, SignInNeeded())  # a token alone would not help
        told = problem_response(request, _refusal(request, response))
        told.status_code = response.status_code
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told

    return middleware


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))


def _refusal(request: HttpRequest, response: HttpResponseBase) -> DomainError:
    """What a bare status means."""
    status = response.status_code
    if status >= 500:
        return OurMistake(number=current_request_id())
    if status == 405:
        return MethodNotTaken(method=request.method, allowed=response.get("Allow", ""))
    known = {401: SignInNeeded, 403: TokenMissing, 404: AddressUnknown}
    return known.get(status, RequestUnreadable)()
