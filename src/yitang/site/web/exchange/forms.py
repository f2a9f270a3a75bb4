"""The form of a sharing request: what Art 20 of Decree 809 asks for, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext, gettext_lazy

from yitang.data.catalogue.api import Dataset, items_of
from yitang.data.exchange.errors import EndPassed, KeyInvalid
from yitang.data.exchange.rules import MODES, check_end, public_key_of
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import Organisation
from yitang.ground.plumbing.api import now, translated

Text = forms.CharField


class RequestForm(forms.Form):
    """Everything is asked for; the head of the office then sends it or not."""

    organisation = forms.ChoiceField(label=gettext_lazy("In the name of"))
    fields_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Data items"),
        help_text=gettext_lazy("Only those the matter needs; each one is a line of the grant."),
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = Text(
        label=gettext_lazy("Purpose"),
        help_text=gettext_lazy("Every read will have to name it, and the person sees it."),
        max_length=200,
    )
    basis = Text(
        label=gettext_lazy("Basis of use"),
        help_text=gettext_lazy("The law and article that give you this duty."),
        max_length=1000,
        widget=forms.Textarea,
    )
    scene = Text(
        label=gettext_lazy("Scene of use"),
        max_length=1000,
        widget=forms.Textarea,
    )
    scope = Text(
        label=gettext_lazy("Scope of use"),
        help_text=gettext_lazy("Whose records, from which places."),
        max_length=1000,
        widget=forms.Textarea,
    )
    mode = forms.ChoiceField(label=gettext_lazy("Sharing mode"))
    valid_to = forms.DateField(
        label=gettext_lazy("Needed until"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    quota = forms.IntegerField(
        label=gettext_lazy("Reads a day, at most"),
        help_text=gettext_lazy("0 for no limit."),
        min_value=0,
        max_value=10_000_000,
        initial=0,
    )

    def __init__(
        self,
        dataset: Dataset,
        organisations: list[Organisation],
        data: Mapping[str, str] | None = None,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data=data, initial=dict(initial or {}))
        self._choices("organisation", [(str(one.public_id), one.name) for one in organisations])
        self._choices("fields_wanted", [(item.name, item.label) for item in items_of(dataset)])
        self._choices("mode", [(code, translated(text)) for code, text in MODES.items()])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[name]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = choices

    def clean_valid_to(self) -> date:
        wanted: date = self.cleaned_data["valid_to"]
        try:
            check_end(wanted, today=civil_date(now()))
        except EndPassed as error:
            raise forms.ValidationError(translated(error)) from None
        return wanted

    def parts(self) -> dict[str, str | date | int | list[str]]:
        """What the action takes, the organisation left out."""
        given = dict(self.cleaned_data)
        del given["organisation"]
        return {"fields": given.pop("fields_wanted"), **given}


class KeyForm(forms.Form):
    """One more system of an office that calls the gateway."""

    organisation = forms.ChoiceField(label=gettext_lazy("Whose key"))
    label = Text(
        label=gettext_lazy("System"),
        help_text=gettext_lazy("Which system signs with it, as your colleagues call it."),
        max_length=100,
    )
    key = Text(
        label=gettext_lazy("Public key"),
        help_text=gettext_lazy("Ed25519, 64 hexadecimal digits. The private key stays with you."),
        max_length=200,
    )

    def __init__(
        self, organisations: list[Organisation], data: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data=data)
        chosen = self.fields["organisation"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(str(one.public_id), one.name) for one in organisations]

    def clean_key(self) -> str:
        try:
            return public_key_of(self.cleaned_data["key"])
        except KeyInvalid as error:
            raise forms.ValidationError(translated(error)) from None


class NoteForm(forms.Form):
    note = Text(label=gettext_lazy("Reason, or what is missing"), max_length=2000, required=False)


def missing_sentence(parts: list[str]) -> str:
    return gettext("Still missing: {parts}").format(parts=gettext(", ").join(parts))
