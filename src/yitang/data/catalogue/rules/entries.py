"""What a catalogue entry says, and when it is complete.

Fields: 政务信息资源目录编制指南（试行）, 2017.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from yitang.data.catalogue.errors import EntryInvalid
from yitang.ground.base.text import Message

from .lists import (
    DATA_CLASSES,
    DELIVERIES,
    FORMATS,
    GRADES,
    ITEM_TYPES,
    MODE_TYPES,
    SHARING_CLASSES,
    SHARING_MODES,
    SUBJECTS,
    UPDATE_CYCLES,
    VALUE_RULES,
    SharingClass,
)
from .terms import check_sharing_terms

DEFAULT_AUTHORITY = 50
RULE_OR_NONE = ("", *VALUE_RULES)
# What an item may say otherwise than its dataset, or leave out.
ITEM_LISTS: Mapping[str, tuple[str | int, ...]] = {
    "sharing_class": (0, *SHARING_CLASSES),
    "sharing_mode": ("", *SHARING_MODES),
    "update_cycle": ("", *UPDATE_CYCLES),
    "data_class": ("", *DATA_CLASSES),
    "grade": (0, *GRADES),
}
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
    # What differs from the dataset; empty, 0 and None mean: as the dataset.
    sharing_class: int = 0
    sharing_condition: str = ""
    sharing_mode: str = ""
    open: bool | None = None
    opening_condition: str = ""
    update_cycle: str = ""
    secret: bool = False
    source_system: str = ""
    code_list: str = ""
    data_class: str = ""
    grade: int = 0
    looser_because: str = ""


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
    format_type: str = ""
    format_note: str = ""
    sharing_mode: str = "platform"
    mode_type: str = ""
    data_class: str = "general"
    related_codes: tuple[str, ...] = ()
    items: tuple[ItemSpec, ...] = field(default_factory=tuple)


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
        ("sharing_mode", spec.sharing_mode, SHARING_MODES),
        ("mode_type", spec.mode_type, {"", *MODE_TYPES.get(spec.sharing_mode, {})}),
        ("data_class", spec.data_class, DATA_CLASSES),
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
    check_item_terms(spec)


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
        _check_listed(spec.code, f"{where}, rule", item.rule, RULE_OR_NONE)
        for name, allowed in ITEM_LISTS.items():
            _check_listed(spec.code, f"{where}, {name}", getattr(item, name), allowed)


def check_item_terms(spec: DatasetSpec) -> None:
    """Raises ``EntryInvalid`` where an item is looser than its dataset and does not say why.

    An item may always be stricter. What is secret is neither shared nor open (Decree 809,
    Art 3). The grade of the dataset is at least that of each item (the highest counts).
    """
    for item in spec.items:
        problem = ""
        shared = item.sharing_class or spec.sharing_class
        is_open = spec.open if item.open is None else item.open
        if item.secret and (shared != SharingClass.NOT_SHARED or is_open):
            problem = "what is secret is neither shared nor open"
        elif shared < spec.sharing_class and not item.looser_because.strip():
            problem = "it is shared more freely than its dataset and does not say why"
        elif is_open and not spec.open and not item.looser_because.strip():
            problem = "it is open though its dataset is not, and does not say why"
        elif item.grade > spec.grade:
            problem = "its grade is above that of its dataset, which has the highest of its items"
        elif _RANK[item.data_class or spec.data_class] > _RANK[spec.data_class]:
            problem = "its class is above that of its dataset, which has the highest of its items"
        if problem:
            raise EntryInvalid(code=spec.code, field=f"item {item.name}", problem=problem)


_RANK = {code: rank for rank, code in enumerate(DATA_CLASSES)}


def _check_listed(code: str, name: str, value: object, allowed: Iterable[object] | range) -> None:
    options = allowed if isinstance(allowed, Container) else list(allowed)
    if value not in options:
        choice = ", ".join(str(option) for option in allowed if option not in {"", 0})
        raise EntryInvalid(
            code=code,
            field=name,
            problem=Message(
                "catalogue.none_of",
                "{value} is none of {choice}",
                {"value": repr(value), "choice": choice},
            ),
        )
