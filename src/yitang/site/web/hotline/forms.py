"""What the pages of the hotline ask: of callers as little as possible."""

from __future__ import annotations

from typing import Any, TypedDict

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, gettext_lazy

from yitang.ground.base.text import typed_mobile
from yitang.ground.organisations.api import Division, Organisation, User
from yitang.public.hotline.api import AppealKind, Category, Solved
from yitang.public.hotline.rules import LONGEST_TEXT, PHONE

from .places import category_named
from .words import KINDS, SAID, TIERS

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


def said_choices() -> list[tuple[str, str]]:
    return [(said.value, gettext(text)) for said, text in SAID.items()]


class _Phone(forms.CharField):
    """Typed full-width, in groups or with its country code, it is still the same number."""

    def to_python(self, value: object) -> str:
        return typed_mobile(str(super().to_python(value) or ""))


class FileForm(forms.Form):
    """What happened, and where. Name and number only of who did not sign in, and only if liked."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy(
            "In your own words. Say where it is, so that it reaches the right office."
        ),
        widget=forms.Textarea,
        min_length=2,
        max_length=LONGEST_TEXT,
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Where?"),
        help_text=gettext_lazy(
            "Name the county or district, and the street, town or village, if you did not say it "
            "above. From the name of an estate alone we cannot tell where it is."
        ),
        required=False,
        max_length=200,
    )
    name = forms.CharField(
        label=gettext_lazy("How may we address you?"), required=False, max_length=60
    )
    mobile = _Phone(
        label=gettext_lazy("Telephone number for the answer"),
        help_text=gettext_lazy("Without it you find the answer here, under your number."),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        validators=[
            RegexValidator(
                PHONE,
                gettext_lazy(
                    "A telephone number is a mobile of 11 digits that begins with 1, or a landline "
                    "with its area code, such as 0591-87654321. Correct it, or leave it out."
                ),
            )
        ],
    )
    is_confidential = forms.BooleanField(
        label=gettext_lazy("Keep my identity from the office concerned"),
        help_text=gettext_lazy("Only the hotline can then call you back."),
        required=False,
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Keep nothing about me at all"), required=False
    )

    def __init__(
        self, caller: User | None, data: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data=data, initial=initial)
        if caller is not None:
            del self.fields["name"]
            del self.fields["mobile"]
        else:
            del self.fields["is_anonymous"]  # who left no name is not known anyway


class Understood(TypedDict):
    """What a person chose about an appeal; ``None`` where they chose nothing."""

    kind: AppealKind | None
    tier: str | None
    category: Category | None
    division_code: str | None


class UnderstoodForm(forms.Form):
    """What an appeal is, how urgent, what about and where; what is left open stays as it is."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Class"), required=False)
    division = forms.ChoiceField(label=gettext_lazy("County or district"), required=False)

    def offer(self, divisions: list[Division], categories: list[Category], *, open_: str) -> None:
        """Fill in what may be chosen; ``open_`` is what choosing nothing is called."""
        offered: dict[str, list[tuple[str, str]]] = {
            "kind": [(kind.value, gettext(text)) for kind, text in KINDS.items()],
            "tier": [(code, gettext(text)) for code, text in TIERS.items()],
            "category": [(row.label, row.label) for row in categories],
            "division": [(row.code, row.name) for row in divisions],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", open_), *choices]  # type: ignore[attr-defined]

    @property
    def understood(self) -> Understood:
        """What was chosen, as the actions take it."""
        said = self.cleaned_data
        return {
            "kind": AppealKind(said["kind"]) if said["kind"] else None,
            "tier": said["tier"] or None,
            "category": category_named(said["category"]),
            "division_code": said["division"] or None,
        }

    @property
    def chosen(self) -> tuple[forms.BoundField, ...]:
        """The four fields, for a folded part of a page."""
        return self["kind"], self["tier"], self["category"], self["division"]


class CorrectForm(UnderstoodForm):
    """What was understood wrongly of an appeal, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(
        self, divisions: list[Division], categories: list[Category], data: Any = None
    ) -> None:
        super().__init__(data=data)
        self.offer(divisions, categories, open_=gettext("as it is"))


class TakeForm(FileForm, UnderstoodForm):
    """The same, as an agent fills it in for somebody on the telephone."""

    def __init__(
        self,
        divisions: list[Division],
        categories: list[Category],
        data: Any = None,
        *,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(None, data, initial=initial)
        self.offer(divisions, categories, open_=gettext("as the words tell"))
        for name, label, hint in (
            ("text", gettext("What happened?"), gettext("In the caller's own words.")),
            ("name", gettext("Name of the caller"), ""),
            (
                "mobile",
                gettext("Telephone number of the caller"),
                gettext("Without it the caller asks for the answer with the appeal's number."),
            ),
            (
                "is_confidential",
                gettext("Keep the caller's identity from the office concerned"),
                gettext("Only the hotline can then call back."),
            ),
        ):
            self.fields[name].label, self.fields[name].help_text = label, hint

    @property
    def said(self) -> tuple[forms.BoundField, ...]:
        """What the caller says, as opposed to what the agent makes of it."""
        return tuple(self[name] for name in self.fields if name not in UnderstoodForm.base_fields)


class SendForm(forms.Form):
    """Which office shall handle an appeal, what it is about and how urgent."""

    organisation = forms.ChoiceField(label=gettext_lazy("Office"))
    category = forms.ChoiceField(label=gettext_lazy("Class"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    division = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Words to the office"), required=False, max_length=1000,
        widget=forms.Textarea,
    )  # fmt: skip

    def __init__(
        self,
        organisations: list[Organisation],
        categories: list[Category],
        *,
        initial: dict[str, str] | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        offices = [(str(row.public_id), row.name) for row in organisations]
        classes = [(row.label, row.label) for row in categories]
        self.fields["organisation"].choices = [("", "—"), *offices]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "—"), *classes]  # type: ignore[attr-defined]
        self.fields["tier"].choices = [  # type: ignore[attr-defined]
            (code, gettext(text)) for code, text in TIERS.items()
        ]


class PlaceForm(forms.Form):
    """The division whose offices are to be chosen from."""

    division = forms.ChoiceField(label=gettext_lazy("Offices of"), required=False)

    def __init__(self, divisions: list[Division], data: Any = None) -> None:
        super().__init__(data=data)
        self.fields["division"].choices = [  # type: ignore[attr-defined]
            (row.code, row.name) for row in divisions
        ]


class HelpedForm(forms.Form):
    """What the caller says: the three questions behind the three rates."""

    contacted = forms.ChoiceField(
        label=gettext_lazy("Did the office contact you?"), choices=YES_NO,
        widget=forms.RadioSelect,
    )  # fmt: skip
    solved = forms.ChoiceField(
        label=gettext_lazy("Is the matter solved?"), widget=forms.RadioSelect
    )
    satisfied = forms.ChoiceField(
        label=gettext_lazy("Are you satisfied?"), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What is still missing?"), required=False, max_length=1000,
        widget=forms.Textarea,
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data=data)
        for name in ("solved", "satisfied"):
            self.fields[name].choices = said_choices()  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """The answers as ``call_back`` takes them."""
        answers = self.cleaned_data
        return {
            "contacted": answers["contacted"] == "yes",
            "solved": Solved(answers["solved"]),
            "satisfied": Solved(answers["satisfied"]),
            "note": answers["note"],
        }


class CallBackForm(HelpedForm):
    """The same questions as an agent asks them; nobody may answer the telephone."""

    redo = forms.BooleanField(
        label=gettext_lazy("Have it done again"),
        help_text=gettext_lazy("Say above what is to be done."),
        required=False,
    )
