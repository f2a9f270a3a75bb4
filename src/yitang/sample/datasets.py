"""The catalogue of Minhai: what each department holds, under what terms, in which columns.

Fields: 政务信息资源目录编制指南（试行）, 2017, and Decree 809 Art 13. The entries are in
``vocabulary/datasets.txt``. A column is written as ``name|label|type and length|words``; the
words are flags (key, required, sensitive, unique) and settings (rule=…, role=…, authority=…,
codes=…, aliases=…).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from .offices import office
from .vocabulary import lines_of

CONDITION = "限履行法定职责的政府部门在办理具体事项时按最小必要范围使用"
DEFAULTS: dict[str, object] = {
    "sharing_class": 2,
    "update_cycle": "monthly",
    "grade": 3,
    "open": False,
    "format": "spreadsheet",
    "delivery": "whole",
    "subject": "",
}
SETTINGS = {"cycle": "update_cycle", "form": "format"}
Entry = dict[str, object]


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry by the field names of the catalogue's TOML, columns under ``item``."""
    columns: dict[str, list[str]] = {}
    found: list[Entry] = []
    for block in _blocks():
        head, *rest = block
        if head.startswith("@"):
            columns[head] = rest
        else:
            found.append(_entry(head, rest, columns, len(found) + 1))
    return tuple(found)


def _blocks() -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines_of("datasets.txt"), ""]:
        if line:
            block.append(line)
        elif block:
            yield block
            block = []


def _entry(head: str, rest: list[str], shared: dict[str, list[str]], number: int) -> Entry:
    code, _, described = head.removeprefix("[").partition("] ")
    owner, name, classification, settings = (part.strip() for part in described.split("|"))
    basis = [line.removeprefix("! ") for line in rest if line.startswith("! ")]
    columns = [line for line in rest[1:] if not line.startswith("! ")]
    columns = [one for line in columns for one in shared.get(line, [line])]
    entry: Entry = {
        "code": code,
        "name": name,
        "organisation": office(owner).credit_code,
        "abstract": rest[0],
        "classification": classification,
        "resource_code": f"{classification}/{number:06}",
        **DEFAULTS,
        **dict(_setting(word) for word in settings.split()),
    }
    entry["sharing_condition"] = CONDITION if entry["sharing_class"] == 2 else ""
    entry["legal_basis"] = basis[0] if basis else ""
    entry["published"] = True
    entry["item"] = [_column(line) for line in columns]
    return entry


def _setting(word: str) -> tuple[str, object]:
    name, _, value = word.partition("=")
    name = SETTINGS.get(name, name)
    if isinstance(DEFAULTS[name], bool):
        return name, value == "True"
    return name, int(value) if value.isdigit() else value


def catalogue_toml() -> str:
    """``datasets.toml``: every entry, to be published at once."""
    lines = ["# The invented province of Minhai: what its departments hold.", ""]
    for entry in entries():
        items = entry["item"]
        lines += ["[[dataset]]", *_pairs({k: v for k, v in entry.items() if k != "item"}), ""]
        if isinstance(items, list):
            lines += [line for item in items for line in ("[[dataset.item]]", *_pairs(item), "")]
    return "\n".join(lines)


def _column(text: str) -> dict[str, object]:
    name, label, kind, *rest = text.split("|")
    values: dict[str, object] = {"name": name, "label": label, "type": kind[0]}
    if kind[1:]:
        values["length"] = int(kind[1:])
    for word in rest[0].split() if rest else ():
        setting, equals, value = word.partition("=")
        if not equals:
            values["is_key" if setting == "key" else setting] = True
        elif setting == "authority":
            values[setting] = int(value)
        else:
            values[setting] = value.split(",") if setting in {"codes", "aliases"} else value
    return values


def _pairs(values: dict[str, object]) -> list[str]:
    """TOML writes texts, whole numbers, truths and lists of texts as JSON does."""
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
        if value not in ("", None)
    ]
