"""A list of sources in TOML: what to gather, and from where."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from yitang.data.collection.errors import SourcesFileInvalid

SOURCE_KINDS = ("csv", "excel", "sqlite", "http_json", "file", "folder", "database")
ADDRESS_KINDS = frozenset({"http_json", "database"})


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source: the dataset, its kind, a path (or address), a table or sheet, a mapping.

    ``column`` is one that only grows, ``paging`` is of ``rules.paging``, ``header`` carries the
    secret, which is read from ``secret_file`` and stands in no list.
    """

    dataset: str
    kind: str
    path: str
    table: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict[str, str])
    column: str = ""
    paging: Mapping[str, object] = field(default_factory=dict[str, object])
    header: str = ""
    secret_file: str = ""
    mode: str = ""  # whole, key or cursor
    cycle: str = ""  # empty: the catalogue's own


def read_sources(text: str, *, file: str) -> list[SourceEntry]:
    """The ``[[silo]]`` tables of a file (``[[source]]`` is read too).

    ``encoding`` and ``header_row`` may be written for readers; both are found out anew.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesFileInvalid(file=file, problem=str(error)) from None
    entries = content.get("silo", content.get("source"))
    if not isinstance(entries, list) or not entries:
        raise SourcesFileInvalid(file=file, problem="it has no [[source]] table")
    return [_entry(entry, file) for entry in entries]


def _entry(entry: object, file: str) -> SourceEntry:
    if not isinstance(entry, dict):
        raise SourcesFileInvalid(file=file, problem="a source is not a table")
    for name in ("dataset", "kind", "path"):
        if not isinstance(entry.get(name), str) or not entry[name]:
            raise SourcesFileInvalid(file=file, problem=f"a source has no {name}")
    if entry["kind"] not in SOURCE_KINDS:
        problem = f"{entry['kind']} is none of {', '.join(SOURCE_KINDS)}"
        raise SourcesFileInvalid(file=file, problem=problem)
    return SourceEntry(
        entry["dataset"],
        entry["kind"],
        entry["path"],
        str(entry.get("table") or entry.get("sheet") or ""),
        entry.get("mapping", {}),
        str(entry.get("column", "")),
        entry.get("paging", {}),
        str(entry.get("header", "")),
        str(entry.get("secret_file", "")),
        str(entry.get("mode", "")),
        str(entry.get("cycle", "")),
    )
