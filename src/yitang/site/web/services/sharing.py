"""Trips before and after sharing over all items, and which dataset to share next."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from yitang.data.catalogue.api import dataset as known_dataset
from yitang.ground.organisations.api import can
from yitang.ground.plumbing.api import now
from yitang.public.services.api import (
    items_using,
    share_with_services,
    shared_datasets,
    trip_report,
    trips_after_sharing,
    visits_per_closed_case,
)
from yitang.public.services.rules import ItemFacts
from yitang.site.web.shell.charts import Bar
from yitang.site.web.shell.entrance import signed_in

from .showing import dataset_names, name_of

SHOWN_GAINS = 12
SHOWN_DEPARTMENTS = 20


@dataclass(frozen=True, slots=True)
class ShownGain:
    code: str
    name: str
    trips: int
    items: int
    materials: int


@dataclass(frozen=True, slots=True)
class Losing:
    """An item that loses a trip."""

    code: str
    name: str
    department: str
    before: int
    after: int
    volume: int


def trips(request: HttpRequest) -> HttpResponse:
    """How far sharing has come, and what would save the most next."""
    names, report = dataset_names(), trip_report()
    gains = [
        ShownGain(
            gain.dataset,
            names.get(gain.dataset, gain.dataset),
            gain.trips_a_year,
            len(gain.items),
            gain.materials_a_year,
        )
        for gain in report.gains
    ]
    by_department = [
        Bar(
            label=name or gettext("Without a department"),
            now=summary.average_after,
            before=summary.average_before,
            text=f"{summary.average_before:.2f} → {summary.average_after:.2f}",
            url=f"{reverse('services:start')}?department={name}",
        )
        for name, summary in list(report.departments.items())[:SHOWN_DEPARTMENTS]
    ]
    summary = report.summary
    return render(
        request,
        "services/trips.html",
        {
            "summary": summary,
            "without": _of_items(summary.items_without_trip),
            "at_most": _of_items(summary.items_at_most_one),
            "visits": visits_per_closed_case(),
            "first": gains[0] if gains and gains[0].trips else None,
            "gains": gains[:SHOWN_GAINS],
            "by_department": by_department,
            "shared": sorted(names.get(code, code) for code in shared_datasets()),
        },
    )


def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """The items that lose a trip by one dataset: what it would save, or what it saved."""
    rows = [_losing(*row) for row in trips_after_sharing(code)]
    # An item may name a record that the catalogue does not have yet.
    name = dataset_names().get(code, code) if rows else known_dataset(code).name
    is_asked_for = any(item.organisation_id for item in items_using(code))
    return render(
        request,
        "services/dataset.html",
        {
            "code": code,
            "name": name,
            "is_shared": code in shared_datasets(),
            "is_asked_for": is_asked_for,
            "can_share": is_asked_for and can(request.user, "services.share"),
            "rows": rows,
            "trips_a_year": sum((row.before - row.after) * row.volume for row in rows),
        },
    )


@require_POST
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Grant the dataset to every department whose items need it, and show what that saved."""
    done = share_with_services(dataset=code, actor=signed_in(request), at=now())
    count = len(done.items)
    said = ngettext(
        "Shared: {count} item loses a trip.", "Shared: {count} items lose a trip.", count
    ).format(count=count)
    messages.success(request, said)
    return redirect("services:dataset", code=code)


def _of_items(count: int) -> str:
    return ngettext("{count} item", "{count} items", count).format(count=count)


def _losing(facts: ItemFacts, before: int, after: int) -> Losing:
    return Losing(facts.code, name_of(facts), facts.department, before, after, facts.volume)
