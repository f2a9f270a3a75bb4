"""Windows needed for a target wait: separate and pooled, with what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from yitang.ground.organisations.api import can
from yitang.public.halls.api import (
    WindowsPlan,
    demands_of,
    hall_for,
    visible_halls,
    windows_plan,
)
from yitang.public.workforce.api import Target, servers_needed_by_simulation
from yitang.site.web.shell.charts import Bar

from .forms import AssumptionsForm, HallForm, filled

SEED = 1  # the simulated days are the same for everybody
OWN_FIGURES = frozenset({"visits_per_day", "kinds", "mean_minutes", "table"})
MOST_SIMULATED = 5_000  # visits a day; more would keep the reader waiting


def start(request: HttpRequest) -> HttpResponse:
    """The calculator, and the halls whose figures one may see."""
    form = filled(HallForm, request.GET)
    page: dict[str, object] = {"form": form, "halls": []}
    if can(request.user, "halls.see"):
        page["halls"] = visible_halls(request.user)
    # What a leader quotes must not be our invention.
    page["is_example"] = not OWN_FIGURES & request.GET.keys()
    if form.is_valid():
        page["answer"] = answer(windows_plan(form.demands(), form.assumptions()))
    return render(request, "halls/start.html", page)


def hall(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One hall's own figures under assumptions one can change."""
    shown = hall_for(request.user, public_id)
    form = filled(AssumptionsForm, request.GET)
    page: dict[str, object] = {"form": form, "hall": shown}
    if form.is_valid():
        page["answer"] = answer(windows_plan(demands_of(shown), form.assumptions()))
    return render(request, "halls/hall.html", page)


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan as the page draws it."""

    plan: WindowsPlan
    bars: list[Bar]
    simulated: int | None


def answer(plan: WindowsPlan) -> Answer:
    staffing = plan.staffing
    counts = [
        (gettext("Windows apart"), staffing.separate),
        (gettext("One pool"), staffing.pooled.people),
        (gettext("One pool, slower clerks"), staffing.pooled_slower.people),
    ]
    bars = [Bar(label, count, text=str(count)) for label, count in counts]
    return Answer(plan, bars, _simulated(plan))


def _simulated(plan: WindowsPlan) -> int | None:
    """What a day that rises and falls needs, as a check; ``None`` where it would say nothing."""
    assumptions = plan.staffing.assumptions
    is_plain = not assumptions.online_share
    if not (is_plain and 0 < plan.visits_per_day <= MOST_SIMULATED):
        return None
    return servers_needed_by_simulation(
        [line.demand for line in plan.staffing.lines],
        target=Target(assumptions.target.share, assumptions.target.minutes),
        seed=SEED,
        days=60,
        slower=assumptions.slower,
    )
