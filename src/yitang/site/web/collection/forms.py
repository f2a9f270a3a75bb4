from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from yitang.data.collection.api import Overlap
from yitang.data.collection.rules import OVERLAP_MOVES, QUALITY_KINDS, SEVERITIES, QualityRule

from .words import RULE_WORDS, SEVERITY_WORDS


class UploadForm(forms.Form):
    """A file to be looked at."""

    file = forms.FileField(
        label=gettext_lazy("Excel, CSV, JSON, Parquet or SQLite file, or a ZIP of these"),
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
