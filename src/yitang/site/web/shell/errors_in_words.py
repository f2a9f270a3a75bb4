"""Errors as a page: what happened, what to do, and where to go. One page for all of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_noop

from yitang.ground.base.errors import DomainError
from yitang.ground.plumbing.api import current_request_id, translated, unreadable
from yitang.ground.plumbing.errors import MethodNotTaken

from .navigation import audience_of

HEADINGS = {
    400: gettext_noop("That could not be read"),
    401: gettext_noop("Please sign in first"),
    403: gettext_noop("This is not yours to open"),
    404: gettext_noop("There is nothing here"),
    405: gettext_noop("That cannot be done here"),
    409: gettext_noop("That has already moved on"),
    413: gettext_noop("That is too much at once"),
    422: gettext_noop("Something in it is not right"),
    429: gettext_noop("A moment, please"),
    500: gettext_noop("This is our mistake"),
    503: gettext_noop("Not ready at the moment"),
    507: gettext_noop("There is no space left"),
}
ADVICE = {
    400: gettext_noop("Go back and try again; nothing was changed."),
    401: gettext_noop("Sign in, and you come back to this page."),
    403: gettext_noop("If it should be yours, ask your organisation's administrator for the role."),
    404: gettext_noop("Check the address, or look for it from the start page."),
    405: gettext_noop("Go back and use the buttons of the page; nothing was changed."),
    409: gettext_noop("Open it again to see where it stands now; nothing was changed."),
    413: gettext_noop("Go back and send less; nothing was changed."),
    422: gettext_noop("Go back, mend it and send it again; nothing was lost."),
    429: gettext_noop("Wait a minute and try again."),
    500: gettext_noop("It has been noted. Try again, or call 12345 and give the number below."),
    503: gettext_noop("Try again in a few minutes. If it lasts, tell the operator of this site."),
    507: gettext_noop(
        "The operator frees space on the disk of the data folder, or gives it more; "
        "then send it again. What was accepted before is kept."
    ),
}

# Where the heading or the advice of the status alone would say what is not so.
FRAMES = {
    "services.identity_not_linked": (
        gettext_noop("This cannot be done with your account"),
        gettext_noop("Nothing was sent, and nothing was looked up."),
    ),
}
CHOOSE_AGAIN = gettext_noop(
    "Go back, choose the file again and send it; nothing was changed. "
    "A browser does not keep a chosen file."
)
NOT_FOR_THE_PUBLIC = gettext_noop(
    "This page is for the officers in charge. What is yours you find from the start page."
)

WRITTEN = 8  # characters from which a field holds words of one's own, not a code or a choice


def page_of(
    request: HttpRequest, *, status: int, sentence: str = "", code: str = "", **told: object
) -> HttpResponse:
    """The page of one error, in the reader's language; ``told`` replaces what it says besides."""
    kind = status if status in HEADINGS else (500 if status >= 500 else 400)
    heading, advice = FRAMES.get(code, (HEADINGS[kind], ADVICE[kind]))
    if status == 422 and request.FILES:
        advice = CHOOSE_AGAIN
    if status == 403 and audience_of(request) == "public":
        advice = NOT_FOR_THE_PUBLIC
    page = {
        "heading": gettext(heading),
        "sentence": sentence,
        "advice": gettext(advice),
        "code": code or f"http.{status}",
        "status": status,
        "request_id": current_request_id(),
        "typed": typed_texts(request) if status == 401 else [],
    }
    return render(request, "shell/error.html", page | told, status=status)


def typed_texts(request: HttpRequest) -> list[str]:
    """What a person had written into the form that came too late, so that it is not lost."""
    kept_apart = ("csrfmiddlewaretoken", "once", "query", "next", "verb")
    return [
        str(text)
        for name, text in request.POST.items()
        if name not in kept_apart and "password" not in name and len(str(text).strip()) >= WRITTEN
    ]


def page_of_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of an error of the domain: its own sentence, its own status."""
    return page_of(request, status=error.http_status, sentence=translated(error), code=error.code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page_of_error(request, unreadable(exception))


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """A method that the address does not take, with those it does."""
    error = MethodNotTaken(method=request.method, allowed=allowed)
    response = page_of_error(request, error)
    response["Allow"] = allowed
    return response


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page_of(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page_of(request, status=404)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without its token: since it was opened somebody signed in or out beside it."""
    sentence = gettext(
        "Since this page was opened, somebody signed in or out in this browser, or it keeps no"
        " cookies. Nothing was sent."
    )
    return page_of(
        request,
        status=403,
        sentence=sentence,
        code="http.form_expired",
        heading=gettext("Please send it once more"),
        advice=gettext("Open the page again, see who is signed in, and send it from there."),
        typed=typed_texts(request),
        again=_page_before(request),
    )


def _page_before(request: HttpRequest) -> str:
    """The page with the form, if the browser names one of ours; else the start page."""
    before = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure())
    return before if is_ours and before else "/"


def crashed(request: HttpRequest) -> HttpResponse:
    """A bug: nothing of it is shown, its number is."""
    return page_of(request, status=500)
