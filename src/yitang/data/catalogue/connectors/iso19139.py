"""ISO 19139 records of geographic data: the few fields that an entry needs."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from yitang.data.catalogue.errors import DumpUnreadable
from yitang.ground.base.text import Message

from .dump import Delivered, Dump

GMD = "http://www.isotc211.org/2005/gmd"
ROOT = f"{{{GMD}}}MD_Metadata"
MAPPING: Mapping[str, str] = {
    "fileIdentifier": "identifier", "title": "name", "abstract": "abstract",
    "organisationName": "organisation", "date": "issued", "dateStamp": "modified",
    "maintenanceAndUpdateFrequency": "update_cycle", "keyword": "keywords",
    "topicCategory": "theme", "electronicMailAddress": "email", "voice": "phone",
    "linkage": "page", "format": "format",
}  # fmt: skip
# Where each stands, from the record's root; the identification comes before the metadata's own.
_PATHS: Mapping[str, tuple[str, ...]] = {
    "fileIdentifier": ("gmd:fileIdentifier",),
    "title": (".//gmd:identificationInfo//gmd:citation//gmd:title",),
    "abstract": (".//gmd:identificationInfo//gmd:abstract",),
    "organisationName": (
        ".//gmd:identificationInfo//gmd:pointOfContact//gmd:organisationName",
        ".//gmd:contact//gmd:organisationName",
    ),
    "date": (".//gmd:identificationInfo//gmd:citation//gmd:CI_Date/gmd:date",),
    "dateStamp": ("gmd:dateStamp",),
    "maintenanceAndUpdateFrequency": (".//gmd:maintenanceAndUpdateFrequency",),
    "keyword": (".//gmd:identificationInfo//gmd:keyword",),
    "topicCategory": (".//gmd:identificationInfo//gmd:topicCategory",),
    "electronicMailAddress": (".//gmd:electronicMailAddress",),
    "voice": (".//gmd:voice",),
    "linkage": (".//gmd:distributionInfo//gmd:linkage",),
    "format": (".//gmd:distributionInfo//gmd:MD_Format/gmd:name",),
}  # fmt: skip
_LISTS = frozenset({"keyword", "format", "topicCategory"})


def read_iso19139(content: bytes, *, file: str) -> Dump:
    """One record a dataset; raises ``DumpUnreadable`` if there is none."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  (entities are refused before parsing)
    except ElementTree.ParseError as error:
        problem = Message("catalogue.unreadable.xml", "it is no XML ({said})", {"said": str(error)})
        raise DumpUnreadable(file=file, problem=problem) from None
    found = [root] if root.tag == ROOT else list(root.iter(ROOT))
    if not found:
        raise DumpUnreadable(file=file, problem="it holds no MD_Metadata record")
    records = tuple(Delivered(number, _record(node)) for number, node in enumerate(found, 1))
    used = {name for record in records for name in record.values}
    mapping = {name: target for name, target in MAPPING.items() if name in used}
    return Dump("ISO 19139", records, mapping)


def _record(node: ElementTree.Element) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, paths in _PATHS.items():
        texts = [text for path in paths for text in _texts(node, path)]
        if texts:
            values[name] = list(dict.fromkeys(texts)) if name in _LISTS else texts[0]
    return values


def _texts(node: ElementTree.Element, path: str) -> list[str]:
    found = [
        " ".join("".join(part.itertext()).split()) or _code(part)
        for part in node.iterfind(path, {"gmd": GMD})
    ]
    return [text for text in found if text]


def _code(node: ElementTree.Element) -> str:
    return next(
        (part.get("codeListValue", "") for part in node.iter() if part.get("codeListValue")), ""
    )
