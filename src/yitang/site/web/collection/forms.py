from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class UploadForm(forms.Form):
    """A file to be looked at."""

    file = forms.FileField(
        label=gettext_lazy("Excel, CSV or SQLite file"),
        help_text=gettext_lazy(
            "At most 20 MB. It is kept encrypted for a day, for you alone, then deleted."
        ),
    )
