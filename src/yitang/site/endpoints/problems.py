"""Errors as RFC 9457 problems."""

from __future__ import annotations

import json

from django.http import HttpResponse

from yitang.ground.base.errors import DomainError


def problem_response(error: DomainError) -> HttpResponse:
    """``application/problem+json``; ``code`` is stable, ``detail`` is for people."""
    body = {
        "type": f"urn:yitang:error:{error.code}",
        "title": type(error).__name__,
        "status": error.http_status,
        "detail": str(error),
        "code": error.code,
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=error.http_status,
        content_type="application/problem+json",
    )
