"""Every address there is, read from the URLconf, so that a new page is covered by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

WEB = Path(__file__).parents[2] / "src" / "yitang" / "site" / "web"
NOBODY = "01980000-0000-7000-8000-000000000000"  # an id that nothing has
UNKNOWN = {
    "uuid": NOBODY, "uuidstr": NOBODY, "slug": "nothing-has-this", "str": "nothing-has-this",
    "int": "999999999999", "rdf": "ttl",
}  # fmt: skip
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
READ = re.compile(r"""(?:GET|query|given)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")


def routes() -> list[str]:
    """Every route but the sign-in pages of allauth and the description by ninja: not ours."""
    found = dict.fromkeys(_routes(get_resolver(), ""))
    theirs = r"accounts/(?!posts/)|api/v1/(openapi\.json|docs)?$"
    return [route for route in found if not re.match(theirs, route)]


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern, route)


# The form of a document is no id; a person's page asks for a purpose before it looks anything up.
ASK_FOR_NOTHING = {"catalogue.<rdf:form>", "fusion/people/<uuid:person_id>/"}


def has_parameter(route: str) -> bool:
    return bool(PARAMETER.search(route)) and route not in ASK_FOR_NOTHING


def filled(route: str, **texts: str) -> str:
    """The address of a route with ids that nothing has, or ``texts`` by kind of parameter."""
    known = UNKNOWN | texts
    plain = re.sub(r"[\^$\\]", "", route)
    return "/" + PARAMETER.sub(lambda found: known[found[1] or "str"], plain)


def is_json(route: str) -> bool:
    return route.startswith("api/v1/")


def names_read_by_pages() -> list[str]:
    """The query parameters that any page reads."""
    found = {"page", "cursor", "days", "after", "before"}
    for path in WEB.rglob("*.py"):
        if "tests" not in path.relative_to(WEB).parts:
            found |= set(READ.findall(path.read_text(encoding="utf-8")))
    return sorted(found)
