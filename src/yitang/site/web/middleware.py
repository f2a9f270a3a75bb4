"""What every page passes through: a request id, a content policy, errors in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from yitang.ground.base.errors import DomainError
from yitang.ground.plumbing.api import check_readable, request_id_bound
from yitang.ground.plumbing.rules import fault_of_machine

from .shell.errors_in_words import page_of_error, wrong_method
from .shell.parts import leads_out

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; "
    "object-src 'none'"
)


def request_id_middleware(get_response: GetResponse) -> GetResponse:
    """Take the caller's ``X-Request-Id`` or make one, and give it back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with request_id_bound(request.headers.get("X-Request-Id", "")[:80]) as request_id:
            response = get_response(request)
            response["X-Request-Id"] = request_id
            return response

    return middleware


def content_policy_middleware(get_response: GetResponse) -> GetResponse:
    """Nothing on a page may come from outside this server, nor stand in the page as code."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return middleware


PAGE_METHODS = "GET, HEAD, POST, OPTIONS"


def readable_middleware(get_response: GetResponse) -> GetResponse:
    """What is no page's business: methods no form sends, texts no database keeps."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/"):  # which answers by itself
            return get_response(request)
        if request.method not in PAGE_METHODS.split(", "):
            return wrong_method(request, PAGE_METHODS)
        try:
            check_readable(request, has_forms=True)
        except DomainError as error:
            return page_of_error(request, error)
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            return wrong_method(request, response["Allow"])
        return response

    return middleware


class domain_error_middleware:  # noqa: N801  (named like the functions beside it)
    """The one handler of ``DomainError`` on pages: its sentence, its status, what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        said = error if isinstance(error, DomainError) else fault_of_machine(error)
        return leads_out(request, page_of_error(request, said)) if said else None
