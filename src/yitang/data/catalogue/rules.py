"""What a catalogue entry says, and when it is complete.

Fields and value lists: 政务信息资源目录编制指南（试行）, 2017. Sharing classes and what each
must state: 政务数据共享条例 (State Council Decree 809), Arts 13-15.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, TypeGuard

from yitang.ground.base.text import Message

from .errors import CatalogueFileInvalid, EntryInvalid, SharingTermsWrong

# Who may look into the catalogue: every officer but those who keep machines and grant roles.
OFFICERS = frozenset(
    {
        "clerk", "handler", "data_officer", "sharing_head", "hotline_agent", "dispatcher",
        "supervisor", "leader", "audit_admin", "system",
    }
)  # fmt: skip


class SharingClass(IntEnum):
    """共享属性: who may have the data (Decree 809, Art 14)."""

    UNCONDITIONAL = 1
    CONDITIONAL = 2
    NOT_SHARED = 3


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Freshness(StrEnum):
    """How a dataset stands to its update cycle."""

    FRESH = "fresh"
    LATE = "late"
    NEVER_GATHERED = "never gathered"
    UNTIMED = "without a cycle"


def _texts(group: str, **templates: str) -> Mapping[str, Message]:
    return {code: Message(f"catalogue.{group}.{code}", text) for code, text in templates.items()}


SHARING_CLASSES: Mapping[int, Message] = {
    1: Message("catalogue.sharing_class.1", "shared unconditionally"),
    2: Message("catalogue.sharing_class.2", "shared on conditions"),
    3: Message("catalogue.sharing_class.3", "not shared"),
}
UPDATE_CYCLES = _texts(
    "cycle",
    realtime="in real time",
    daily="daily",
    weekly="weekly",
    ten_days="every ten days",
    monthly="monthly",
    quarterly="quarterly",
    yearly="yearly",
    never="not updated",
)
# Days after which the next batch is late: the longest the cycle can last on the calendar.
CYCLE_DAYS = {
    "realtime": 1, "daily": 1, "weekly": 7, "ten_days": 11, "monthly": 31, "quarterly": 92,
    "yearly": 366,
}  # fmt: skip
FORMATS = _texts(
    "format",
    edocument="electronic document",
    spreadsheet="spreadsheet",
    database="database",
    image="image",
    streaming="streaming media",
    selfdescribing="self-describing format",
    interface="service interface",
)
ITEM_TYPES = _texts(
    "type",
    C="text",
    N="number",
    Y="money",
    D="date",
    T="date and time",
    L="yes or no",
    M="long text",
    G="general",
    B="double",
    I="integer",
    F="floating point",
)
DELIVERIES = _texts(
    "delivery",
    whole="each batch replaces the last",
    added="each batch adds rows",
)
SUBJECTS = _texts("subject", person="persons", legal_entity="legal entities")
VALUE_RULES = _texts(
    "rule",
    identity_number="identity number with its check digit",
    credit_code="unified social credit code with its check character",
    division="a division that exists",
    mobile="a mobile number of eleven digits",
)
GRADES = range(1, 6)
DEFAULT_AUTHORITY = 50

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
ITEM_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One data item (信息项): a column, what it is called, and what its values must keep."""

    name: str
    label: str
    type: str = "C"
    length: int | None = None
    aliases: tuple[str, ...] = ()
    is_key: bool = False
    sensitive: bool = False
    required: bool = False
    unique: bool = False
    rule: str = ""
    codes: tuple[str, ...] = ()
    role: str = ""
    authority: int = DEFAULT_AUTHORITY


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """One catalogue entry (政务数据目录) as an author writes it."""

    code: str
    name: str
    organisation: str
    abstract: str = ""
    classification: str = "3"
    resource_code: str = ""
    sharing_class: int = 2
    sharing_condition: str = ""
    legal_basis: str = ""
    update_cycle: str = "monthly"
    grade: int = 3
    open: bool = False
    opening_condition: str = ""
    format: str = "spreadsheet"
    delivery: str = "whole"
    subject: str = ""
    published: bool = False
    items: tuple[ItemSpec, ...] = field(default_factory=tuple)


def check_sharing_terms(
    *, code: str, sharing_class: int, sharing_condition: str, legal_basis: str
) -> None:
    """Raises ``SharingTermsWrong`` unless the class states exactly what the Decree asks of it.

    A department may not add conditions of its own (Art 15), so unconditional means none.
    """
    problem = ""
    if sharing_class == SharingClass.UNCONDITIONAL and sharing_condition.strip():
        problem = "data that is shared unconditionally cannot have a condition"
    elif sharing_class == SharingClass.CONDITIONAL and not sharing_condition.strip():
        problem = "conditional sharing must state who may use the data and for what"
    elif sharing_class == SharingClass.NOT_SHARED and not legal_basis.strip():
        problem = "refusing to share must name the law and the article that forbid it"
    if problem:
        raise SharingTermsWrong(code=code, problem=problem)


