from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _


class MeasureForm(forms.Form):
    """What was decided because of an issue, and from which day."""

    decision = forms.CharField(
        label=_("What was decided?"),
        help_text=_("One sentence, as it will be read in a year."),
        min_length=4,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    since = forms.DateField(
        label=_("From which day does it hold?"),
        help_text=_("People before and after this day are compared."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @classmethod
    def today(cls, day: date) -> MeasureForm:
        return cls(initial={"since": day})
