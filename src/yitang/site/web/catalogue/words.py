"""Fields, values and differences of an entry in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from yitang.data.catalogue.api import EntryVersion
from yitang.data.catalogue.rules import (
    DATA_CLASSES,
    DELIVERIES,
    FORMATS,
    ITEM_TYPES,
    MODE_TYPES,
    SHARING_CLASSES,
    SHARING_MODES,
    SUBJECTS,
    UPDATE_CYCLES,
    VALUE_RULES,
    Difference,
)
from yitang.ground.base.text import Message
from yitang.ground.plumbing.api import translated

FIELDS: Mapping[str, str] = {
    "code": gettext_noop("Code"),
    "name": gettext_noop("Name"),
    "organisation": gettext_noop("Owner"),
    "abstract": gettext_noop("Abstract"),
    "classification": gettext_noop("Classification"),
    "resource_code": gettext_noop("Resource code"),
    "sharing_class": gettext_noop("Sharing"),
    "sharing_condition": gettext_noop("Condition"),
    "legal_basis": gettext_noop("Legal basis of the refusal"),
    "update_cycle": gettext_noop("Updated"),
    "grade": gettext_noop("Grade"),
    "open": gettext_noop("Open to the public"),
    "opening_condition": gettext_noop("Condition of opening"),
    "format": gettext_noop("Form"),
    "delivery": gettext_noop("Delivery"),
    "subject": gettext_noop("About"),
    "format_type": gettext_noop("Type of form"),
    "format_note": gettext_noop("Note on the form"),
    "sharing_mode": gettext_noop("Sharing mode"),
    "mode_type": gettext_noop("Type of sharing mode"),
    "data_class": gettext_noop("Data class"),
    "related_codes": gettext_noop("Related resources"),
    "label": gettext_noop("Label"),
    "type": gettext_noop("Type"),
    "length": gettext_noop("Length"),
    "aliases": gettext_noop("Other names"),
    "is_key": gettext_noop("Key item"),
    "sensitive": gettext_noop("Personal"),
    "required": gettext_noop("Required"),
    "unique": gettext_noop("Unique"),
    "rule": gettext_noop("Rule at the border"),
    "codes": gettext_noop("Values"),
    "role": gettext_noop("Role in fusion"),
    "authority": gettext_noop("Rank of the source"),
    "secret": gettext_noop("Secret"),
    "source_system": gettext_noop("Source system"),
    "code_list": gettext_noop("Code list"),
    "looser_because": gettext_noop("Why it is looser than its dataset"),
    "item": gettext_noop("Data item"),
    "order": gettext_noop("Order of the items"),
}
MODE_TYPE_TEXTS: Mapping[str, Message] = {
    code: text for types in MODE_TYPES.values() for code, text in types.items()
}
VALUES: Mapping[str, Mapping[str, Message]] = {
    "sharing_class": {str(code): text for code, text in SHARING_CLASSES.items()},
    "update_cycle": UPDATE_CYCLES,
    "format": FORMATS,
    "delivery": DELIVERIES,
    "subject": SUBJECTS,
    "sharing_mode": SHARING_MODES,
    "mode_type": MODE_TYPE_TEXTS,
    "data_class": DATA_CLASSES,
    "type": ITEM_TYPES,
    "rule": VALUE_RULES,
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference as a page shows it."""

    where: str
    field: str
    before: str
    after: str


def field_word(name: str) -> str:
    return gettext(FIELDS.get(name, name))


def value_word(field: str, value: object) -> str:
    """A value as people say it; a dash for none."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "、".join(map(str, value))
    text = VALUES.get(field, {}).get(str(value))
    return translated(text) if text else str(value)


def change_rows(version: EntryVersion, changes: Sequence[Difference]) -> list[ChangeRow]:
    """Differences with the labels of the items they are in."""
    labels = {item.name: item.label for item in version.spec.items}
    return [
        ChangeRow(
            where=labels.get(change.item, change.item),
            field=field_word(change.field),
            before=value_word(change.field, change.before),
            after=value_word(change.field, change.after),
        )
        for change in changes
    ]
