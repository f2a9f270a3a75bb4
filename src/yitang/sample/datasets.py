"""The catalogue of Minhai: what each department holds, under what terms, in which columns.

Fields: 政务信息资源目录编制指南（试行）, 2017, and Decree 809 Art 13. The entries are in
``vocabulary/datasets.txt``. A column is written as ``name|label|type and length|words``; the
words are flags (key, required, sensitive, unique) and settings (rule=…, role=…, authority=…,
codes=…, aliases=…). What ``registers.py`` writes rows of is described there too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from .offices import office
from .systems import system_of_dataset
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
OF_REGISTERS = {"fact", "values", "as"}  # words of a column that the catalogue does not know
Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register: which fact it holds, or one of which values, in what writing."""

    name: str
    label: str
    fact: str
    values: tuple[str, ...]
    writing: str


@dataclass(frozen=True, slots=True)
class Register:
    """How a smaller dataset is handed over: of whom, how many of them, in what form.

    ``copies`` names the datasets whose items are collected here once more: own column to theirs.
    """

    owner: str
    who: str
    share: float
    form: str
    encoding: str
    columns: tuple[Column, ...]
    copies: tuple[tuple[str, Mapping[str, str]], ...]


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry by the field names of the catalogue's TOML, columns under ``item``."""
    return tuple(
        _entry(head, lines, number) for number, (head, lines) in enumerate(_described(), start=1)
    )


@cache
def registers() -> dict[str, Register]:
    """Code to register, of the datasets that have one."""
    return {
        _code_of(head): _register(head, lines)
        for head, lines in _described()
        if any(line.startswith("~ ") for line in lines)
    }


def _described() -> Iterator[tuple[str, list[str]]]:
    """The head of each dataset and its lines, shared columns written out."""
    shared: dict[str, list[str]] = {}
    for head, *lines in _blocks():
        if head.startswith("@"):
            shared[head] = lines
        else:
            yield head, [one for line in lines for one in shared.get(line, [line])]


def _code_of(head: str) -> str:
    return head.removeprefix("[").partition("] ")[0]


def _columns(lines: list[str]) -> list[str]:
    return [line for line in lines[1:] if line[:2] not in {"! ", "~ ", "= "}]


def _register(head: str, lines: list[str]) -> Register:
    who, *words = next(line for line in lines if line.startswith("~ "))[2:].split()
    settings = dict(word.split("=") for word in words)
    copies = [line[2:].split(": ") for line in lines if line.startswith("= ")]
    return Register(
        owner=head.partition("] ")[2].split("|")[0].strip(),
        who=who,
        share=float(settings["share"]),
        form=settings["form"],
        encoding=settings.get("encoding", ""),
        columns=tuple(map(_register_column, _columns(lines))),
        copies=tuple((of, dict(pair.split("=") for pair in pairs.split())) for of, pairs in copies),
    )


def _register_column(line: str) -> Column:
    name, label, _, *rest = line.split("|")
    words = dict(word.split("=", 1) for word in (rest[0].split() if rest else ()) if "=" in word)
    values = tuple(words["values"].split(",")) if "values" in words else ()
    return Column(name, label, words.get("fact", name), values, words.get("as", ""))


def _blocks() -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines_of("datasets.txt"), ""]:
        if line:
            block.append(line)
        elif block:
            yield block
            block = []


def _entry(head: str, lines: list[str], number: int) -> Entry:
    described = head.partition("] ")[2]
    owner, name, classification, settings = (part.strip() for part in described.split("|"))
    basis = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    entry: Entry = {
        "code": _code_of(head),
        "name": name,
        "organisation": office(owner).credit_code,
        "abstract": lines[0],
        "classification": classification,
        "resource_code": f"{classification}/{number:06}",
        **DEFAULTS,
        **dict(_setting(word) for word in settings.split()),
    }
    entry["sharing_condition"] = CONDITION if entry["sharing_class"] == 2 else ""
    entry["legal_basis"] = basis[0] if basis else ""
    entry["published"] = True
    comes_from = {"source_system": system_of_dataset()[_code_of(head)]}
    entry["item"] = [_column(line) | comes_from for line in _columns(lines)]
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
        if setting in OF_REGISTERS:
            continue
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
