"""The catalogue as DCAT-AP 3: a graph of published entries, in Turtle or JSON-LD.

No official Chinese profile exists; the mapping: names and terms
of the entry to DCTERMS, its form to a distribution, a service interface to a data service, its
items to the columns of a CSVW schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal as OneOf

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, DCAT, DCTERMS, FOAF, ODRL2, RDF, RDFS, SKOS, XSD

from yitang.data.catalogue.models import DataItem, Dataset
from yitang.data.catalogue.rules import CLASSES, SHARING_CLASSES, THEMES, theme_of

ADMS = Namespace("http://www.w3.org/ns/adms#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
AUTHORITY = "http://publications.europa.eu/resource/authority"
FREQUENCIES = {
    "realtime": "CONT", "daily": "DAILY", "weekly": "WEEKLY", "ten_days": "MONTHLY_3",
    "monthly": "MONTHLY", "quarterly": "QUARTERLY", "yearly": "ANNUAL", "never": "NEVER",
}  # fmt: skip
FILE_TYPES = {
    "pdf": "PDF", "txt": "TXT", "xml": "XML", "html": "HTML", "doc": "DOC", "docx": "DOCX",
    "ppt": "PPT", "xls": "XLS", "xlsx": "XLSX", "csv": "CSV", "jpg": "JPEG", "gif": "GIF",
    "bmp": "BMP", "png": "PNG", "tif": "TIFF", "json": "JSON", "rest": "REST",
}  # fmt: skip
DATATYPES = {
    "C": XSD.string, "M": XSD.string, "G": XSD.string, "N": XSD.decimal, "Y": XSD.decimal,
    "D": XSD.date, "T": XSD.dateTime, "L": XSD.boolean, "B": XSD.double, "I": XSD.integer,
    "F": XSD.float,
}  # fmt: skip
PREFIXES = {
    "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "adms": ADMS, "skos": SKOS, "csvw": CSVW,
    "odrl": ODRL2, "hydra": HYDRA,
}  # fmt: skip
LinkedForm = OneOf["turtle", "json-ld"]


def catalogue_graph(
    entries: Sequence[Dataset], *, base: str, title: str, page: str = "", following: str = ""
) -> Graph:
    """A page of the catalogue; ``base`` is the address of its pages, with a stroke at the end.

    Organisation and items must be loaded. ``page`` and ``following`` are the addresses of
    this page and of the next.
    """
    graph = _graph()
    catalogue = URIRef(base)
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    graph.add((catalogue, DCTERMS.title, _chinese(title)))
    graph.add((catalogue, DCTERMS.description, _chinese(title)))
    graph.add((catalogue, DCTERMS.publisher, _publisher(graph, base, title, "")))
    for entry in entries:
        for node in _add_entry(graph, entry, base):
            kind = DCAT.service if (node, RDF.type, DCAT.DataService) in graph else DCAT.dataset
            graph.add((catalogue, kind, node))
    if page:
        view = URIRef(page)
        graph.add((view, RDF.type, HYDRA.PartialCollectionView))
        if following:
            graph.add((view, HYDRA.next, URIRef(following)))
    return graph


def entry_graph(entry: Dataset, *, base: str) -> Graph:
    """One entry alone."""
    graph = _graph()
    _add_entry(graph, entry, base)
    return graph


def written(graph: Graph, form: LinkedForm) -> bytes:
    """The graph as bytes."""
    if form == "turtle":
        return graph.serialize(format="turtle", encoding="utf-8")
    context = {name: str(space) for name, space in PREFIXES.items()}
    return graph.serialize(format="json-ld", context=context, encoding="utf-8")


def _graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for name, space in PREFIXES.items():
        graph.bind(name, space)
    return graph


def _add_entry(graph: Graph, entry: Dataset, base: str) -> list[URIRef]:
    """The dataset with its distribution, and its service where it has one."""
    page = f"{base}{entry.code}/"
    dataset, distribution = URIRef(f"{page}#dataset"), URIRef(f"{page}#distribution")
    owner = entry.organisation
    add = graph.add
    add((dataset, RDF.type, DCAT.Dataset))
    add((dataset, DCTERMS.title, _chinese(entry.name)))
    add((dataset, DCTERMS.description, _chinese(entry.abstract or entry.name)))
    add((dataset, DCTERMS.identifier, Literal(entry.resource_code or entry.code)))
    add((dataset, DCTERMS.publisher, _publisher(graph, base, owner.name, owner.credit_code)))
    add((dataset, DCAT.theme, _theme(graph, base, entry.classification)))
    frequency = _typed(graph, f"frequency/{FREQUENCIES[entry.update_cycle]}", DCTERMS.Frequency)
    add((dataset, DCTERMS.accrualPeriodicity, frequency))
    access = "PUBLIC" if entry.is_open else "NON_PUBLIC"
    if not entry.is_open and entry.sharing_class != 3:
        access = "RESTRICTED"
    rights = _typed(graph, f"access-right/{access}", DCTERMS.RightsStatement)
    add((dataset, DCTERMS.accessRights, rights))
    if entry.published_at:
        add((dataset, DCTERMS.issued, Literal(entry.published_at)))
    add((dataset, DCTERMS.modified, Literal(entry.gathered_at or entry.changed_at)))
    landing = URIRef(page)
    add((landing, RDF.type, FOAF.Document))
    add((dataset, DCAT.landingPage, landing))
    for code in entry.related_codes:
        related = URIRef(f"{base}?q={code}")
        add((related, RDF.type, RDFS.Resource))
        add((dataset, DCTERMS.relation, related))
    add((dataset, DCAT.distribution, distribution))
    _add_distribution(graph, entry, distribution, page)
    _add_columns(graph, distribution, list(entry.items.all()))
    if entry.format != "interface":
        return [dataset]
    service = URIRef(f"{page}#service")
    add((service, RDF.type, DCAT.DataService))
    add((service, DCTERMS.title, _chinese(entry.name)))
    add((service, DCAT.endpointURL, landing))
    add((landing, RDF.type, RDFS.Resource))
    add((service, DCAT.servesDataset, dataset))
    add((distribution, DCAT.accessService, service))
    return [dataset, service]


def _add_distribution(graph: Graph, entry: Dataset, node: URIRef, page: str) -> None:
    graph.add((node, RDF.type, DCAT.Distribution))
    graph.add((node, DCTERMS.title, _chinese(entry.name)))
    graph.add((node, DCAT.accessURL, URIRef(page)))
    graph.add((URIRef(page), RDF.type, RDFS.Resource))
    if kind := FILE_TYPES.get(entry.format_type.lower()):
        file_type = _typed(graph, f"file-type/{kind}", DCTERMS.MediaTypeOrExtent)
        graph.add((node, DCTERMS["format"], file_type))
    terms = "；".join(
        text
        for text in (
            str(SHARING_CLASSES[entry.sharing_class]),
            entry.sharing_condition or entry.legal_basis,
            entry.opening_condition,
        )
        if text
    )
    rights = URIRef(f"{page}#rights")
    graph.add((rights, RDF.type, DCTERMS.RightsStatement))
    graph.add((rights, RDFS.label, _chinese(terms)))
    graph.add((node, DCTERMS.rights, rights))
    policy = URIRef(f"{page}#policy")
    graph.add((policy, RDF.type, ODRL2.Policy))
    graph.add((policy, DCTERMS.description, _chinese(terms)))
    graph.add((node, ODRL2.hasPolicy, policy))


def _add_columns(graph: Graph, node: URIRef, items: Sequence[DataItem]) -> None:
    if not items:
        return
    schema = URIRef(f"{node}-columns")
    graph.add((node, CSVW.tableSchema, schema))
    graph.add((schema, RDF.type, CSVW.Schema))
    for item in items:
        column = URIRef(f"{node}-column-{item.name}")
        graph.add((schema, CSVW.column, column))
        graph.add((column, CSVW.name, Literal(item.name)))
        graph.add((column, CSVW.title, _chinese(item.label)))
        graph.add((column, CSVW.datatype, DATATYPES[item.type]))
        graph.add((column, CSVW.required, Literal(item.is_required)))


def _publisher(graph: Graph, base: str, name: str, credit_code: str) -> URIRef:
    agent = URIRef(f"{base}#agent-{credit_code}" if credit_code else f"{base}#publisher")
    graph.add((agent, RDF.type, FOAF.Agent))
    graph.add((agent, FOAF.name, _chinese(name)))
    if credit_code:
        identifier = URIRef(f"{agent}-code")
        graph.add((agent, ADMS.identifier, identifier))
        graph.add((identifier, RDF.type, ADMS.Identifier))
        graph.add((identifier, SKOS.notation, Literal(credit_code, datatype=XSD.token)))
    return agent


def _theme(graph: Graph, base: str, classification: str) -> URIRef:
    code = theme_of(classification)
    text = THEMES.get(code) or CLASSES.get(code[:1])
    concept = URIRef(f"{base}#theme-{code}")
    scheme = URIRef(f"{base}#themes")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, _chinese("政务信息资源分类")))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.prefLabel, Literal(str(text or code), lang="en")))
    graph.add((concept, SKOS.notation, Literal(code)))
    graph.add((concept, SKOS.inScheme, scheme))
    return concept


def _typed(graph: Graph, name: str, kind: URIRef) -> URIRef:
    node = URIRef(f"{AUTHORITY}/{name}")
    graph.add((node, RDF.type, kind))
    return node


def _chinese(text: str) -> Literal:
    return Literal(text, lang="zh")
