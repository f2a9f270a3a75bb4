from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from yitang.data.catalogue.api import Dataset
from yitang.data.catalogue.rules import UPDATE_CYCLES
from yitang.data.collection.api import Overlap, Source
from yitang.data.collection.rules import (
    CYCLES,
    OVERLAP_MOVES,
    QUALITY_KINDS,
    SEVERITIES,
    QualityRule,
)

from .words import KIND_WORDS, MODE_WORDS, RULE_WORDS, SEVERITY_WORDS, STYLE_WORDS


class UploadForm(forms.Form):
    """A file to be looked at."""

    file = forms.FileField(
        label=gettext_lazy("Excel, CSV, JSON, SQL, Parquet or SQLite file, or a ZIP of these"),
        help_text=gettext_lazy(
            "At most 20 MB. It is kept encrypted for a day, for you alone, then deleted."
        ),
    )


class DecisionForm(forms.Form):
    """What the authority decides of an overlap; the source is asked while none is named."""

    verb = forms.ChoiceField(
        choices=[(verb, verb) for verb in OVERLAP_MOVES], widget=forms.HiddenInput
    )
    source = forms.ChoiceField(label=gettext_lazy("The source is"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note (for the history)"), max_length=500, required=False
    )

    def __init__(self, overlap: Overlap, data: QueryDict | None = None) -> None:
        super().__init__(data)
        among = dict.fromkeys([overlap.source, overlap.left, overlap.right])
        field = self.fields["source"]
        if overlap.state == "proposed" and isinstance(field, forms.ChoiceField):
            field.choices = [(one.code, f"{one.name} · {one.organisation.name}") for one in among]
        else:
            del self.fields["source"]


class DriftForm(forms.Form):
    """What the data officer decides about a column; ``label`` names the item of an added one."""

    verb = forms.ChoiceField(
        choices=[(verb, verb) for verb in ("add", "ignore", "take", "send_back")]
    )
    label = forms.CharField(
        label=gettext_lazy("Name of the new item"), max_length=100, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note (for the history)"), max_length=500, required=False
    )


class QualityRuleForm(forms.Form):
    """One quality rule; which of the ends, form and place it needs follows from its kind."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits, - and _"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    items_ = forms.MultipleChoiceField(label=gettext_lazy("Data items, in this order"))
    severity = forms.ChoiceField(label=gettext_lazy("If it is broken"))
    low = forms.CharField(label=gettext_lazy("Not below"), max_length=30, required=False)
    high = forms.CharField(label=gettext_lazy("Not above"), max_length=30, required=False)
    pattern = forms.CharField(
        label=gettext_lazy("Form (regular expression)"), max_length=200, required=False
    )
    value = forms.CharField(
        label=gettext_lazy("Only where the first item is"), max_length=100, required=False
    )
    dataset = forms.CharField(
        label=gettext_lazy("Code of the other dataset"), max_length=60, required=False
    )
    item = forms.CharField(
        label=gettext_lazy("Name of its item in tables"), max_length=60, required=False
    )

    def __init__(self, items: Sequence[tuple[str, str]], data: QueryDict | None = None) -> None:
        super().__init__(data)
        choices = {
            "kind": [(kind, gettext_lazy(RULE_WORDS[kind])) for kind in QUALITY_KINDS],
            "items_": items,
            "severity": [(one, gettext_lazy(SEVERITY_WORDS[one])) for one in SEVERITIES],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    @property
    def rule(self) -> QualityRule:
        """What the form says; only after it was found valid."""
        values = dict(self.cleaned_data)
        return QualityRule(items=tuple(values.pop("items_")), **values)


class SourceForm(forms.Form):
    """Where a dataset is fetched from. A password goes in and never comes out again."""

    dataset = forms.ChoiceField(label=gettext_lazy("Dataset"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of source"))
    location = forms.CharField(
        label=gettext_lazy("Where it lies"),
        max_length=500,
        help_text=gettext_lazy(
            "postgresql://user@host/name, mysql://user@host/name or https://host/path; no password"
        ),
    )
    table = forms.CharField(
        label=gettext_lazy("Table or sheet"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Of a database: its table, with the schema before a dot"),
    )
    mode = forms.ChoiceField(label=gettext_lazy("How it is fetched"))
    column = forms.CharField(
        label=gettext_lazy("Column that only grows"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only where new rows alone are fetched"),
    )
    cycle = forms.ChoiceField(label=gettext_lazy("How often"), required=False)
    style = forms.ChoiceField(label=gettext_lazy("How it turns pages"), required=False)
    parameter = forms.CharField(
        label=gettext_lazy("Name of the page in the address"), max_length=60, required=False
    )
    size = forms.IntegerField(
        label=gettext_lazy("Rows of a page"), required=False, min_value=1, max_value=100_000
    )
    mark = forms.CharField(
        label=gettext_lazy("Where the next mark stands in the answer"),
        max_length=100,
        required=False,
    )
    header = forms.CharField(
        label=gettext_lazy("Header that carries the token"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Of an address: Authorization if nothing is written here"),
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or token"),
        max_length=2000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept encrypted, shown to nobody; left empty, the known one stays"),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        places: bool,
        datasets: Sequence[Dataset] = (),
        source: Source | None = None,
    ) -> None:
        super().__init__(data, initial=_known(source))
        self._source = source
        kinds = ("database", "http_json", *(("file", "folder") if places else ()))
        own: list[tuple[str, Any]] = [("", gettext_lazy("as the catalogue says"))]
        choices: dict[str, list[tuple[str, Any]]] = {
            "kind": [(kind, gettext_lazy(KIND_WORDS[kind])) for kind in kinds],
            "mode": [(mode, gettext_lazy(word)) for mode, word in MODE_WORDS.items()],
            "cycle": own + [(code, gettext_lazy(UPDATE_CYCLES[code].template)) for code in CYCLES],
            "style": [(style, gettext_lazy(word)) for style, word in STYLE_WORDS.items()],
            "dataset": [(one.code, f"{one.name} · {one.organisation.name}") for one in datasets],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed
        if source is not None:
            del self.fields["dataset"]

    @property
    def mapping(self) -> dict[str, str]:
        """Which column stands for which item, as it was set before."""
        return dict(self._source.mapping) if self._source is not None else {}

    @property
    def place(self) -> dict[str, Any]:
        """What registering needs; only after the form was found valid."""
        values = {**self.cleaned_data}
        values.pop("dataset", None)
        names = ("style", "parameter", "size", "mark")
        turned = {name: value for name in names if (value := values.pop(name))}
        kept = self._source.paging if self._source is not None else {}
        others = {name: value for name, value in kept.items() if name not in names}
        paging = {**others, **turned} if values["kind"] == "http_json" else {}
        column = values["column"] if values["mode"] == "cursor" else ""
        return {**values, "column": column, "paging": paging}


def _known(source: Source | None) -> dict[str, object]:
    if source is None:
        return {"mode": "whole"}
    names = ("kind", "location", "table", "mode", "column", "cycle", "header")
    return {**source.paging, **{name: getattr(source, name) for name in names}}
