"""The register of systems in the browser: what runs where at what cost, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from yitang.data.catalogue import api as catalogue
from yitang.data.catalogue.rules.systems import (
    HOSTINGS,
    NETWORKS,
    SYSTEM_STATES,
    SYSTEM_VERBS,
    system_moves_from,
)
from yitang.data.collection import api as collection
from yitang.ground.base.clock import civil_date
from yitang.ground.base.text import Message
from yitang.ground.organisations.api import User, can, check_can
from yitang.ground.plumbing.api import now, translated
from yitang.site.web.shell.entrance import officers_only, signed_in

from .system_forms import NewSystemForm, SystemDecisionForm, SystemForm, initial_of_system

NO_DATA = catalogue.Yield()
SHOWN_SYSTEMS = 20
SHOWN_DEPARTMENTS = 100
SHOWN_SUCCESSORS = 300
STATES = ("", "running", *SYSTEM_STATES)
TONES = {"in_use": "soon", "connected": "info", "migrated": "info", "merged": "done",
         "retired": "done"}  # fmt: skip
DECISIONS = {
    "connect": gettext_noop("It is connected"),
    "migrate": gettext_noop("It is migrated"),
    "merge": gettext_noop("Merge it"),
    "retire": gettext_noop("Retire it"),
    "resume": gettext_noop("Put it back in use"),
}
FIELDS = {
    "name": gettext_noop("Name"),
    "purpose": gettext_noop("What it is for"),
    "network": gettext_noop("Network"),
    "hosting": gettext_noop("Where it runs"),
    "security_grade": gettext_noop("Security grade"),
    "supplier": gettext_noop("Built by"),
    "start_year": gettext_noop("In use since the year"),
    "build_cost": gettext_noop("Cost to build, yuan"),
    "yearly_cost": gettext_noop("Cost to run it for a year, yuan"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A system as a list shows it, with how much data comes out of it."""

    system: catalogue.InformationSystem
    yields: catalogue.Yield = NO_DATA

    @property
    def state(self) -> Message:
        return SYSTEM_STATES[self.system.state]

    @property
    def tone(self) -> str:
        return TONES[self.system.state]

    @property
    def network(self) -> Message | str:
        return NETWORKS.get(self.system.network, "")

    @property
    def hosting(self) -> Message | str:
        return HOSTINGS.get(self.system.hosting, "")


@dataclass(frozen=True, slots=True)
class Chip:
    """One state to narrow the list to, and its address."""

    label: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history, its changes in words."""

    event: catalogue.SystemEvent
    verb: Message
    changes: list[str]


@officers_only
def start(request: HttpRequest) -> HttpResponse:
    """Which systems are there, what do they cost, and how far are they joined?"""
    user = readers_only(request)
    wanted = wanted_of(request)
    cursor = request.GET.get("cursor", "")[:100]
    page = catalogue.systems(user, wanted, cursor=cursor, limit=SHOWN_SYSTEMS)
    found = catalogue.yields_of(user, [row.code for row in page.rows])
    departments = catalogue.system_sums_by_department(user, wanted)
    context = {
        "page": page,
        "rows": [Row(row, found.get(row.code, NO_DATA)) for row in page.rows],
        "sums": catalogue.system_sums(user, wanted),
        "departments": departments[:SHOWN_DEPARTMENTS] if len(departments) > 1 else [],
        "more_departments": max(0, len(departments) - SHOWN_DEPARTMENTS),
        "offices": _offices(user),
        "chips": _chips(wanted),
        "networks": [(code, translated(text)) for code, text in NETWORKS.items()],
        "wanted": wanted,
        "query": _query(wanted),
        "is_narrowed": wanted != catalogue.SystemFilter(),
        "sees_rows": can(user, "catalogue.systems_see"),
        "can_write": bool(catalogue.system_keepers(user)),
    }
    return render(request, "catalogue/systems.html", context)


@officers_only
def system(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One system: what it is, what it costs, which data comes out of it, what was decided."""
    user = signed_in(request)
    found = catalogue.system_for(user, public_id)
    form = SystemDecisionForm(
        initial={"since": civil_date(now()), "note": _reason(request, user)},
        system=found,
        user=user,
        today=civil_date(now()),
    )
    return _page(request, user, found, form)


@officers_only
@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the authority decides of a system."""
    user = signed_in(request)
    found = catalogue.system_for(user, public_id)
    form = SystemDecisionForm(request.POST, system=found, user=user, today=civil_date(now()))
    if not form.is_valid():
        return _page(request, user, found, form)
    given = form.cleaned_data
    catalogue.decide_system(
        system=found,
        verb=given["verb"],
        actor=user,
        at=now(),
        on=given["since"],
        note=given["note"],
        successor=given["successor"],
    )
    state = translated(SYSTEM_STATES[catalogue.system_for(user, public_id).state])
    messages.success(
        request, gettext("{name} is {state} now.").format(name=found.name, state=state)
    )
    return redirect("catalogue:system", public_id=public_id)


@officers_only
def new(request: HttpRequest) -> HttpResponse:
    """Enter a system of one's own department."""
    user = signed_in(request)
    check_can(user, "catalogue.systems_keep")
    owners = catalogue.system_keepers(user)
    posted = request.POST if request.method == "POST" else None
    form = NewSystemForm(posted, owners=owners, today=civil_date(now()))
    if not form.is_valid():
        return _form(request, form)
    made = catalogue.register_system(
        spec=form.spec,
        organisation=next(row for row in owners if row.credit_code == form.cleaned_data["owner"]),
        actor=user,
        at=now(),
        note=form.cleaned_data["note"],
    )
    return redirect("catalogue:system", public_id=made.public_id)


