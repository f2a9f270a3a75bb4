"""The few questions a review page asks, and the doubts it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from yitang.ground.base.errors import DomainError
from yitang.ground.base.identity import (
    IdentityNumberInvalid,
    check_identity_number,
    normalise_identity_number,
)
from yitang.ground.plumbing.api import translated
from yitang.public.services.api import Application, shown_values
from yitang.public.services.errors import AnswerEmpty
from yitang.public.services.rules.attachments import MOST_FILES, MOST_MB, GivenFile, check_files
from yitang.public.services.rules.forms import FormField

from .showing import SEXES

PHOTOS = "image/jpeg,image/png,application/pdf"
DOUBT = "doubt."
LONGEST = 200


class AskedForm(forms.Form):
    """Only what no record holds."""

    def __init__(
        self, asked: list[FormField], data: Mapping[str, str] | None, initial: dict[str, str]
    ) -> None:
        super().__init__(data=data, initial=initial, auto_id="asked-%s")
        for one in asked:
            self.fields[one.name] = _control(one)

    def answers_so_far(self) -> dict[str, str]:
        """What was written, complete or not: for keeping a draft."""
        return {
            name: str(self.data.get(name, "")).strip()[:LONGEST]
            for name in self.fields
            if str(self.data.get(name, "")).strip()
        }


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several files at once, each as ``GivenFile``; judged together by their content."""

    widget = _FilesInput(attrs={"accept": PHOTOS})

    def clean(self, data: Any, initial: Any = None) -> list[GivenFile]:
        given = [GivenFile(one.name or "", one.read()) for one in data or ()]
        try:
            check_files(given)
        except DomainError as error:
            raise forms.ValidationError(translated(error)) from None
        return given


class AnswerForm(forms.Form):
    """The applicant's answer to what is missing: words, photos or both."""

    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    added = _Files(label=gettext_lazy("Photos or PDF"), required=False)

    def __init__(self, *args: Any, says_more: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.says_more = says_more  # fields of the application were mended beside it
        self.fields["added"].help_text = gettext(
            "JPEG, PNG or PDF; at most {most} files, together {mb} MB. They are kept encrypted; "
            "only you and the office that has your application can open them."
        ).format(most=MOST_FILES, mb=MOST_MB)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("words") or given.get("added") or self.errors or self.says_more):
            self.add_error("words", translated(AnswerEmpty()))
        return given


def asked_form(application: Application, data: Mapping[str, str] | None = None) -> AskedForm:
    """The questions that ``application`` still has."""
    shown = shown_values(application.applicant, application)
    asked = [
        one.field
        for one in shown
        if not (one.value and one.value.dataset)
        and one.field.is_required
        and not one.field.is_hidden
    ]
    initial = {one.field.name: one.text for one in shown if one.text}
    return AskedForm(asked, data, initial)


def doubts_in(posted: Mapping[str, str]) -> dict[str, str]:
    """Field to what the applicant says is right."""
    return {
        name.removeprefix(DOUBT): text.strip()[:LONGEST]
        for name, text in posted.items()
        if name.startswith(DOUBT)
    }


def _control(one: FormField) -> forms.Field:
    label = gettext(one.label)
    if one.kind == "sex":
        choices = [("", gettext("Please choose"))]
        choices += [(code, gettext(word)) for code, word in SEXES.items()]
        return forms.ChoiceField(label=label, choices=choices)
    if one.kind == "date":
        return _Day(label=label, widget=forms.DateInput(attrs={"type": "date"}))
    if one.mask == "identity":
        return _IdentityNumber(label=label, max_length=LONGEST)
    return forms.CharField(label=label, max_length=LONGEST)


class _IdentityNumber(forms.CharField):
    def clean(self, value: object) -> str:
        number = normalise_identity_number(str(super().clean(value) or ""))
        try:
            check_identity_number(number)
        except IdentityNumberInvalid as error:
            raise forms.ValidationError(translated(error)) from None
        return number


class _Day(forms.DateField):
    def clean(self, value: object) -> str:
        day = super().clean(value)
        return day.isoformat() if day else ""
