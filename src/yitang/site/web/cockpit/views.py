"""The leaders' page: the loop, what needs attention, where, and how much."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yitang.ground.plumbing.api import now, settings
from yitang.public.services.api import trip_report
from yitang.site.web.shell.entrance import posts_only, signed_in
from yitang.site.web.shell.parts import wants_part
from yitang.site.web.shell.tour import tour_steps

from .attention import matters_of_attention
from .divisions import county_map
from .figures import department_bars, economy_figures, loop_figures, trips_saved
from .loop import laid_out
from .silos import joined_silos


@posts_only("supervisor", "leader")
def start(request: HttpRequest) -> HttpResponse:
    """Every figure as it stands now; nothing on the page is kept from yesterday."""
    user, at, report = signed_in(request), now(), trip_report()
    live = {
        "nodes": laid_out(loop_figures(user, report, at=at)),
        "saved": trips_saved(report),
        "attention": matters_of_attention(user, at=at),
    }
    if wants_part(request, "live"):
        return render(request, "cockpit/live.html", live)
    page = live | {
        "steps": tour_steps() if settings().demo else [],
        "departments": department_bars(report),
        "map": county_map(user, at=at),
        "silos": joined_silos(user, at=at),
        "economy": economy_figures(at=at),
    }
    return render(request, "cockpit/start.html", page)
