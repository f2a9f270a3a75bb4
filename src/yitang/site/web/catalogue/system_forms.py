"""Forms of the register of systems: what a department says of one, what the authority decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.errors import SystemUnknown
from yitang.data.catalogue.rules.systems import (
    HOSTINGS,
    NETWORKS,
    SECURITY_GRADES,
    SYSTEM_MOVES,
    SystemSpec,
    decision_faults,
    system_faults,
)
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import Organisation, User
from yitang.ground.plumbing.api import translated

Text = forms.CharField


class SystemForm(forms.Form):
    """A system as its department describes it; what is wrong stands beside its field."""

    name = Text(label=gettext_lazy("Name"), max_length=128)
    purpose = Text(label=gettext_lazy("What it is for"), max_length=500, widget=forms.Textarea)
    network = forms.ChoiceField(label=gettext_lazy("Network"))
    hosting = forms.ChoiceField(label=gettext_lazy("Where it runs"))
    security_grade = forms.TypedChoiceField(label=gettext_lazy("Security grade"), coerce=int)
    supplier = Text(label=gettext_lazy("Built by"), max_length=128, required=False)
    start_year = forms.IntegerField(label=gettext_lazy("In use since the year"), required=False)
    build_cost = forms.DecimalField(
        label=gettext_lazy("Cost to build, yuan"), required=False, decimal_places=2
    )
    yearly_cost = forms.DecimalField(
        label=gettext_lazy("Cost to run it for a year, yuan"),
        required=False,
        decimal_places=2,
        help_text=gettext_lazy("Leave it empty if nobody knows; it is counted as not known."),
    )
    note = Text(label=gettext_lazy("Note (for the history)"), max_length=500, required=False)

    def __init__(self, *args: Any, today: date, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today, self._code = today, code
        self.spec = SystemSpec(code, "")
        choices: Mapping[str, list[tuple[str, str]]] = {
            "network": [("", "–"), *_choices(NETWORKS)],
            "hosting": [("", "–"), *_choices(HOSTINGS)],
            "security_grade": [
                (str(grade), str(grade) if grade else translated(NOT_GRADED_YET))
                for grade in SECURITY_GRADES
            ],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed

    def clean(self) -> dict[str, Any]:
        """The system that was written, in ``spec``."""
        given = {
            field.name: self.cleaned_data[field.name]
            for field in fields(SystemSpec)
            if field.name in self.cleaned_data
        }
        self.spec = SystemSpec(**({"code": self._code, "name": ""} | given))
        for fault in system_faults(self.spec, on=self._today):
            if fault.field in self.fields and fault.field not in self.errors:
                self.add_error(fault.field, translated(fault.problem))
        return self.cleaned_data


class NewSystemForm(SystemForm):
    """A new system also says whose it is, and its code."""

    owner = forms.ChoiceField(label=gettext_lazy("Department"))
    code = Text(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy(
            "It does not change later. A data item that names it as its source system is "
            "linked to it."
        ),
    )
    field_order = ("owner", "code")

    def __init__(self, *args: Any, owners: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = [(row.credit_code, row.name) for row in owners]


class SystemDecisionForm(forms.Form):
    """From which day a system is connected, migrated, merged, retired or back in use, and why."""

    verb = forms.ChoiceField(
        choices=[(verb, verb) for verb in SYSTEM_MOVES], widget=forms.HiddenInput
    )
    since = forms.DateField(
        label=gettext_lazy("From the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    successor = Text(
        label=gettext_lazy("Merged into the system with the code"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "successors", "autocomplete": "off"}),
    )
    note = Text(
        label=gettext_lazy("Reason, or the document"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed when it is retired or put back in use."),
    )

    def __init__(
        self,
        *args: Any,
        system: catalogue.InformationSystem,
        user: User,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._system, self._user, self._today = system, user, today

    def clean_successor(self) -> str:
        code = str(self.cleaned_data["successor"]).strip()
        if code and self.data.get("verb") == "merge":
            try:
                catalogue.system_by_code(self._user, code)
            except SystemUnknown as error:
                raise forms.ValidationError(translated(error)) from None
        return code

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "verb" not in given:
            return given
        wrong = decision_faults(
            given["verb"],
            since=self._system.since,
            day=given.get("since") or self._today,
            today=self._today,
            note=given.get("note", ""),
            successor=given.get("successor", "?"),
        )
        for fault in wrong:
            self.add_error(fault.field, translated(fault.problem))
        return given


def initial_of_system(spec: SystemSpec) -> dict[str, object]:
    """What the form shows of a system that exists."""
    return {field.name: getattr(spec, field.name) for field in fields(SystemSpec)}


def _choices(texts: Mapping[str, Message]) -> list[tuple[str, str]]:
    return [(code, translated(text)) for code, text in texts.items()]


NOT_GRADED_YET = Message("catalogue.not_graded_yet", "not graded yet")
