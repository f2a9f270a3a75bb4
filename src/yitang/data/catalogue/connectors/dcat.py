"""DCAT in RDF/XML, Turtle, N-Triples or JSON-LD: one record a dataset.

Read: W3C DCAT 3, DCAT-AP, GeoDCAT-AP; answers of a CSW that wrap RDF. Nothing is fetched: a
context or a page that lies elsewhere is named instead.
"""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from rdflib import (
    DCAT,
    DCTERMS,
    FOAF,
    PROV,
    RDF,
    RDFS,
    SKOS,
    BNode,
    Graph,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.term import Node

from yitang.data.catalogue.errors import DumpUnreadable
from yitang.ground.base.text import Message

from .dump import Delivered, Dump

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SCHEMA = Namespace("http://schema.org/")
OWL_VERSION = URIRef("http://www.w3.org/2002/07/owl#versionInfo")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DATASETS = (DCAT.Dataset, URIRef(f"{DCAT}DatasetSeries"))
_RDF_ROOT = f"{{{RDF}}}RDF"
_LANGUAGES = ("zh", "zh-hans", "zh-cn", "en", "", "fr")
# The standard says what each is; nothing is guessed.
MAPPING: Mapping[str, str] = {
    "dct:title": "name", "dct:publisher": "organisation", "dct:description": "abstract",
    "dct:identifier": "identifier", "dct:accrualPeriodicity": "update_cycle",
    "dcat:theme": "theme", "dcat:keyword": "keywords", "dct:issued": "issued",
    "dct:modified": "modified", "dct:accessRights": "openness", "dct:format": "format",
    "dcat:landingPage": "page", "dct:license": "licence", "dct:spatial": "region",
    "dcat:contactPoint": "contact", "vcard:hasEmail": "email", "vcard:hasTelephone": "phone",
    "owl:versionInfo": "version",
}  # fmt: skip
_NAMES = (
    FOAF.name, VCARD.fn, VCARD["organization-name"], VCARD["organisation-name"], SKOS.prefLabel,
    RDFS.label, DCTERMS.title, SCHEMA.name,
)  # fmt: skip


def read_rdf(content: bytes, *, syntax: str, file: str) -> Dump:
    """``syntax`` is rdflib's name; raises ``DumpUnreadable`` for no RDF or no dataset."""
    graph = Graph()
    for part in _parts(content, syntax, file):
        _parse(graph, part, syntax, file)
    described = {node for kind in DATASETS for node in graph.subjects(RDF.type, kind)}
    nodes = sorted(described, key=str)
    listed = sorted(set(graph.objects(None, DCAT.dataset)) - set(nodes), key=str)
    if not nodes and not listed:
        raise DumpUnreadable(file=file, problem="it is RDF, but describes no dcat:Dataset")
    records = [Delivered(number, _record(graph, node)) for number, node in enumerate(nodes, 1)]
    said = Message(
        "catalogue.broken.not_described",
        "the catalogue names it, but this file does not describe it",
    )
    records += [
        Delivered(number, {"dct:identifier": str(node)}, said)
        for number, node in enumerate(listed, len(nodes) + 1)
    ]
    next_page = next(
        iter([*graph.objects(None, HYDRA.nextPage), *graph.objects(None, HYDRA.next)]), None
    )
    understood = {"next_page": str(next_page)} if next_page else {}
    used = {name for record in records for name in record.values}
    mapping = {name: target for name, target in MAPPING.items() if name in used}
    return Dump("DCAT", tuple(records), mapping, understood)


def _parts(content: bytes, syntax: str, file: str) -> Iterator[bytes]:
    """RDF/XML may stand inside the answer of a catalogue service; every piece counts."""
    if syntax != "xml":
        yield content
        return
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  (entities are refused before parsing)
    except ElementTree.ParseError as error:
        problem = Message("catalogue.unreadable.xml", "it is no XML ({said})", {"said": str(error)})
        raise DumpUnreadable(file=file, problem=problem) from None
    if root.tag == _RDF_ROOT:
        yield content
        return
    for part in root.iter(_RDF_ROOT):
        yield ElementTree.tostring(part)


def _parse(graph: Graph, part: bytes, syntax: str, file: str) -> None:
    if syntax == "json-ld":
        _check_context(part, file)
    # rdflib tells the log of dates that are none; the record says it where it counts.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # rdflib's own reader of JSON-LD uses a class that rdflib deprecates.
            warnings.simplefilter("ignore", DeprecationWarning)
            graph.parse(io.BytesIO(part), format=syntax)
    except Exception as error:  # noqa: BLE001  (each syntax of rdflib raises its own)
        said = " ".join(str(error).split())[:200]
        problem = Message(
            "catalogue.unreadable.rdf", "it is no RDF that can be read ({said})", {"said": said}
        )
        raise DumpUnreadable(file=file, problem=problem) from None


def _check_context(part: bytes, file: str) -> None:
    def contexts(value: object) -> Iterator[object]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name == "@context":
                    yield from inner if isinstance(inner, list) else [inner]
                else:
                    yield from contexts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from contexts(inner)

    for context in contexts(json.loads(part)):
        if isinstance(context, str):
            problem = Message(
                "catalogue.unreadable.context",
                "its @context lies at {address}, which is not fetched; hand it in expanded",
                {"address": context},
            )
            raise DumpUnreadable(file=file, problem=problem)


def _record(graph: Graph, node: Node) -> dict[str, object]:
    distributions = list(graph.objects(node, DCAT.distribution))
    contacts = list(graph.objects(node, DCAT.contactPoint))
    owners = _owners(graph, node, contacts)
    formats = [
        value
        for distribution in distributions
        for name in (DCTERMS["format"], DCAT.mediaType)
        for value in graph.objects(distribution, name)
    ]
    rights = [
        value for one in (node, *distributions)
        for value in (*graph.objects(one, DCTERMS.accessRights),)
    ]  # fmt: skip
    licences = [
        value for one in (node, *distributions) for value in graph.objects(one, DCTERMS.license)
    ]
    found: dict[str, object] = {
        "dct:title": _text(graph, graph.objects(node, DCTERMS.title)),
        "dct:publisher": _name_among(graph, owners),
        "dct:description": _text(graph, graph.objects(node, DCTERMS.description)),
        "dct:identifier": _identifier(graph, node),
        "dct:accrualPeriodicity": _first(graph, graph.objects(node, DCTERMS.accrualPeriodicity)),
        "dcat:theme": _all(graph, graph.objects(node, DCAT.theme)),
        "dcat:keyword": _all(graph, graph.objects(node, DCAT.keyword)),
        "dct:issued": _first(graph, graph.objects(node, DCTERMS.issued)),
        "dct:modified": _first(graph, graph.objects(node, DCTERMS.modified)),
        "dct:accessRights": _first(graph, rights),
        "dct:format": _all(graph, formats),
        "dcat:landingPage": _address(graph.objects(node, DCAT.landingPage)) or _own_address(node),
        "dct:license": _first(graph, licences),
        "dct:spatial": _first(graph, graph.objects(node, DCTERMS.spatial)),
        "dcat:contactPoint": _name_among(graph, contacts),
        "vcard:hasEmail": _reached(graph, contacts, VCARD.hasEmail, "mailto:"),
        "vcard:hasTelephone": _reached(graph, contacts, VCARD.hasTelephone, "tel:"),
        "owl:versionInfo": _first(graph, graph.objects(node, OWL_VERSION)),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _identifier(graph: Graph, node: Node) -> str:
    own = _first(graph, graph.objects(node, DCTERMS.identifier))
    return own or _own_address(node)


def _name_among(graph: Graph, nodes: Iterable[Node]) -> str:
    """The first that has a name; an address is none."""
    names = (_label(graph, node) for node in nodes)
    return next((name for name in names if name and "://" not in name), "")


def _own_address(node: Node) -> str:
    return str(node) if isinstance(node, URIRef) else ""


def _text(graph: Graph, values: Iterable[Node]) -> str:
    """Chinese before English before what names no language."""

    def rank(value: Node) -> tuple[int, str]:
        language = (value.language or "").lower() if isinstance(value, Literal) else ""
        return (
            _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES),
            str(value),
        )

    ranked = sorted(values, key=rank)
    return _label(graph, ranked[0]) if ranked else ""


def _first(graph: Graph, values: Iterable[Node]) -> str:
    return next((text for text in (_label(graph, value) for value in values) if text), "")


def _all(graph: Graph, values: Iterable[Node]) -> list[str]:
    return sorted({text for text in (_label(graph, value) for value in values) if text})


def _address(values: Iterable[Node]) -> str:
    return next((str(value) for value in values if not isinstance(value, BNode)), "")


def _owners(graph: Graph, node: Node, contacts: Sequence[Node]) -> list[Node]:
    """Who answers for a dataset, the publisher first, whoever may be called last."""
    named = (DCTERMS.publisher, DCTERMS.creator, DCTERMS.rightsHolder)
    owners = [found for name in named for found in graph.objects(node, name)]
    for attribution in graph.objects(node, PROV.qualifiedAttribution):
        owners += graph.objects(attribution, PROV.agent)
    for contact in contacts:  # GeoDCAT-AP: the office stands inside the contact
        owners += graph.objects(contact, VCARD.org)
    return [*owners, *contacts]


def _reached(graph: Graph, contacts: Iterable[Node], name: URIRef, scheme: str) -> str:
    found = _address(value for one in contacts for value in graph.objects(one, name))
    return found.removeprefix(scheme)


def _label(graph: Graph, node: Node) -> str:
    """A literal's text, a named thing's name, or the last part of its address."""
    if isinstance(node, Literal):
        return str(node).strip()
    for name in _NAMES:
        found = sorted(str(value).strip() for value in graph.objects(node, name))
        if found:
            return found[0]
    return str(node) if isinstance(node, URIRef) else ""
