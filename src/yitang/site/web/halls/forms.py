"""The question a hall asks: how many come, how long it takes, how long may they wait."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from yitang.ground.base.errors import DomainError
from yitang.ground.plumbing.api import translated
from yitang.public.halls.api import read_demands
from yitang.public.workforce.api import Assumptions, Demand, Target


def _number(label: Any, initial: float, low: float, high: float, hint: Any = "") -> Any:
    return forms.FloatField(
        label=label, initial=initial, min_value=low, max_value=high, help_text=hint
    )


class AssumptionsForm(forms.Form):
    """What the answer rests on; shares are given in per cent."""

    target_minutes = _number(gettext_lazy("Nobody should wait longer than (minutes)"), 15, 0, 240)
    target_share = _number(gettext_lazy("Kept for (per cent of people)"), 95, 1, 99.9)
    online_share = _number(gettext_lazy("Settled online (per cent of visits)"), 0, 0, 100)
    slower = _number(
        gettext_lazy("A clerk who does everything takes longer by (per cent)"), 10, 0, 200
    )
    peak_hour_share = _number(
        gettext_lazy("The busiest hour's share of the day (per cent)"), 19, 1, 100
    )
    with_back_office = forms.BooleanField(
        label=gettext_lazy("Count the back office and the harder cases that still come"),
        required=False,
    )

    def assumptions(self) -> Assumptions:
        """For a valid form."""
        given = self.cleaned_data
        counted = given["with_back_office"]
        return Assumptions(
            target=Target(given["target_share"] / 100, given["target_minutes"]),
            peak_hour_share=given["peak_hour_share"] / 100,
            slower=given["slower"] / 100,
            online_share=given["online_share"] / 100,
            residual_longer=0.25 if counted else 0.0,
            online_minutes_share=0.5 if counted else 0.0,
        )


class HallForm(AssumptionsForm):
    """A hall described by three numbers, or by a table of its own."""

    visits_per_day = _number(gettext_lazy("Visits per day"), 260, 1, 1_000_000)
    kinds = forms.IntegerField(
        label=gettext_lazy("Departments with windows of their own"),
        initial=10,
        min_value=1,
        max_value=200,
    )
    mean_minutes = _number(gettext_lazy("Minutes per visit"), 13.3, 0.1, 480)
    table = forms.CharField(
        label=gettext_lazy("Or paste your own table"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "First row: type,visits_per_day,mean_minutes,cv,windows, or their Chinese headings; "
            "the last two may be left out. It takes the place of the three numbers above."
        ),
    )

    field_order = ("visits_per_day", "kinds", "mean_minutes", "table")

    def clean_table(self) -> list[Demand]:
        text = self.cleaned_data["table"].strip()
        try:
            return read_demands(text, file=gettext("the table")) if text else []
        except DomainError as error:
            raise forms.ValidationError(translated(error)) from None

    def demands(self) -> list[Demand]:
        """For a valid form."""
        given = self.cleaned_data
        if given["table"]:
            table: list[Demand] = given["table"]
            return table
        share = given["visits_per_day"] / given["kinds"]
        return [
            Demand(gettext("Department {number}").format(number=n), share, given["mean_minutes"])
            for n in range(1, given["kinds"] + 1)
        ]


def filled(form: type[forms.Form], query: QueryDict) -> Any:
    """A bound form: what the address gives, and the initial value of what it leaves out.

    An address with a part of the fields is thus a good link to share.
    """
    fields = form.base_fields
    given = query.copy()
    for name, field in fields.items():
        if name not in given and not isinstance(field, forms.BooleanField):
            given[name] = "" if field.initial is None else str(field.initial)
    return form(given)
