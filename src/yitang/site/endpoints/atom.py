"""What was published lately of the open entries: an Atom feed (RFC 4287) in pages (RFC 5005)."""

from __future__ import annotations

from uuid import uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.html import strip_tags
from django.utils.translation import override
from django.views.decorators.http import require_safe

from yitang.data.catalogue import api as catalogue
from yitang.ground.base.errors import InvalidInput
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import now, translated

PAGE = 100
ATOM = "http://www.w3.org/2005/Atom"
KINDS = {
    "published": Message("catalogue.feed.published", "{name}: published"),
    "changed": Message("catalogue.feed.changed", "{name}: version {version}"),
    "retired": Message("catalogue.feed.retired", "{name}: retired"),
    "removed": Message("catalogue.feed.removed", "{name}: no longer open"),
}
TITLE = Message("catalogue.feed.title", "Open data: what was published and changed")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest hundred changes the public may see; ``before`` asks for older ones."""
    given = request.GET.get("before", "")
    if given and (not given.isdecimal() or len(given) > 18):
        raise InvalidInput(field="before", problem="it is not a whole number")
    rows = catalogue.latest_public_changes(before=int(given) if given else None, limit=PAGE)
    with override("zh-hans"):  # the language of the catalogue, whoever asks
        body = tostring(_feed(request, rows), encoding="utf-8", xml_declaration=True)
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    patch_cache_control(response, public=True, max_age=300)
    return response


def _feed(request: HttpRequest, rows: list[catalogue.Change]) -> Element:
    here = request.build_absolute_uri(request.path)
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-Hans"})
    _text(root, "id", here)
    _text(root, "title", translated(TITLE))
    _text(root, "updated", (rows[0].row.at if rows else now()).isoformat())
    SubElement(root, "link", rel="self", href=request.build_absolute_uri())
    home = request.build_absolute_uri(reverse("catalogue:start"))
    SubElement(root, "link", rel="alternate", type="text/html", href=home)
    if len(rows) == PAGE:
        SubElement(root, "link", rel="next", href=f"{here}?before={rows[-1].sequence}")
    for change in rows:
        _entry(request, root, change)
    return root


def _entry(request: HttpRequest, root: Element, change: catalogue.Change) -> None:
    """One change; of an entry that is open no longer its code and nothing else."""
    dataset = change.row.dataset
    is_open = dataset.is_open and dataset.state == "published"
    said = KINDS[change.kind]
    name = dataset.name if is_open else dataset.code
    entry = SubElement(root, "entry")
    _text(entry, "id", uuid5(dataset.public_id, str(change.sequence)).urn)
    params = {"name": name, "version": str(change.row.version)}
    _text(entry, "title", translated(Message(said.code, said.template, params)))
    _text(entry, "updated", change.row.at.isoformat())
    address = reverse("catalogue:dataset", args=[dataset.code])
    href = request.build_absolute_uri(address)
    SubElement(entry, "link", rel="alternate", type="text/html", href=href)
    author = SubElement(entry, "author")
    _text(author, "name", dataset.organisation.name if is_open else translated(TITLE))
    SubElement(entry, "category", term=change.kind)
    _text(entry, "summary", strip_tags(dataset.abstract)[:1000] if is_open else dataset.code)


def _text(parent: Element, name: str, text: str) -> None:
    # XML 1.0 has no control characters, not even written as references.
    SubElement(parent, name).text = "".join(c for c in text if c >= " " or c in "\t\n\r")


urlpatterns = [path("catalogue.atom", feed, name="atom")]
