from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from yitang.data.fusion.rules import SHORTEST_PURPOSE
from yitang.ground.base.identity import (
    IdentityNumberInvalid,
    check_identity_number,
    normalise_identity_number,
)
from yitang.ground.plumbing.api import translated


class PurposeForm(forms.Form):
    """Why a record is opened."""

    purpose = forms.CharField(
        label=gettext_lazy("What do you need it for?"),
        min_length=SHORTEST_PURPOSE,
        max_length=200,
        help_text=gettext_lazy("The person it is about can read this."),
    )


class FindForm(PurposeForm):
    """Whose record, and why. The number is sent in the body and stands in no address."""

    identity_number = forms.CharField(
        label=gettext_lazy("Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    field_order = ("identity_number", "purpose")

    def clean_identity_number(self) -> str:
        number = normalise_identity_number(self.cleaned_data["identity_number"])
        try:
            check_identity_number(number)
        except IdentityNumberInvalid as wrong:
            raise ValidationError(translated(wrong)) from None
        return number
