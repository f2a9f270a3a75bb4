"""What data there is: search it, and see one dataset with its terms, quality and users."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules import (
    CYCLE_DAYS,
    DELIVERIES,
    FORMATS,
    ITEM_TYPES,
    SHARING_CLASSES,
    UPDATE_CYCLES,
    VALUE_RULES,
    Freshness,
)
from yitang.data.collection import api as collection
from yitang.data.fusion.api import can_see
from yitang.ground.organisations.api import User, can
from yitang.ground.organisations.errors import SignInNeeded
from yitang.ground.plumbing.api import now
from yitang.site.web.shell.parts import wants_part

from .drafting import owners_of
from .facets import groups_of
from .lineage import lineage_picture
from .scores import quality_of

SHOWN = 15
TONES = {
    Freshness.FRESH: "done",
    Freshness.LATE: "late",
    Freshness.NEVER_GATHERED: "soon",
    Freshness.UNTIMED: "info",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset as a list shows it."""

    entry: catalogue.Dataset

    @property
    def sharing(self) -> object:
        return SHARING_CLASSES[self.entry.sharing_class]

    @property
    def cycle(self) -> object:
        return UPDATE_CYCLES[self.entry.update_cycle]

    @property
    def freshness(self) -> str:
        return str(self.entry.freshness_at(now()))

    @property
    def tone(self) -> str:
        return TONES[self.entry.freshness_at(now())]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A data item with its type and its rules in words."""

    item: catalogue.DataItem

    @property
    def type(self) -> object:
        return ITEM_TYPES[self.item.type]

    @property
    def rule(self) -> object:
        return VALUE_RULES.get(self.item.rule, "")

    @property
    def codes(self) -> str:
        return ", ".join(self.item.codes)


def start(request: HttpRequest) -> HttpResponse:
    """Search, narrowed by facets."""
    if form := _asked_form(request):
        return redirect(f"/catalogue.{form}")
    text = request.GET.get("q", "").strip()[:100]
    chosen = {name: request.GET.get(name, "")[:36] for name in catalogue.FACETS}
    if chosen["organisation"] and not _is_uuid(chosen["organisation"]):
        chosen["organisation"] = ""
    found = catalogue.find_datasets(
        request.user,
        text,
        chosen=chosen,
        cursor=request.GET.get("cursor", "")[:100],
        at=now(),
        limit=SHOWN,
    )
    context = {
        "page": found.page,
        "rows": [Row(entry) for entry in found.page.rows],
        "text": text,
        "chosen": {name: value for name, value in chosen.items() if value},
        "groups": groups_of(found, text, chosen),
        "total": found.total,
        "can_see_receipts": _may(request, "collection.see"),
        "can_see_bases": isinstance(request.user, User) and can_see(request.user),
        "can_see_overlaps": can(request.user, "collection.see"),
        "can_see_systems": isinstance(request.user, User) and catalogue.sees_systems(request.user),
        "can_try": _may(request, "collection.try"),
        "can_write": isinstance(request.user, User) and bool(owners_of(request.user)),
        "can_import": _may(request, "catalogue.consent") or catalogue.can_import(request.user),
    }
    is_part = wants_part(request, "found")
    return render(request, f"catalogue/{'found_part' if is_part else 'start'}.html", context)


def dataset(request: HttpRequest, code: str) -> HttpResponse:
    """One dataset: terms, items, quality, freshness, lineage, batches, users, history."""
    entry = catalogue.dataset_for(request.user, code)
    if form := _asked_form(request):
        return redirect(f"/catalogue/{entry.code}.{form}")
    return render(request, "catalogue/dataset.html", _about(request, entry))


@require_POST
def sample(request: HttpRequest, code: str) -> HttpResponse:
    """A few masked rows, on the page or into it; a look at personal data is recorded."""
    if not isinstance(request.user, User):
        raise SignInNeeded
    entry = catalogue.dataset_for(request.user, code)
    rows = collection.sample_rows(dataset=entry, actor=request.user, at=now())
    name = "sample_part" if wants_part(request, "sample") else "dataset"
    return render(request, f"catalogue/{name}.html", _about(request, entry) | {"sample": rows})


def _about(request: HttpRequest, entry: catalogue.Dataset) -> dict[str, object]:
    items = catalogue.items_of(entry)
    batches = collection.receipts_of(entry)
    source = collection.source_of(entry)
    is_officer = _may(request, "catalogue.see")
    return {
        "entry": entry,
        "row": Row(entry),
        "items": [ItemRow(item) for item in items],
        "format": FORMATS[entry.format],
        "delivery": DELIVERIES[entry.delivery],
        "cycle_days": CYCLE_DAYS.get(entry.update_cycle),
        "can_sample": isinstance(request.user, User)
        and entry.gathered_at is not None
        and collection.can_sample(request.user),
        "is_personal": any(item.is_sensitive for item in items),
        "has_key": any(item.is_key for item in items),
        "lineage": lineage_picture(entry),
        "batches": batches,
        "quality": quality_of(entry),
        "uses": catalogue.uses_of(entry),
        "systems": catalogue.source_systems_of(request.user, entry)
        if isinstance(request.user, User)
        else [],
        "events": catalogue.events_of(entry) if is_officer else [],
        "can_publish": isinstance(request.user, User)
        and entry.state == "draft"
        and catalogue.can_publish(request.user, entry.organisation),
        "versions": catalogue.versions_of(request.user, entry),
        "can_change": isinstance(request.user, User)
        and entry.state != "retired"
        and catalogue.can_edit(request.user, entry.organisation),
        "can_hand_in": isinstance(request.user, User)
        and collection.can_hand_in(request.user, entry),
        "can_see_receipts": _may(request, "collection.see"),
        "late": source.late_since(now()) if source else None,
        "source": source,
    }


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Put a draft before everyone."""
    if not isinstance(request.user, User):
        raise SignInNeeded
    entry = catalogue.dataset_for(request.user, code)
    catalogue.publish_dataset(code=entry.code, actor=request.user, at=now())
    return redirect("catalogue:dataset", code=entry.code)


def _asked_form(request: HttpRequest) -> str:
    """What a machine asks for that reads linked data instead of pages."""
    asked = request.get_preferred_type(["text/html", "text/turtle", "application/ld+json"])
    return {"text/turtle": "ttl", "application/ld+json": "jsonld"}.get(asked or "", "")


def _may(request: HttpRequest, permission: str) -> bool:
    return isinstance(request.user, User) and can(request.user, permission)


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.replace("-", "").isalnum()
