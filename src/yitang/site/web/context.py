"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest

from yitang.ground.plumbing.api import now, settings


def site_context(request: HttpRequest) -> dict[str, object]:
    return {"is_demo": settings().demo, "now": now()}
