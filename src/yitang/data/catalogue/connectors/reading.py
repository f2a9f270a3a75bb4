"""Which kind of file a portal's dump is, whatever it is called, and its records."""

from __future__ import annotations

import codecs
import re
import unicodedata

from yitang.data.catalogue.errors import DumpUnreadable

from .dcat import read_rdf
from .dump import Dump
from .iso19139 import GMD, read_iso19139
from .json_dump import read_json
from .tables import read_csv, read_workbook

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOLERATED = 0.001  # damaged characters in a text
# An element's name holds no address, as the subject of a Turtle statement does.
_XML = re.compile(r"<[?!]|<[A-Za-z_][\w:.-]*(\s|/?>)")
_TURTLE = re.compile(
    r"^\s*(@prefix|@base|prefix\s|base\s|<[^>]+>\s+(<[^>]+>|a)\s)", re.IGNORECASE | re.MULTILINE
)


def read_dump(content: bytes, *, file: str, sheet: str = "") -> Dump:
    """The records of a dump; raises ``DumpUnreadable``, saying what the file is instead.

    Of a workbook those of ``sheet`` if there is one of that name, else of the longest.
    """
    if not content.strip():
        raise DumpUnreadable(file=file, problem="it is empty")
    if content.startswith(_WORKBOOKS):
        return _with_records(read_workbook(content, file=file, sheet=sheet), file)
    if content.startswith(b"%PDF"):
        raise DumpUnreadable(file=file, problem="it is a PDF; ask the portal for the table itself")
    text = _decoded(content, file)
    return _with_records(_read_text(text, content, file), file)


def _read_text(text: str, content: bytes, file: str) -> Dump:
    start = text.lstrip()
    if _XML.match(start):
        return _read_xml(start, content, file)
    if start[0] in "[{":
        if re.search(r'"@(context|graph|type|id)"\s*:', start[:20_000]):
            return read_rdf(text.encode(), syntax="json-ld", file=file)
        return read_json(text, file=file)
    if _TURTLE.search(start[:4000]):
        return read_rdf(text.encode(), syntax="turtle", file=file)
    return read_csv(text, file=file)


def _read_xml(start: str, content: bytes, file: str) -> Dump:
    if re.search(r"<!ENTITY", start[:20_000]):
        raise DumpUnreadable(file=file, problem="it declares entities, which are not read")
    if re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        raise DumpUnreadable(
            file=file, problem="it is a web page; ask the portal for the data itself"
        )
    if re.search(r"<(\w+:)?RDF[\s>]", start):
        return read_rdf(content, syntax="xml", file=file)
    if GMD in start:
        return read_iso19139(content, file=file)
    raise DumpUnreadable(file=file, problem="it is XML, but neither DCAT as RDF/XML nor ISO 19139")


def _with_records(dump: Dump, file: str) -> Dump:
    if not dump.records:
        raise DumpUnreadable(file=file, problem="it holds no record")
    return dump


def _decoded(content: bytes, file: str) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    if b"\0" in content[:100_000]:
        raise DumpUnreadable(file=file, problem="it is neither text nor a workbook")
    best = min((content.decode(name, "replace") for name in ("utf-8", "gb18030")), key=_damage)
    if _damage(best) > _TOLERATED * len(best) + 1:
        raise DumpUnreadable(file=file, problem="its encoding is neither UTF-8 nor GB 18030")
    return best


def _damage(text: str) -> int:
    """Characters that no reader of the right encoding would see."""
    return text.count("\ufffd") + sum(
        unicodedata.category(c) == "Co" for c in text[:100_000] if c >= "\ue000"
    )
