"""One version of an entry as a document, and how two versions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from .entries import DatasetSpec, ItemSpec

Document = dict[str, Any]
_LEFT_OUT = frozenset({"items", "published"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs; ``item`` is the name of the data item, or empty for the entry.

    An item that came or went has ``field`` ``item`` and ``None`` on the side without it.
    """

    item: str
    field: str
    before: object
    after: object


def document_of(spec: DatasetSpec) -> Document:
    """``spec`` as plain values; what has its default is left out."""
    return {**_values(spec), "items": [_values(item) for item in spec.items]}


def spec_of(document: Mapping[str, Any]) -> DatasetSpec:
    """The entry a document describes; fields unknown here are passed over."""
    items = tuple(ItemSpec(**_known(ItemSpec, item)) for item in document.get("items", ()))
    return DatasetSpec(**_known(DatasetSpec, document), items=items)


def differences(before: DatasetSpec, after: DatasetSpec) -> list[Difference]:
    """What changed from one version to the next: the entry's own fields, then item by item."""
    return [*_differing("", before, after), *_item_differences(before, after)]


def _item_differences(before: DatasetSpec, after: DatasetSpec) -> Iterator[Difference]:
    old = {item.name: item for item in before.items}
    new = {item.name: item for item in after.items}
    for name, item in new.items():
        if name not in old:
            yield Difference(name, "item", None, item.label)
        else:
            yield from _differing(name, old[name], item)
    for name, item in old.items():
        if name not in new:
            yield Difference(name, "item", item.label, None)
    kept = [name for name in old if name in new]
    order = [name for name in new if name in old]
    if kept != order:
        yield Difference("", "order", ", ".join(kept), ", ".join(order))


def _differing(
    item: str, before: DatasetSpec | ItemSpec, after: DatasetSpec | ItemSpec
) -> Iterator[Difference]:
    for field in fields(before):
        if field.name not in _LEFT_OUT:
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                yield Difference(item, field.name, _plain(old), _plain(new))


def _values(spec: DatasetSpec | ItemSpec) -> Document:
    return {
        field.name: _plain(getattr(spec, field.name))
        for field in fields(spec)
        if field.name not in _LEFT_OUT
        and (field.default is MISSING or getattr(spec, field.name) != field.default)
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _known(kind: type[DatasetSpec | ItemSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)} - _LEFT_OUT
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in names
    }