def check_entry(spec: DatasetSpec) -> None:
    """Raises ``EntryInvalid`` or ``SharingTermsWrong``, naming the first field that is wrong."""
    if not CODE.fullmatch(spec.code):
        raise EntryInvalid(
            code=spec.code or "?", field="code", problem="use small letters, digits and hyphens"
        )
    listed = (
        ("update_cycle", spec.update_cycle, UPDATE_CYCLES),
        ("format", spec.format, FORMATS),
        ("delivery", spec.delivery, DELIVERIES),
        ("sharing_class", spec.sharing_class, SHARING_CLASSES),
        ("grade", spec.grade, GRADES),
        ("subject", spec.subject, {"", *SUBJECTS}),
    )
    for name, value, allowed in listed:
        _check_listed(spec.code, name, value, allowed)
    if not spec.name.strip() or len(spec.name) > 128:
        raise EntryInvalid(code=spec.code, field="name", problem="1 to 128 characters are needed")
    if not re.fullmatch(r"[1-3]\d*", spec.classification):
        problem = "a class code begins with 1, 2 or 3 and has digits only"
        raise EntryInvalid(code=spec.code, field="classification", problem=problem)
    check_sharing_terms(
        code=spec.code,
        sharing_class=spec.sharing_class,
        sharing_condition=spec.sharing_condition,
        legal_basis=spec.legal_basis,
    )
    _check_items(spec)


def _check_items(spec: DatasetSpec) -> None:
    seen: set[str] = set()
    for item in spec.items:
        where = f"item {item.name or item.label}"
        if not ITEM_NAME.fullmatch(item.name):
            problem = "a name has small letters, digits and underscores and begins with a letter"
            raise EntryInvalid(code=spec.code, field=where, problem=problem)
        if item.name in seen:
            raise EntryInvalid(code=spec.code, field=where, problem="the name is there twice")
        if not item.label.strip():
            raise EntryInvalid(code=spec.code, field=where, problem="the label is missing")
        seen.add(item.name)
        _check_listed(spec.code, f"{where}, type", item.type, ITEM_TYPES)
        _check_listed(spec.code, f"{where}, rule", item.rule, {"", *VALUE_RULES})


def _check_listed(code: str, name: str, value: object, allowed: Iterable[object] | range) -> None:
    options = list(allowed)
    if value not in options:
        choice = ", ".join(str(option) for option in options if option != "")
        raise EntryInvalid(code=code, field=name, problem=f"{value!r} is none of {choice}")


def freshness(update_cycle: str, gathered_at: datetime | None, at: datetime) -> Freshness:
    """Whether the next batch is due: late once the cycle's longest length has passed."""
    if gathered_at is None:
        return Freshness.NEVER_GATHERED
    days = CYCLE_DAYS.get(update_cycle)
    if days is None:
        return Freshness.UNTIMED
    return Freshness.LATE if at - gathered_at > timedelta(days=days) else Freshness.FRESH


def read_entries(text: str, *, file: str = "catalogue") -> list[DatasetSpec]:
    """The entries of a TOML file: tables ``[[dataset]]`` with ``[[dataset.item]]``.

    Raises ``CatalogueFileInvalid`` or ``EntryInvalid``; a word that is no field is an error,
    so that a slip of the pen is not read as an empty field.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueFileInvalid(file=file, problem=str(error)) from None
    entries = content.get("dataset")
    if not _is_list(entries) or not entries:
        raise CatalogueFileInvalid(file=file, problem="it has no [[dataset]] table")
    specs = [_read_entry(entry, file) for entry in entries]
    for spec in specs:
        check_entry(spec)
    return specs


_DATASET_FIELDS = {f.name: f for f in fields(DatasetSpec)}
_ITEM_FIELDS = {f.name: f for f in fields(ItemSpec)}
_KINDS: Mapping[str, type] = {"str": str, "int": int, "int | None": int, "bool": bool}


def _read_entry(entry: object, file: str) -> DatasetSpec:
    if not _is_table(entry):
        raise CatalogueFileInvalid(file=file, problem="a dataset is not a table")
    values = {name: value for name, value in entry.items() if name != "item"}
    code = str(values.get("code", "?"))
    for name in ("code", "name", "organisation"):
        if name not in values:
            raise EntryInvalid(code=code, field=name, problem="it is missing")
    listed = entry.get("item", [])
    rows = [row for row in listed if _is_table(row)] if _is_list(listed) else []
    if not _is_list(listed) or len(rows) != len(listed):
        problem = "each data item is a table [[dataset.item]]"
        raise EntryInvalid(code=code, field="item", problem=problem)
    items = tuple(
        ItemSpec(**_typed(code, f"item {number}", row, _ITEM_FIELDS))
        for number, row in enumerate(rows, start=1)
    )
    return DatasetSpec(**_typed(code, "", values, _DATASET_FIELDS), items=items)


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _typed(
    code: str, where: str, values: Mapping[str, object], known: Mapping[str, object]
) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    if where and not {"name", "label"} <= set(values):
        raise EntryInvalid(code=code, field=where, problem="name and label are needed")
    for name, value in values.items():
        spot = f"{where}, {name}" if where else name
        declared = known.get(name)
        if declared is None or name == "items":
            raise EntryInvalid(code=code, field=spot, problem="there is no such field")
        kind = _KINDS.get(str(getattr(declared, "type", "")))
        if kind is None:
            if not _is_list(value) or not all(isinstance(part, str) for part in value):
                raise EntryInvalid(code=code, field=spot, problem="a list of texts is needed")
            typed[name] = tuple(value)
        elif type(value) is not kind:
            raise EntryInvalid(code=code, field=spot, problem=f"{value!r} is not a {kind.__name__}")
        else:
            typed[name] = value
    return typed
