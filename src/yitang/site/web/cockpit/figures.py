"""The cockpit's figures, each asked of the room that owns it. Nothing is reckoned here twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from yitang.data.catalogue.api import all_datasets
from yitang.decision.economy.api import JudgedClaim, judged_claims, project_summary
from yitang.decision.economy.rules import Verdict
from yitang.ground.base.clock import civil_date
from yitang.ground.organisations.api import User
from yitang.public.services.api import sharing_gains, trip_summary, trip_summary_by_department
from yitang.site.web.economy.names import name_of, unit_of
from yitang.site.web.shell.charts import Bar
from yitang.site.web.shell.navigation import address

from .loop import Node

QUOTED = frozenset({"digital_economy", "fibre_line_length", "users_4g", "summit_investment"})


@dataclass(frozen=True, slots=True)
class EconomyFigure:
    """A published figure, with the doubt that belongs to it."""

    label: str
    value: str
    unit: str
    checked: str = ""
    doubt: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """Trips a year that sharing saves, at the volumes of the item list."""

    trips: int
    items: int
    at_most_one: int


def loop_figures(user: User, *, at: datetime) -> list[Node]:
    """The eight places of the loop, in its order; one without a figure yet keeps its name."""
    return [
        gathered(),
        Node("fuse", gettext("Fuse")),
        Node("share", gettext("Share")),
        served(),
        Node("listen", gettext("Listen")),
        Node("discover", gettext("Discover")),
        Node("decide", gettext("Decide")),
        next_to_share(),
    ]


def gathered() -> Node:
    datasets = [dataset for dataset in all_datasets() if dataset.gathered_at]
    node = Node("gather", gettext("Gather"), url=address("catalogue:start"))
    if not datasets:
        return node
    departments = len({dataset.organisation_id for dataset in datasets})
    rows = sum(dataset.row_count for dataset in datasets)
    said = ngettext("from {count} department", "from {count} departments", departments)
    return _with(
        node,
        f"{len(datasets):,}",
        ngettext("dataset", "datasets", len(datasets)),
        said.format(count=departments),
        ngettext("{count} row", "{count} rows", rows).format(count=f"{rows:,}"),
    )


def served() -> Node:
    """The heart of the loop: journeys for one case, before sharing and now."""
    summary = trip_summary()
    node = Node("serve", gettext("Serve"), url=address("services:trips"))
    if not summary.items:
        return node
    without = summary.items_without_trip / summary.items
    return _with(
        node,
        f"{summary.average_before:.2f} → {summary.average_after:.2f}",
        gettext("trips a case"),
        ngettext("{count} item", "{count} items", summary.items).format(count=summary.items),
        gettext("{share:.0%} need no trip").format(share=without),
    )


def next_to_share() -> Node:
    """What people would gain most from: the loop's way back to its beginning."""
    gains = sharing_gains()
    node = Node("next", gettext("Share next"), url=address("services:trips"))
    if not gains:
        return node
    names = {dataset.code: dataset.name for dataset in all_datasets()}
    best = gains[0]
    return _with(
        node,
        names.get(best.dataset, best.dataset),
        "",
        gettext("saves {count} trips a year").format(count=f"{best.trips_a_year:,}"),
    )


def trips_saved() -> Saved | None:
    summary = trip_summary()
    if not summary.items:
        return None
    return Saved(summary.trips_saved, summary.items, summary.items_at_most_one)


def department_bars(limit: int = 6) -> list[Bar]:
    """Departments that still make people run, trips a case before sharing and now."""
    return [
        Bar(
            label=name,
            now=round(summary.average_after, 2),
            before=round(summary.average_before, 2),
            text=f"{summary.average_before:.1f} → {summary.average_after:.1f}",
        )
        for name, summary in list(trip_summary_by_department().items())[:limit]
        if summary.cases_a_year
    ]


def economy_figures(*, at: datetime) -> list[EconomyFigure]:
    """What leaders quote, as published; where another figure was published, that beside it."""
    page = address("economy:start")
    figures = [
        _judged(judged, page)
        for judged in judged_claims()
        if judged.figure and judged.claim.indicator in QUOTED
    ]
    summary = project_summary(on=civil_date(at))
    if summary.projects:
        started = gettext("{count} started").format(count=summary.started)
        figures.append(
            EconomyFigure(
                label=gettext("Major projects"),
                value=str(summary.projects),
                unit=started,
                url=address("economy:projects"),
            )
        )
    return figures


def _judged(judged: JudgedClaim, page: str) -> EconomyFigure:
    figure = judged.figure
    if figure is None:
        raise ValueError("a claim without a published figure cannot be shown as one")
    is_confirmed = judged.verdict is Verdict.CONFIRMED
    published = gettext("published as {value} {unit}").format(
        value=figure.text, unit=unit_of(figure.indicator)
    )
    return EconomyFigure(
        label=f"{name_of(figure.indicator)} · {figure.period}",
        value=figure.text if is_confirmed else f"{judged.claim.claimed:,}",
        unit=unit_of(figure.indicator),
        checked=gettext("confirmed") if is_confirmed else "",
        doubt="" if is_confirmed else published,
        url=page,
    )


def _with(node: Node, value: str, unit: str, *details: str) -> Node:
    return Node(node.key, node.head, value, unit, details, node.url)
