"""Parts of pages: what a script asks for to put into a page that is already open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails


def wants_part(request: HttpRequest, target: str) -> bool:
    """Whether a script wants only what goes into the element ``target`` of the open page."""
    htmx = htmx_of(request)
    return bool(htmx) and not htmx.history_restore_request and htmx.target == target


def leads_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer that is not the part asked for (a refusal, a mistake) becomes a page of its own."""
    htmx = htmx_of(request)
    if htmx and request.method == "GET":
        is_page_itself = htmx.boosted or not htmx.current_url_abs_path
        response["HX-Redirect"] = (
            request.get_full_path() if is_page_itself else str(htmx.current_url_abs_path)
        )
    return response


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """What the script says of its request; false where it was none."""
    given = getattr(request, "htmx", None)
    return given if isinstance(given, HtmxDetails) else HtmxDetails(request)
