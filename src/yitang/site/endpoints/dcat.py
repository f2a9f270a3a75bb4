"""The catalogue as DCAT-AP 3, in Turtle and JSON-LD; in pages, as a harvester reads it."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import override
from django.views.decorators.http import require_safe
from rdflib import Graph

from yitang.data.catalogue import api as catalogue

PAGE = 100
TYPES: dict[str, tuple[catalogue.LinkedForm, str]] = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "jsonld": ("json-ld", "application/ld+json"),
}


class FormConverter(StringConverter):
    regex = "ttl|jsonld"


register_converter(FormConverter, "rdf")


@require_safe
def whole(request: HttpRequest, form: str) -> HttpResponse:
    """Every published entry the caller may see, a hundred a page; each page names the next."""
    entries, following = catalogue.published_page(
        request.user, after=request.GET.get("after", "")[:60], limit=PAGE
    )
    with override("zh-hans"):
        graph = catalogue.catalogue_graph(
            entries,
            base=request.build_absolute_uri("/catalogue/"),
            title="政务数据目录",
            page=request.build_absolute_uri(),
            following=_address(request, following) if following else "",
        )
    return _answer(request, graph, form)


@require_safe
def one(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """One entry the caller may see."""
    entry = catalogue.dataset_for(request.user, code)
    base = request.build_absolute_uri("/catalogue/")
    return _answer(request, catalogue.entry_graph(entry, base=base), form)


def _address(request: HttpRequest, after: str) -> str:
    return request.build_absolute_uri(f"{request.path}?{urlencode({'after': after})}")


def _answer(request: HttpRequest, graph: Graph, form: str) -> HttpResponse:
    kind, content_type = TYPES[form]
    body = catalogue.written(graph, kind)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = tag
    response["Vary"] = "Cookie"
    return response


urlpatterns = [
    path("catalogue.<rdf:form>", whole, name="dcat"),
    path("catalogue/<slug:code>.<rdf:form>", one, name="dcat-entry"),
]
