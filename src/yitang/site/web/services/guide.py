"""What can be applied for, and what each item takes: for everyone, without an account."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yitang.ground.organisations.api import User
from yitang.ground.plumbing.api import now
from yitang.public.services.api import (
    Application,
    Item,
    departments,
    drafts_of,
    item_by_code,
    search_items,
    shared_datasets,
    standing_application,
    trips_of,
)
from yitang.public.services.rules import TARGET, ItemFacts, MaterialFacts
from yitang.public.services.rules.newborn import FORMS
from yitang.site.web.shell.parts import wants_part

from .showing import dataset_names, name_of, promise_word, shown_item, shown_trips, trips_word

AUDIENCES = ("1", "2", "4")


@dataclass(frozen=True, slots=True)
class ShownMaterial:
    """One material of a guide: whether the applicant still has to supply it."""

    name: str
    is_saved: bool
    by: str  # "shared", "promise", "optional", "form" or ""
    dataset: str
    issuer: str


def start(request: HttpRequest) -> HttpResponse:
    """Find an item by what people call it; most used first."""
    text = request.GET.get("q", "").strip()[:100]
    department = request.GET.get("department", "")
    target = request.GET.get("for", "")
    page = search_items(
        text, department=department, target=target, cursor=request.GET.get("cursor", "")
    )
    at = now()
    return render(
        request,
        _template_for(request),
        {
            "text": text,
            "department": department,
            "target": target,
            "departments": departments(),
            "audiences": [(code, TARGET.label(code)) for code in AUDIENCES],
            "page": page,
            "is_asked": bool(text or department or target),
            "rows": [shown_item(row, at=at) for row in page.rows],
            "drafts": drafts_of(request.user) if isinstance(request.user, User) else [],
        },
    )


def _template_for(request: HttpRequest) -> str:
    """The page, or what a script puts in: its list, or a few lines on the start page."""
    parts = {"found": "services/found_part.html", "suggested": "services/suggested.html"}
    asked = [template for target, template in parts.items() if wants_part(request, target)]
    return next(iter(asked), "services/start.html")


def item(request: HttpRequest, code: str) -> HttpResponse:
    """One guide: what you need, how many trips and why, by which day it is done."""
    found, names = item_by_code(code), dataset_names()
    facts, shared = found.facts(), shared_datasets()
    counted = trips_of(found)
    return render(
        request,
        "services/item.html",
        {
            "item": found,
            "name": name_of(found),
            "trips": counted,
            "trips_word": trips_word(counted),
            "before": shown_trips(facts, counted.before, names),
            "after": shown_trips(facts, counted.after, names),
            "materials": [
                _material(material, shared=shared, names=names) for material in facts.materials
            ],
            "promise": promise_word(found.promise, at=now()),
            "form": FORMS.get(found.form) if found.state == "1" else None,
            "records": _records(facts),
            "sent": _sent(request, found),
            # Nothing is looked up for an account that no counter has seen.
            "is_unverified": isinstance(request.user, User) and not request.user.identity_index,
        },
    )


def _sent(request: HttpRequest, found: Item) -> Application | None:
    user = request.user
    return standing_application(user, found) if isinstance(user, User) and found.form else None


def _material(
    material: MaterialFacts, *, shared: frozenset[str], names: dict[str, str]
) -> ShownMaterial:
    by = ""
    if material.dataset and material.dataset in shared:
        by = "shared"
    elif material.promise:
        by = "promise"
    elif not material.is_asked_for:
        by = "optional"
    elif material.is_online_form:
        by = "form"
    name = names.get(material.dataset, "")
    return ShownMaterial(name_of(material), by != "", by, name, material.issuer)


def _records(facts: ItemFacts) -> int:
    """How many kinds of record a form would look up."""
    form = FORMS.get(facts.form)
    return len(form.datasets) if form else 0
