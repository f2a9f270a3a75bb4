"""The JSON interface: ``/api/v1``, errors as RFC 9457 problems, one router per room."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from yitang import __version__
from yitang.ground.base.errors import DomainError

api = NinjaAPI(title="Yitang", version=__version__, urls_namespace="api")


@api.exception_handler(DomainError)
def problem(request: HttpRequest, error: DomainError) -> HttpResponse:
    """RFC 9457 ``application/problem+json``; ``code`` is stable, ``detail`` is for people."""
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


# One line a room, in the order of the floors.
api.add_router("/economy", "yitang.site.endpoints.economy.router")
