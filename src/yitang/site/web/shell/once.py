"""A form sent twice is carried out once: by the number it carries in the field ``once``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from yitang.ground.base.ids import uuid7
from yitang.ground.plumbing.api import answer_once, now

MACHINERY = frozenset({"csrfmiddlewaretoken"})


def new_once() -> str:
    """The number a page puts into its form; so random that it needs no account beside it."""
    return str(uuid7())


def carried_out_once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """``work()``, or the answer it gave when the same form was sent before."""
    key = request.POST.get("once", "")
    if not key:
        return work()
    fields = [
        (name, value)
        for name in sorted(request.POST)
        if name not in MACHINERY
        for value in request.POST.getlist(name)
    ]
    return answer_once(
        key=key[:80],
        actor=str(getattr(request.user, "public_id", "")),
        route=request.path,
        content=urlencode(fields).encode(),
        at=now(),
        carry_out=work,
    )
