"""Back to where one was: an address that only takes forms cannot be opened again."""

from __future__ import annotations

import inspect
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

READING = frozenset({"GET", "HEAD"})


def page_to_return_to(request: HttpRequest) -> str:
    """This page; for the answer to a form, the page it was sent from, else the nearest above."""
    if request.method in READING:
        return request.get_full_path()
    before = page_before(request)
    if before and can_be_opened(urlsplit(before).path):
        return before
    path = request.path
    while path.strip("/") and not can_be_opened(path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path


def page_before(request: HttpRequest) -> str:
    """The path and query of the page with the form, if the browser names one of ours."""
    before = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(before)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def can_be_opened(path: str) -> bool:
    """Whether a page answers there: its view names no methods, or reading is one of them."""
    view: Any
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        # Django's decorators keep the methods they let through in what they enclose.
        enclosed = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "GET" not in enclosed.get("request_method_list", READING):
            return False
        view = getattr(view, "__wrapped__", None)
    return True
