from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from yitang.data.collection.api import Overlap
from yitang.data.collection.rules import OVERLAP_MOVES


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
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
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