@officers_only
def amend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what a system is said to be."""
    user = signed_in(request)
    found = catalogue.system_for(user, public_id)
    check_can(user, "catalogue.systems_keep", organisation_id=found.organisation_id)
    form = SystemForm(
        request.POST if request.method == "POST" else None,
        initial=initial_of_system(found.spec),
        today=civil_date(now()),
        code=found.code,
    )
    if not form.is_valid():
        return _form(request, form, found)
    catalogue.amend_system(
        system=found, spec=form.spec, actor=user, at=now(), note=form.cleaned_data["note"]
    )
    return redirect("catalogue:system", public_id=public_id)


def readers_only(request: HttpRequest) -> User:
    """Whoever reads the register or its sums; raises ``NotAllowed``."""
    user = signed_in(request)
    if not catalogue.sees_systems(user):
        check_can(user, "catalogue.systems_see")
    return user


def wanted_of(request: HttpRequest) -> catalogue.SystemFilter:
    """What the address narrows the list to; a value that is none of the listed is passed over."""

    def one_of(name: str, known: object) -> str:
        value = request.GET.get(name, "")
        return value if value in known else ""  # type: ignore[operator]  # a container of texts

    organisation = request.GET.get("organisation", "")
    is_uuid = len(organisation) == 36 and organisation.replace("-", "").isalnum()
    return catalogue.SystemFilter(
        text=request.GET.get("q", "").strip()[:100],
        organisation=organisation if is_uuid else "",
        state=one_of("state", (*STATES, "ended")),
        network=one_of("network", NETWORKS),
    )


def _query(wanted: catalogue.SystemFilter, **changed: str) -> str:
    values = {
        "q": wanted.text, "organisation": wanted.organisation, "state": wanted.state,
        "network": wanted.network,
    } | changed  # fmt: skip
    return urlencode({name: value for name, value in values.items() if value})


def _chips(wanted: catalogue.SystemFilter) -> list[Chip]:
    labels = {"": gettext("all"), "running": gettext("in use")}
    return [
        Chip(
            labels.get(state) or translated(SYSTEM_STATES[state]),
            f"?{_query(wanted, state=state)}",
            wanted.state == state,
        )
        for state in STATES
    ]


def _offices(user: User) -> list[tuple[str, str]]:
    """The departments that have any system to be counted, to choose from."""
    rows = catalogue.system_sums_by_department(user)
    return sorted(((one.public_id, one.organisation) for one in rows), key=lambda pair: pair[1])


def _page(
    request: HttpRequest,
    user: User,
    found: catalogue.InformationSystem,
    form: SystemDecisionForm,
) -> HttpResponse:
    may_decide = catalogue.can_decide_system(user, found.organisation)
    verbs = system_moves_from(found.state) if may_decide else []
    running = catalogue.SystemFilter(state="running")
    context = {
        "system": found,
        "row": Row(found),
        "datasets": catalogue.datasets_of_system(user, found),
        "lines": [
            Line(event, SYSTEM_VERBS[event.verb], _changes(event))
            for event in reversed(catalogue.system_events(found))
        ],
        "form": form,
        "verbs": [(verb, DECISIONS[verb]) for verb in verbs],
        "successors": [
            row
            for row in catalogue.systems(user, running, limit=SHOWN_SUCCESSORS).rows
            if row.pk != found.pk
        ]
        if "merge" in verbs
        else [],
        "can_amend": not found.has_ended and catalogue.can_keep_system(user, found.organisation),
    }
    return render(request, "catalogue/system.html", context, status=422 if form.errors else 200)


def _form(
    request: HttpRequest, form: SystemForm, found: catalogue.InformationSystem | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(
        request, "catalogue/system_form.html", {"form": form, "system": found}, status=status
    )


def _changes(event: catalogue.SystemEvent) -> list[str]:
    """``Network: internet → government extranet``."""
    return [
        f"{gettext(FIELDS[name])}: {_said(name, before)} → {_said(name, after)}"
        for name, (before, after) in event.changes.items()
    ]


def _said(name: str, value: str) -> str:
    listed = {"network": NETWORKS, "hosting": HOSTINGS}.get(name, {})
    return translated(listed[value]) if value in listed else value or "–"


def _reason(request: HttpRequest, user: User) -> str:
    """Why the system could stop, when one comes from an overlap."""
    wanted = request.GET.get("overlap", "")
    if len(wanted) != 36 or not can(user, "collection.see"):
        return ""
    found = next((one for one in collection.overlaps(user) if str(one.public_id) == wanted), None)
    if found is None:
        return ""
    others = [side.name for side in (found.left, found.right) if side != found.source]
    return gettext("{datasets} is no longer collected; {source} is the source").format(
        datasets=", ".join(others), source=found.source.name
    )
