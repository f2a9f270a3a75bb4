"""What no door takes: texts that a database cannot keep, and more than is read at once."""

from __future__ import annotations

import json
import re

from django.conf import settings as django_settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest

from yitang.ground.base.errors import DomainError
from yitang.ground.base.text import Message

from .errors import RequestTooLarge, RequestUnreadable, TextUnreadable

_ESCAPED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def check_readable(request: HttpRequest, *, has_forms: bool) -> None:
    """Raises ``TextUnreadable`` unless every text of the request can be kept."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        raise TextUnreadable
    if request.method != "POST":
        return
    if "json" in (request.content_type or ""):
        _check_json(request.body)
    elif has_forms and any(
        "\0" in str(text) for texts in request.POST.lists() for text in texts[1]
    ):
        raise TextUnreadable


def _check_json(body: bytes) -> None:
    if not _ESCAPED.search(body):
        return
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        raise TextUnreadable from None
    except (ValueError, RecursionError):
        return  # no JSON: whoever reads it says so
    if "\\u0000" in text:
        raise TextUnreadable


def unreadable(error: Exception) -> DomainError:
    """Why Django would not read a request, in a sentence."""
    if isinstance(error, RequestDataTooBig):
        most = (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 2**20
        return RequestTooLarge(most=Message("plumbing.megabytes", "{n} MB", {"n": most}))
    if isinstance(error, TooManyFieldsSent):
        most = django_settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0
        return RequestTooLarge(most=Message("plumbing.fields", "{n} fields", {"n": most}))
    if isinstance(error, TooManyFilesSent):
        most = django_settings.DATA_UPLOAD_MAX_NUMBER_FILES or 0
        return RequestTooLarge(most=Message("plumbing.files", "{n} files", {"n": most}))
    return RequestUnreadable()
