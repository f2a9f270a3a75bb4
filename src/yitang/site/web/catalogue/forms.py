"""The form of an entry: the fields of the guide, its items as a table, both assessments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from yitang.data.catalogue.errors import EntryInvalid, SharingTermsWrong
from yitang.data.catalogue.rules import (
    DATA_CLASSES,
    DELIVERIES,
    FORMATS,
    GRADES,
    SHARING_CLASSES,
    SHARING_MODES,
    SUBJECTS,
    UPDATE_CYCLES,
    DatasetSpec,
    ItemSpec,
    check_entry,
)
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import Organisation
from yitang.ground.plumbing.api import translated

from .words import MODE_TYPE_TEXTS

BLANK_ROWS = 3
SPEC_FIELDS = tuple(field.name for field in fields(DatasetSpec) if field.name != "items")
Text = forms.CharField


class EntryForm(forms.Form):
    """What is left empty may be filled in later; proposing it says what is missing."""

    name = Text(label=gettext_lazy("Name"), max_length=128)
    abstract = Text(
        label=gettext_lazy("Abstract"), max_length=1000, widget=forms.Textarea, required=False
    )
    classification = Text(
        label=gettext_lazy("Classification"),
        max_length=20,
        help_text=gettext_lazy("Digits from 类 down to 细目, such as 303120001."),
    )
    resource_code = Text(
        label=gettext_lazy("Resource code"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Left empty, the next number of its class is taken."),
    )
    related_codes = Text(
        label=gettext_lazy("Related resources"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("Resource codes of the same data in another class, with blanks."),
    )
    format = forms.ChoiceField(label=gettext_lazy("Form"))
    format_type = Text(label=gettext_lazy("Type of form"), max_length=60, required=False)
    format_note = Text(label=gettext_lazy("Note on the form"), max_length=200, required=False)
    update_cycle = forms.ChoiceField(label=gettext_lazy("Updated"))
    delivery = forms.ChoiceField(label=gettext_lazy("Delivery"))
    subject = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    sharing_class = forms.TypedChoiceField(label=gettext_lazy("Sharing"), coerce=int)
    sharing_condition = Text(
        label=gettext_lazy("Condition"),
        max_length=500,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Who may use the data, in which scope, and for what."),
    )
    legal_basis = Text(
        label=gettext_lazy("Legal basis of the refusal"), max_length=500, required=False
    )
    sharing_mode = forms.ChoiceField(label=gettext_lazy("Sharing mode"))
    mode_type = forms.ChoiceField(label=gettext_lazy("Type of sharing mode"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Open to the public"), required=False)
    opening_condition = Text(
        label=gettext_lazy("Condition of opening"), max_length=500, required=False
    )
    data_class = forms.ChoiceField(label=gettext_lazy("Data class"))
    grade = forms.TypedChoiceField(label=gettext_lazy("Grade"), coerce=int)
    secrecy_risk = Text(
        label=gettext_lazy("Secrecy risk"), max_length=2000, required=False, widget=forms.Textarea
    )
    privacy_impact = Text(
        label=gettext_lazy("Impact on personal information"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, base: DatasetSpec, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spec = base
        choices: Mapping[str, list[tuple[str, str]]] = {
            "format": _choices(FORMATS),
            "update_cycle": _choices(UPDATE_CYCLES),
            "delivery": _choices(DELIVERIES),
            "subject": [("", "–"), *_choices(SUBJECTS)],
            "sharing_class": _choices(SHARING_CLASSES),
            "sharing_mode": _choices(SHARING_MODES),
            "mode_type": [("", "–"), *_choices(MODE_TYPE_TEXTS)],
            "data_class": _choices(DATA_CLASSES),
            "grade": [(str(grade), str(grade)) for grade in GRADES],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def clean(self) -> dict[str, Any]:
        """The entry that was written, in ``spec``; what is wrong with it stands above the form."""
        given = {name: self.cleaned_data[name] for name in SPEC_FIELDS if name in self.cleaned_data}
        codes = re.split(r"[\s,，、]+", self.cleaned_data.get("related_codes", ""))
        posted = self.data if isinstance(self.data, QueryDict) else QueryDict()
        self.spec = replace(
            self.spec,
            **given | {"related_codes": tuple(code for code in codes if code)},
            items=items_from(posted, self.spec.items),
        )
        if not self.errors:
            try:
                check_entry(self.spec)
            except (EntryInvalid, SharingTermsWrong) as error:
                self.add_error(None, translated(error))
        return self.cleaned_data


class NewEntryForm(EntryForm):
    """A new entry also says whose it is, and by which code it is known here."""

    owner = forms.ChoiceField(label=gettext_lazy("Owner"))
    code = Text(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens; it does not change later."),
    )
    field_order = ("owner", "code")

    def __init__(self, *args: Any, owners: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = [(row.credit_code, row.name) for row in owners]


def _choices(texts: Mapping[Any, Message]) -> list[tuple[str, str]]:
    return [(str(code), translated(text)) for code, text in texts.items()]


def initial_of(spec: DatasetSpec) -> dict[str, object]:
    """What the form shows of an entry that exists."""
    values: dict[str, object] = {
        field.name: getattr(spec, field.name) for field in fields(DatasetSpec)
    }
    return values | {"related_codes": " ".join(spec.related_codes)}


MOST_ITEMS = 500


def item_rows(items: tuple[ItemSpec, ...]) -> list[ItemSpec]:
    """The rows of the items' table: those there are, and a few to fill in."""
    return [*items, *(ItemSpec("", "") for _ in range(BLANK_ROWS))]


def items_from(posted: QueryDict, known: tuple[ItemSpec, ...]) -> tuple[ItemSpec, ...]:
    """The rows of the items' table; what the table does not show stays as it was."""
    before = {item.name: item for item in known}
    found: list[ItemSpec] = []
    for row in range(min(_number(posted.get("rows", "")) or 0, MOST_ITEMS)):

        def given(name: str, row: int = row) -> str:
            return posted.get(f"item-{row}-{name}", "").strip()

        if not given("name") and not given("label"):
            continue
        found.append(
            replace(
                before.get(given("name"), ItemSpec(given("name"), "")),
                label=given("label"),
                type=given("type"),
                length=_number(given("length")),
                grade=_number(given("grade")) or 0,
                sharing_class=_number(given("sharing_class")) or 0,
                looser_because=given("looser_because"),
                is_key=bool(given("is_key")),
                required=bool(given("required")),
                unique=bool(given("unique")),
                sensitive=bool(given("sensitive")),
                secret=bool(given("secret")),
            )
        )
    return tuple(found)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
