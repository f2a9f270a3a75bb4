"""A catalogue file: entries written down in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeGuard

from yitang.data.catalogue.errors import CatalogueFileInvalid, EntryInvalid
from yitang.ground.base.text import Message

from .entries import DatasetSpec, ItemSpec, check_entry


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
_KINDS: Mapping[str, type] = {
    "str": str, "int": int, "int | None": int, "bool": bool, "bool | None": bool,
}  # fmt: skip


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
            raise EntryInvalid(
                code=code,
                field=spot,
                problem=Message(
                    "catalogue.wrong_type",
                    "{value} is not a {kind}",
                    {"value": repr(value), "kind": kind.__name__},
                ),
            )
        else:
            typed[name] = value
    return typed
